//! What the console keeps on this device.

use deskbell_browser::Shelf;
use deskbell_protocol::{AgentId, WriteId};

use crate::state::Outgoing;

const SESSION: &str = "session";
const SOUND: &str = "sound";

/// See the [module documentation](self).
#[derive(Debug)]
pub struct Kept(Shelf);

impl Kept {
    /// What is kept.
    pub fn open() -> Self {
        Self(Shelf::of("deskbell-console:".to_owned()))
    }

    /// False if certainly nobody is signed in. Asking the server then would only put an error in the browser's log.
    pub fn maybe_signed_in(&self) -> bool {
        !self.0.is_lasting() || self.0.get(SESSION).is_some()
    }

    /// Remembers whether somebody may be signed in.
    pub fn remember_session(&self, maybe_signed_in: bool) {
        self.flag(SESSION, maybe_signed_in);
    }

    /// Whether the agent wants to hear when somebody waits.
    pub fn sound(&self) -> bool {
        self.0.get(SOUND).is_some()
    }

    /// Remembers that.
    pub fn remember_sound(&self, on: bool) {
        self.flag(SOUND, on);
    }

    /// Keeps a reply until it is acknowledged.
    pub fn keep(&self, agent: &AgentId, item: &Outgoing) {
        if let Ok(json) = serde_json::to_string(item) {
            self.0.set(&name(agent, item.write.as_str()), &json);
        }
    }

    /// Forgets an acknowledged reply.
    pub fn forget(&self, agent: &AgentId, write: &WriteId) {
        self.0.remove(&name(agent, write.as_str()));
    }

    /// The agent's replies that were never acknowledged, oldest first.
    pub fn recall(&self, agent: &AgentId) -> Vec<Outgoing> {
        let kept = self.0.all(&name(agent, ""));
        let mut items: Vec<Outgoing> = kept
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok())
            .collect();
        items.sort_by_key(|item| item.at);
        items
    }

    fn flag(&self, name: &str, on: bool) {
        if on {
            self.0.set(name, "1");
        } else {
            self.0.remove(name);
        }
    }
}

fn name(agent: &AgentId, write: &str) -> String {
    format!("out:{agent}:{write}")
}
