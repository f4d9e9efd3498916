//! What is kept on the device, per site: the customer's secret, the conversation's id, and what is not yet
//! acknowledged, one entry each so that two tabs never overwrite each other's.

use deskbell_client::{Outgoing, Saved, json};
use deskbell_protocol::{ConversationId, Seq, SiteKey, VisitorToken, WriteId};

use crate::Shelf;
use crate::random::new_visitor_token;

/// The browser's storage for one site. Where the browser blocks it, a memory that lives as long as the page.
#[derive(Debug)]
pub struct Kept(Shelf);

impl Kept {
    /// What is kept for `site`.
    #[must_use]
    pub fn of(site: &SiteKey) -> Self {
        Self(Shelf::of(format!("deskbell:{site}:")))
    }

    /// Whether it outlives the page. If not, the customer should be told.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.0.is_lasting()
    }

    /// Whether it is still kept for the customer with this secret, and not for whoever came after them.
    #[must_use]
    pub fn is_of(&self, token: &VisitorToken) -> bool {
        self.0.get("token").as_deref() == Some(token.reveal())
    }

    /// What was kept. A first visit gets a new secret.
    #[must_use]
    pub fn load(&self) -> Saved {
        let token = self.0.get("token");
        let token = token.and_then(|text| VisitorToken::new(text).ok());
        let token = token.unwrap_or_else(|| {
            let token = new_visitor_token();
            self.0.set("token", token.reveal());
            token
        });
        let outbox = self.0.all("out:");
        Saved {
            token,
            conversation: self.conversation(),
            outbox: outbox
                .iter()
                .filter_map(|json| json::from_str(json).ok())
                .collect(),
        }
    }

    /// The conversation's id, as this tab or another one has kept it.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        let id = self.0.get("conversation")?;
        ConversationId::new(id).ok()
    }

    /// Keeps something that is on its way.
    pub fn keep(&self, item: &Outgoing) {
        if let Ok(json) = json::to_string(item) {
            self.0.set(&format!("out:{}", item.write), &json);
        }
    }

    /// Forgets something that has arrived.
    pub fn forget(&self, write: &WriteId) {
        self.0.remove(&format!("out:{write}"));
    }

    /// Keeps the conversation's id.
    pub fn keep_conversation(&self, id: &ConversationId) {
        self.0.set("conversation", id.as_str());
    }

    /// The chat with a person that the customer does not want to rate.
    #[must_use]
    pub fn unasked(&self) -> Option<Seq> {
        self.0.get("unasked")?.parse().ok()
    }

    /// Keeps that wish.
    pub fn keep_unasked(&self, stretch: Seq) {
        self.0.set("unasked", &stretch.to_string());
    }

    /// Whether the customer wants new messages heard.
    #[must_use]
    pub fn wants_sound(&self) -> bool {
        self.0.get("sound").is_some()
    }

    /// Keeps that wish.
    pub fn keep_sound(&self, wanted: bool) {
        if wanted {
            self.0.set("sound", "on");
        } else {
            self.0.remove("sound");
        }
    }

    /// Forgets the conversation's id, and which chat in it the customer did not want to rate.
    pub fn forget_conversation(&self) {
        self.0.remove("conversation");
        self.0.remove("unasked");
    }
}
