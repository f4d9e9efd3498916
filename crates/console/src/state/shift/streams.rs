//! What the streams bring.

use deskbell_client::Failure;
use deskbell_client::sse::Message;
use deskbell_protocol::{ConversationId, Event, EventBody, Timestamp};

use super::{Heard, Shift};
use crate::state::{Attention, Effect, Link, OpenConversation, StreamId, Target};

impl Shift {
    pub(super) fn show(&mut self, id: ConversationId, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.open.as_ref().is_some_and(|open| *open.id() == id) {
            return;
        }
        let stream = self.new_stream();
        self.inbox.look_at(&id);
        self.notice = None;
        self.open = Some(OpenConversation::opening(id.clone(), stream, now));
        effects.push(Effect::OpenConversation {
            stream,
            conversation: id,
            after: 0,
        });
        effects.push(Effect::Focus(Target::Conversation));
    }

    pub(super) fn reopen(
        &mut self,
        now: Timestamp,
        is_due: impl Fn(&Link, Timestamp) -> bool,
        effects: &mut Vec<Effect>,
    ) {
        if is_due(&self.inbox_link, now) {
            let stream = self.new_stream();
            self.inbox_link.reopen(stream, now);
            effects.push(Effect::OpenInbox(stream));
        }
        if self
            .open
            .as_ref()
            .is_some_and(|open| is_due(&open.link, now))
        {
            self.reopen_conversation(now, effects);
        }
    }

    fn reopen_conversation(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let stream = self.new_stream();
        if let Some(open) = &mut self.open {
            open.link.reopen(stream, now);
            effects.push(Effect::OpenConversation {
                stream,
                conversation: open.id().clone(),
                after: open.timeline().cursor(),
            });
        }
    }

    fn new_stream(&mut self) -> StreamId {
        self.last_stream += 1;
        self.last_stream
    }

    pub(super) fn link(&mut self, stream: StreamId) -> Option<&mut Link> {
        let conversation = self.open.as_mut().map(|open| &mut open.link);
        let mut links = [Some(&mut self.inbox_link), conversation]
            .into_iter()
            .flatten();
        links.find(|link| link.id() == stream)
    }

    pub(super) fn stream_ended(&mut self, stream: StreamId, failure: Failure, now: Timestamp) {
        let seed = self.agent.id.clone();
        let is_inbox = self.inbox_link.id() == stream;
        let Some(link) = self.link(stream) else {
            return;
        };
        match failure {
            // The inbox is every agent's: if it is refused, that cannot be for long.
            Failure::Refused { problem, .. } if !is_inbox && !problem.code.may_retry() => {
                link.over(Some(problem.message));
            }
            Failure::Refused { .. } | Failure::Unreachable => link.ended(now, seed.as_str()),
        }
    }

    pub(super) fn hear(
        &mut self,
        stream: StreamId,
        message: Message,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(link) = self.link(stream) else {
            return;
        };
        link.heard(now);
        match message {
            Message::Inbox(inbox) => {
                if self.changing.is_none() {
                    self.online = inbox.online;
                }
                let open = self.open.as_ref().map(OpenConversation::id);
                let news = self.inbox.receive(*inbox, open);
                if news
                    .iter()
                    .any(|it| matches!(it, Attention::NewWaiting { .. }))
                {
                    self.say(Heard::NewWaiting);
                }
                effects.extend(news.into_iter().map(Effect::Attention));
                let listed = self.inbox.latest().is_some_and(|inbox| {
                    let mut cards = inbox.waiting.iter().chain(&inbox.mine);
                    let open = self.open.as_ref();
                    open.is_some_and(|open| cards.any(|card| open.is_revived_by(card)))
                });
                if listed {
                    self.reopen_conversation(now, effects);
                }
            }
            Message::Event(event) => self.receive(*event, effects),
            Message::Status(status) => {
                if let Some(open) = &mut self.open {
                    open.set_status(status, &self.agent.id);
                }
            }
        }
    }

    fn say(&mut self, heard: Heard) {
        self.heard = (self.heard.0.wrapping_add(1), Some(heard));
    }

    /// Takes an event of the conversation on screen in, however it arrived.
    pub(super) fn receive(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let Some(open) = &mut self.open else {
            return;
        };
        let (was_caught_up, id) = (open.is_caught_up(), open.id().clone());
        for event in open.receive(event) {
            if let Some(item) = self.outbox.remove(&event.write) {
                self.stored(&item, effects);
            }
            if let EventBody::CustomerMessage { text, .. } = event.body
                && was_caught_up
            {
                self.say(Heard::Customer(text.as_str().to_owned()));
                effects.push(Effect::Attention(Attention::NewMessage {
                    conversation: id.clone(),
                }));
            }
        }
    }
}
