//! The state machine of one customer's conversation.

mod effect;
mod following;
mod input;
mod sending;
mod writing;

use deskbell_protocol::{ConversationId, Status, Timestamp, VisitorToken, WriteId};
use deskbell_triage::policy::BotStretch;

pub use effect::{Connection, Effect, Item};
pub use input::{Config, Input, Saved};

use crate::mask::{SecretKind, mask};
use crate::originals::Originals;
use crate::{Backoff, Delivery, Outbox, Outgoing, OutgoingBody, Timeline};
use writing::{message, waiting, without_secrets};

/// How long a message waits for the model before it is sent without a reading, in milliseconds. The message is on
/// screen all the while; the server reads it then.
pub const TRIAGE_BUDGET_MS: i64 = 1_500;

/// How long a score waits for another one before it is sent, in milliseconds: with the keyboard one passes those
/// between.
pub const RATING_PAUSE_MS: i64 = 1_200;

/// See the [module documentation](self).
#[derive(Debug)]
pub struct Session {
    config: Config,
    token: VisitorToken,
    open_write: Option<WriteId>,
    conversation: Option<ConversationId>,
    outbox: Outbox,
    originals: Originals,
    timeline: Timeline,
    stretch: BotStretch,
    status: Option<Status>,
    connection: Connection,
    /// A request is under way.
    sending: bool,
    send_backoff: Backoff,
    stream_backoff: Backoff,
    /// Not before then is the next request sent.
    send_at: Timestamp,
    /// Then the stream is opened again.
    stream_at: Option<Timestamp>,
}

impl Session {
    /// A session with what was kept on the device.
    #[must_use]
    pub fn new(config: Config, saved: Saved) -> Self {
        Self {
            config,
            token: saved.token,
            open_write: None,
            conversation: saved.conversation,
            outbox: Outbox::restore(saved.outbox),
            originals: Originals::default(),
            timeline: Timeline::default(),
            stretch: BotStretch::default(),
            status: None,
            connection: Connection::Idle,
            sending: false,
            send_backoff: Backoff::default(),
            stream_backoff: Backoff::default(),
            send_at: 0,
            stream_at: None,
        }
    }

    /// The customer's secret, for requests.
    #[must_use]
    pub fn token(&self) -> &VisitorToken {
        &self.token
    }

    /// The live status, once known.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    /// How the session stands with the server.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Whether a bell is on its way: rung, not yet acknowledged.
    #[must_use]
    pub fn is_ringing(&self) -> bool {
        self.outbox
            .iter()
            .any(|item| item.body == OutgoingBody::Ring)
    }

    /// Whether anything of the customer's is on its way: neither acknowledged nor refused. Who they are goes along with
    /// something else, and alone is no reason to send.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        let on_its_way = |item: &Outgoing| {
            !matches!(item.body, OutgoingBody::Introduction(_))
                && !matches!(item.delivery, Delivery::Stored | Delivery::Failed { .. })
        };
        self.outbox.iter().any(on_its_way)
    }

    /// Whether the last request did not get through. What is on its way is kept and tried again by itself.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        self.send_backoff.has_failed()
    }

    /// The message with this write id, and what was masked in it, each kind once. None if nothing was, if it is sent as
    /// written already, or if it was written before this page was loaded.
    #[must_use]
    pub fn hidden(&self, write: &str) -> Option<(&WriteId, &[SecretKind])> {
        self.originals.hidden(write)
    }

    /// The conversation on screen: what is stored, then what is on its way.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let events = self.timeline.events().iter().map(Item::Event);
        events.chain(self.outbox.iter().map(Item::Echo))
    }

    /// Takes an input and says what to do.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Started { now, open_write } => {
                self.open_write = Some(open_write);
                if self.conversation.is_none() {
                    self.drop_remarks(&mut effects);
                }
                self.open_stream(&mut effects);
                self.pump(now, &mut effects);
            }
            Input::Submitted {
                write,
                text,
                now,
                model,
            } => {
                let masked = mask(&text);
                self.originals.remember(&write, text, &masked);
                let item = message(write, masked.text, now, now, model, &mut effects);
                self.submit(item, now, &mut effects);
            }
            Input::SentAsWritten {
                write,
                new_write,
                now,
                model,
            } => self.send_as_written(&write, new_write, now, model, &mut effects),
            Input::Read {
                write,
                reading,
                now,
            } => self.read(&write, reading, now, &mut effects),
            Input::Rang { write, now } => {
                let known = self
                    .timeline
                    .events()
                    .iter()
                    .any(|event| event.write == write);
                if !known && !self.is_ringing() {
                    // What a message was refused for, or how often the server was not reached, is no reason to wait.
                    self.send_at = now;
                    self.submit(waiting(write, now, OutgoingBody::Ring), now, &mut effects);
                }
            }
            Input::Judged {
                write,
                answer,
                helped,
                now,
            } => {
                let body = OutgoingBody::Feedback { answer, helped };
                self.submit(waiting(write, now, body), now, &mut effects);
            }
            Input::LeftContact {
                write,
                contact,
                now,
            } => {
                let contact = without_secrets(contact);
                let body = OutgoingBody::Contact { contact };
                self.submit(waiting(write, now, body), now, &mut effects);
            }
            Input::Rated {
                write,
                stretch,
                score,
                now,
            } => self.rate(write, stretch, score, now, &mut effects),
            Input::Introduced {
                write,
                introduction,
                now,
            } => self.introduce(write, introduction, now, &mut effects),
            Input::Answered {
                write,
                outcome,
                now,
            } => {
                self.answered(&write, outcome, now, &mut effects);
            }
            Input::StreamOpened => {
                self.connection = Connection::Live;
                self.stream_backoff.reset();
            }
            Input::StreamEvent(event) => self.receive(*event, &mut effects),
            Input::StreamStatus(status) => self.status = Some(status),
            Input::StreamEnded { now, unknown } => {
                // Nobody would say the end of it.
                if let Some(status) = &mut self.status {
                    status.agent_types = false;
                }
                if unknown {
                    self.forget_conversation(&mut effects);
                    self.pump(now, &mut effects);
                } else if self.conversation.is_some() {
                    self.connection = Connection::Lost;
                    let at = self.stream_backoff.after_failure(now, self.token.reveal());
                    self.stream_at = Some(at);
                    self.wake(&mut effects);
                }
            }
            Input::News => {
                let before = self.connection;
                self.open_stream(&mut effects);
                // Nothing was lost, so nothing is said of it.
                if before == Connection::Live {
                    self.connection = before;
                }
            }
            Input::Begun { conversation, now } => {
                if self.conversation.is_none() {
                    self.conversation = Some(conversation);
                    self.open_stream(&mut effects);
                    self.pump(now, &mut effects);
                }
            }
            Input::CameBack { now } => {
                self.send_at = now;
                if self.connection == Connection::Lost {
                    self.open_stream(&mut effects);
                }
                self.pump(now, &mut effects);
            }
            Input::Woke { now } => {
                if self.stream_at.is_some_and(|at| at <= now) {
                    self.open_stream(&mut effects);
                }
                self.pump(now, &mut effects);
            }
            Input::Retried { write, now } => {
                if let Some(item) = self.outbox.get_mut(&write) {
                    item.delivery = Delivery::Waiting;
                }
                self.send_at = now;
                self.pump(now, &mut effects);
            }
            Input::Discarded { write } => {
                self.originals.take(&write);
                if self.outbox.remove(&write).is_some() {
                    effects.push(Effect::Forget(write));
                }
            }
        }
        effects
    }
}
