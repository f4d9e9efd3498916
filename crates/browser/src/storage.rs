//! What is kept on the device, per site: the customer's secret, the conversation's id, and what is not yet
//! acknowledged, one entry each so that two tabs never overwrite each other's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use deskbell_client::{Outgoing, Saved};
use deskbell_protocol::{ConversationId, SiteKey, VisitorToken, WriteId};
use web_sys::Storage;

use crate::random::new_visitor_token;

/// The browser's storage for one site. Where the browser blocks it, a memory that lives as long as the page.
#[derive(Debug)]
pub struct Kept {
    prefix: String,
    storage: Option<Storage>,
    memory: RefCell<BTreeMap<String, String>>,
}

impl Kept {
    /// What is kept for `site`.
    #[must_use]
    pub fn of(site: &SiteKey) -> Self {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        // Some browsers hand out a storage that then refuses every write.
        let storage = storage.filter(|storage| {
            storage.set_item("deskbell", "1").is_ok() && storage.remove_item("deskbell").is_ok()
        });
        Self {
            prefix: format!("deskbell:{site}:"),
            storage,
            memory: RefCell::default(),
        }
    }

    /// Whether it outlives the page. If not, the customer should be told.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.storage.is_some()
    }

    /// What was kept. A first visit gets a new secret.
    #[must_use]
    pub fn load(&self) -> Saved {
        let token = self
            .get("token")
            .and_then(|text| VisitorToken::new(text).ok());
        let token = token.unwrap_or_else(|| {
            let token = new_visitor_token();
            self.set("token", token.reveal());
            token
        });
        Saved {
            token,
            conversation: self
                .get("conversation")
                .and_then(|id| ConversationId::new(id).ok()),
            outbox: self.outbox(),
        }
    }

    /// Keeps something that is on its way.
    pub fn keep(&self, item: &Outgoing) {
        if let Ok(json) = serde_json::to_string(item) {
            self.set(&format!("out:{}", item.write), &json);
        }
    }

    /// Forgets something that has arrived.
    pub fn forget(&self, write: &WriteId) {
        self.remove(&format!("out:{write}"));
    }

    /// Keeps the conversation's id.
    pub fn keep_conversation(&self, id: &ConversationId) {
        self.set("conversation", id.as_str());
    }

    /// Forgets the conversation's id.
    pub fn forget_conversation(&self) {
        self.remove("conversation");
    }

    fn outbox(&self) -> Vec<Outgoing> {
        let prefix = format!("{}out:", self.prefix);
        let values: Vec<String> = match &self.storage {
            Some(storage) => (0..storage.length().unwrap_or(0))
                .filter_map(|index| storage.key(index).ok().flatten())
                .filter(|key| key.starts_with(&prefix))
                .filter_map(|key| storage.get_item(&key).ok().flatten())
                .collect(),
            None => {
                let memory = self.memory.borrow();
                memory
                    .iter()
                    .filter(|it| it.0.starts_with(&prefix))
                    .map(|it| it.1.clone())
                    .collect()
            }
        };
        values
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok())
            .collect()
    }

    fn get(&self, name: &str) -> Option<String> {
        let key = format!("{}{name}", self.prefix);
        match &self.storage {
            Some(storage) => storage.get_item(&key).ok().flatten(),
            None => self.memory.borrow().get(&key).cloned(),
        }
    }

    /// A full storage cannot be helped here: the value lives on in the session as long as the page does.
    fn set(&self, name: &str, value: &str) {
        let key = format!("{}{name}", self.prefix);
        if let Some(storage) = &self.storage {
            let _ = storage.set_item(&key, value);
        } else {
            self.memory.borrow_mut().insert(key, value.to_owned());
        }
    }

    fn remove(&self, name: &str) {
        let key = format!("{}{name}", self.prefix);
        if let Some(storage) = &self.storage {
            let _ = storage.remove_item(&key);
        } else {
            self.memory.borrow_mut().remove(&key);
        }
    }
}
