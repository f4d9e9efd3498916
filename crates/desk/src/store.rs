//! A whole store, and what the servers over one store tell each other.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_protocol::{AgentId, ConversationId, ConversationState, EventBody};

use crate::webhooks::WebhookQueue;
use crate::{Appended, Audit, Custody, Directory, EventLog, Site, StoreError};

/// Log, directory, custody and audit in one place, as a server is given it.
#[async_trait]
pub trait Store: EventLog + Directory + Custody + Audit + WebhookQueue {
    /// Puts `site` in the place of the one with its key, or adds it.
    async fn replace_site(&self, site: &Site) -> Result<(), StoreError>;

    /// Whether the store reads and could write now.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what is under way. Whatever is asked afterwards fails.
    async fn close(&self);

    /// The other servers over this store; nothing if there can be none.
    fn peers(&self) -> Option<Arc<dyn Peers>>;

    /// A number that is another one than before if another process, such as the command line, wrote meanwhile; nothing
    /// if [`Self::peers`] hear of that.
    async fn changed_elsewhere(&self) -> Result<Option<i64>, StoreError>;
}

/// Who has to look again. Carries no data: whoever is woken reads the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// Something was appended to this conversation.
    Conversation(ConversationId),
    /// A conversation left the queue: those behind it move up.
    Queue,
    /// Something that agents see in their inbox changed.
    Inbox,
    /// Who is there for customers may have changed.
    Presence,
    /// Anything may have happened.
    Everything,
}

impl Appended {
    /// Who has to look again after this. Nobody, if nothing was appended now.
    #[must_use]
    pub fn wakeups(&self) -> Vec<Wakeup> {
        if self.events.is_empty() || !self.fresh {
            return Vec::new();
        }
        let conversation = &self.conversation;
        let mut wakeups = vec![Wakeup::Conversation(conversation.id.clone())];
        let any = |wanted: fn(&EventBody) -> bool| {
            let mut bodies = self.events.iter().map(|event| &event.body);
            bodies.any(wanted)
        };
        // Whoever joins the queue does so at its end: nobody's place changes.
        if any(|body| matches!(body, EventBody::Claimed { .. })) {
            wakeups.push(Wakeup::Queue);
        }
        let ended = |body: &EventBody| {
            matches!(
                body,
                EventBody::HandedBack { .. } | EventBody::Closed { .. }
            )
        };
        let listed = matches!(
            conversation.state,
            ConversationState::Waiting | ConversationState::WithAgent
        );
        if listed || any(ended) {
            wakeups.push(Wakeup::Inbox);
        }
        wakeups
    }
}

/// How many agents are there for customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Online {
    /// Those who said so and have a console open, at whichever server.
    pub agents: u32,
    /// After how long the number may change without anybody doing anything.
    pub changes_in: Option<Duration>,
}

/// How long a console counts as open after its server last said so.
pub const CONSOLE_COUNTS: Duration = Duration::from_secs(30);

/// The servers over one store.
#[async_trait]
pub trait Peers: Send + Sync {
    /// Calls `wake` for what any server wrote, this one included, for as long as the answer is awaited; with
    /// [`Wakeup::Everything`] at the beginning and whenever something may have been missed.
    async fn listen(&self, wake: &(dyn Fn(Wakeup) + Send + Sync));

    /// These agents have a console open at this server. Counts for [`CONSOLE_COUNTS`].
    async fn consoles_open(&self, agents: &[AgentId]) -> Result<(), StoreError>;

    /// This agent signed out at this server, and has no other console open here: no reload is to be expected.
    async fn signed_out(&self, agent: &AgentId) -> Result<(), StoreError>;

    /// Who is there now.
    async fn online(&self) -> Result<Online, StoreError>;
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{EscalationReason, Event, WriteId};

    use super::*;
    use crate::contract::{agent_name, new_conversation};
    use crate::{Conversation, VisitorHash};

    fn wakeups(state: ConversationState, body: EventBody) -> Vec<Wakeup> {
        let new = new_conversation("ann");
        let visitor = VisitorHash(String::new());
        let before = Conversation::before_first(new.id, new.site, visitor, 0);
        let event = Event {
            seq: 1,
            at: 0,
            write: WriteId::new("write-of-a-test-wakes").unwrap(),
            body,
        };
        let mut appended = Appended {
            events: vec![event],
            conversation: Conversation { state, ..before },
            fresh: true,
        };
        let wakeups = appended.wakeups();
        appended.fresh = false;
        assert_eq!(appended.wakeups(), [], "a repeated write wakes nobody");
        wakeups
    }

    #[test]
    fn those_look_again_whom_an_event_concerns() {
        let own = Wakeup::Conversation(new_conversation("ann").id);
        let agent = agent_name("sam");
        let reason = EscalationReason::Bell;
        let (bot, waiting) = (ConversationState::Bot, ConversationState::Waiting);
        for (state, body, expected) in [
            (bot, EventBody::Unknown, vec![own.clone()]),
            (
                waiting,
                EventBody::Escalated { reason },
                vec![own.clone(), Wakeup::Inbox],
            ),
            (
                ConversationState::WithAgent,
                EventBody::Claimed {
                    agent: agent.clone(),
                },
                vec![own.clone(), Wakeup::Queue, Wakeup::Inbox],
            ),
            (
                bot,
                EventBody::HandedBack { agent },
                vec![own.clone(), Wakeup::Inbox],
            ),
        ] {
            assert_eq!(wakeups(state, body), expected);
        }
    }
}
