//! What the agent does, and what comes of it.

use deskbell_client::Failure;
use deskbell_protocol::{ConversationId, MessageAccepted, Timestamp, WriteId};

use super::{Notice, Shift};
use crate::state::outbox::Outcome;
use crate::state::{Act, Delivery, Effect, Outgoing, Target};

/// So often at most the server is told that the agent writes, in milliseconds. It believes it for six seconds.
const TYPING_EVERY_MS: i64 = 4_000;

impl Shift {
    pub(super) fn typed(
        &mut self,
        conversation: ConversationId,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let told = self.typing_told.as_ref();
        let lately =
            told.is_some_and(|(of, at)| *of == conversation && *at + TYPING_EVERY_MS > now);
        if !lately {
            self.typing_told = Some((conversation.clone(), now));
            effects.push(Effect::TellTyping(conversation));
        }
    }

    pub(super) fn act(
        &mut self,
        write: WriteId,
        conversation: ConversationId,
        act: Act,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.notice = None;
        let is_reply = matches!(act, Act::Reply(_));
        if is_reply {
            // What is written next is a message of its own.
            self.typing_told = None;
        }
        // A second click on a button whose first is still on its way is the same wish.
        if !is_reply && self.pending(&conversation) == Some(&act) {
            return;
        }
        let item = Outgoing {
            write,
            conversation,
            act,
            at: now,
            delivery: Delivery::Waiting,
            tries: 0,
        };
        if is_reply {
            effects.push(Effect::Keep(self.agent.id.clone(), item.clone()));
        }
        self.outbox.push(item);
    }

    pub(super) fn answered(
        &mut self,
        write: &WriteId,
        outcome: Result<MessageAccepted, Failure>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let (events, failure) = match outcome {
            Ok(accepted) => (accepted.events, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let seed = self.agent.id.as_str();
        match self.outbox.answered(write, failure, now, seed) {
            Outcome::Done(item) => {
                self.stored(&item, effects);
                if self.shows(&item.conversation) {
                    for event in events {
                        self.receive(event, effects);
                    }
                    if let Some(open) = &mut self.open {
                        open.settle(item);
                    }
                }
            }
            // A refused reply tells so itself, in the transcript.
            Outcome::Refused(item, problem) if !item.is_reply() => {
                self.not_done(
                    &item,
                    Notice::Refused(item.act.clone(), problem.message),
                    effects,
                );
            }
            Outcome::GivenUp(item) => {
                self.not_done(&item, Notice::GivenUp(item.act.clone()), effects);
            }
            Outcome::Refused(..) | Outcome::Kept | Outcome::Unknown => {}
        }
    }

    /// An item is known to be stored, by its answer or by the stream, whichever came first.
    pub(super) fn stored(&self, item: &Outgoing, effects: &mut Vec<Effect>) {
        let target = match item.act {
            Act::Claim => Target::Reply,
            Act::HandBack | Act::Close => Target::Conversation,
            Act::Reply(_) => {
                effects.push(Effect::Forget(self.agent.id.clone(), item.write.clone()));
                return;
            }
        };
        // The button that was pressed is gone.
        if self.shows(&item.conversation) {
            effects.push(Effect::Focus(target));
        }
    }

    fn not_done(&mut self, item: &Outgoing, notice: Notice, effects: &mut Vec<Effect>) {
        self.notice = Some(notice);
        if self.shows(&item.conversation) {
            effects.push(Effect::Focus(Target::Conversation));
        }
    }

    fn shows(&self, conversation: &ConversationId) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.id() == conversation)
    }
}
