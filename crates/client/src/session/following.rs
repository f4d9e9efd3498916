//! The log as it comes in.

use deskbell_protocol::Event;
use deskbell_triage::policy::{BotStretch, Policy};

use super::{Connection, Effect, Session};
use crate::{OutgoingBody, Timeline};

impl Session {
    /// The server does not know the conversation (its retention is over, say): the next write opens a new one.
    pub(super) fn forget_conversation(&mut self, effects: &mut Vec<Effect>) {
        self.conversation = None;
        self.status = None;
        // What was stored in it is gone from the screen.
        self.originals
            .retain(|write| self.outbox.get(write).is_some());
        self.timeline = Timeline::default();
        self.stretch = BotStretch::default();
        self.connection = Connection::Idle;
        self.stream_at = None;
        effects.push(Effect::ForgetConversation);
        self.drop_remarks(effects);
    }

    /// What was said about a conversation that is gone means nothing in another one, and is no reason to begin one.
    pub(super) fn drop_remarks(&mut self, effects: &mut Vec<Effect>) {
        let is_remark = |body: &OutgoingBody| {
            matches!(
                body,
                OutgoingBody::Rating { .. } | OutgoingBody::Feedback { .. }
            )
        };
        self.drop_from_outbox(&|item| is_remark(&item.body), effects);
    }

    pub(super) fn receive(&mut self, event: Event, effects: &mut Vec<Effect>) {
        for event in self.timeline.receive(event) {
            self.stretch.apply(&event.body, &Policy::default());
            if self.outbox.remove(&event.write).is_some() {
                effects.push(Effect::Forget(event.write.clone()));
            }
        }
    }

    pub(super) fn open_stream(&mut self, effects: &mut Vec<Effect>) {
        if let Some(conversation) = self.conversation.clone() {
            self.connection = Connection::Connecting;
            self.stream_at = None;
            effects.push(Effect::OpenStream {
                conversation,
                after: self.timeline.cursor(),
            });
        }
    }
}
