//! Which agents are writing just now. It lives in memory: nobody needs to know later.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, ConversationId, Timestamp};

use crate::Conversation;

/// How long an agent counts as writing after the last sign of it, in milliseconds. Consoles give one at most every
/// four seconds.
pub const TYPING_MS: i64 = 6_000;

/// Who writes where.
#[derive(Debug, Default)]
pub struct TypingBoard {
    signs: HashMap<ConversationId, (AgentId, Timestamp)>,
}

impl TypingBoard {
    /// A sign that `agent` writes in `conversation`. Whoever may give it has been checked before.
    pub fn typed(&mut self, conversation: &ConversationId, agent: &AgentId, now: Timestamp) {
        self.signs.retain(|_, (_, at)| counts(*at, now));
        let sign = (agent.clone(), now);
        self.signs.insert(conversation.clone(), sign);
    }

    /// Nobody writes there any more: the message has come, or the human stretch has ended.
    pub fn stopped(&mut self, conversation: &ConversationId) {
        self.signs.remove(conversation);
    }

    /// Until when the conversation's owner counts as writing, unless there is another sign; nothing if they do not.
    #[must_use]
    pub fn types_until(&self, conversation: &Conversation, now: Timestamp) -> Option<Timestamp> {
        let (agent, at) = self.signs.get(&conversation.id)?;
        let owner = conversation.agent.as_ref()?;
        (owner.id == *agent && counts(*at, now)).then_some(at + TYPING_MS)
    }
}

/// A sign from the future is of before the clock was set back: it is as old as any.
fn counts(sign: Timestamp, now: Timestamp) -> bool {
    (0..TYPING_MS).contains(&(now - sign))
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::ConversationState;

    use super::*;
    use crate::contract::{agent_name, new_conversation};

    fn with_agent(name: &str) -> Conversation {
        let new = new_conversation("ann");
        let before = Conversation::before_first(new.id, new.site, new.visitor, 0);
        Conversation {
            state: ConversationState::WithAgent,
            agent: Some(agent_name(name)),
            ..before
        }
    }

    #[test]
    fn an_agent_writes_for_six_seconds_after_each_sign_of_it() {
        let (mut board, ours) = (TypingBoard::default(), with_agent("sam"));
        let sam = agent_name("sam").id;
        assert_eq!(board.types_until(&ours, 1_000), None);
        board.typed(&ours.id, &sam, 1_000);
        assert_eq!(
            board.types_until(&ours, 999),
            None,
            "the clock was set back"
        );
        assert_eq!(board.types_until(&ours, 6_999), Some(7_000));
        assert_eq!(board.types_until(&ours, 7_000), None);
        board.typed(&ours.id, &sam, 5_000);
        assert_eq!(board.types_until(&ours, 7_000), Some(11_000));
    }

    #[test]
    fn it_ends_with_the_message_and_with_the_person() {
        let (mut board, ours) = (TypingBoard::default(), with_agent("sam"));
        board.typed(&ours.id, &agent_name("sam").id, 1_000);
        assert_eq!(board.types_until(&with_agent("bob"), 1_000), None);
        board.stopped(&ours.id);
        assert_eq!(board.types_until(&ours, 1_000), None);
    }

    #[test]
    fn old_signs_are_not_kept() {
        let (mut board, ours) = (TypingBoard::default(), with_agent("sam"));
        let other = ConversationId::new("another-conversation").unwrap();
        board.typed(&ours.id, &agent_name("sam").id, 0);
        board.typed(&other, &agent_name("sam").id, TYPING_MS);
        assert_eq!(board.signs.len(), 1);
    }
}
