//! The state machine of one customer's conversation.

use deskbell_protocol::{
    ContactText, ConversationId, Event, MessageText, OpenConversation, ProblemCode, ReadOn,
    Reading, Seq, SiteKey, Status, Timestamp, TriageHint, VisitorToken, WriteId,
};
use deskbell_triage::policy::{self, BotStretch, Policy};

use crate::mask::{SecretKind, mask};
use crate::originals::Originals;
use crate::{
    Answer, Backoff, Delivery, Failure, Outbox, Outgoing, OutgoingBody, Request, Timeline,
};

/// How long a message waits for the model before it is sent without a reading, in milliseconds. The message is on
/// screen all the while; the server reads it then.
pub const TRIAGE_BUDGET_MS: i64 = 1_500;

/// What never changes during a session.
#[derive(Clone, Debug)]
pub struct Config {
    /// The merchant.
    pub site: SiteKey,
    /// The customer's language tag.
    pub language: Option<String>,
    /// The page the widget is on.
    pub page: Option<String>,
}

/// What was kept on the device.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The customer's secret.
    pub token: VisitorToken,
    /// The conversation, if it was opened before.
    pub conversation: Option<ConversationId>,
    /// What was not acknowledged.
    pub outbox: Vec<Outgoing>,
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The widget is up. `open_write` names the write that opens the conversation if there is none yet.
    Started {
        /// Now.
        now: Timestamp,
        /// A new write id.
        open_write: WriteId,
    },
    /// The customer sends a message. What looks like a secret in it is masked before anything else happens; see
    /// [`Session::hidden`].
    Submitted {
        /// A new write id.
        write: WriteId,
        /// What.
        text: MessageText,
        /// Now.
        now: Timestamp,
        /// Whether the model can be asked.
        model: bool,
    },
    /// The customer wants a masked message sent as it was written. As long as the server has not acknowledged the
    /// masked one, the original takes its place; else it is one more message. It is a write of its own in any case,
    /// because the server may know the masked one already and never takes two texts for one id. Only the first such
    /// wish for a message counts.
    SentAsWritten {
        /// The masked message.
        write: WriteId,
        /// A new write id for the original.
        new_write: WriteId,
        /// Now.
        now: Timestamp,
        /// Whether the model can be asked.
        model: bool,
    },
    /// The model read a message, or failed to.
    Read {
        /// Which.
        write: WriteId,
        /// What it read and in how many milliseconds.
        reading: Option<(Reading, f32)>,
        /// Now.
        now: Timestamp,
    },
    /// The customer rings the bell. `write` may come from the loader, which may say it twice.
    Rang {
        /// The write id.
        write: WriteId,
        /// Now.
        now: Timestamp,
    },
    /// The customer judges an answer.
    Judged {
        /// A new write id.
        write: WriteId,
        /// The bot message.
        answer: Seq,
        /// Whether it helped.
        helped: bool,
        /// Now.
        now: Timestamp,
    },
    /// The customer leaves a way to reach them.
    LeftContact {
        /// A new write id.
        write: WriteId,
        /// What they wrote.
        contact: ContactText,
        /// Now.
        now: Timestamp,
    },
    /// A request was answered.
    Answered {
        /// The write it carried.
        write: WriteId,
        /// How.
        outcome: Result<Answer, Failure>,
        /// Now.
        now: Timestamp,
    },
    /// The stream delivers.
    StreamOpened,
    /// The stream brought an event.
    StreamEvent(Box<Event>),
    /// The stream brought the live status.
    StreamStatus(Status),
    /// The stream ended, for whatever reason. `unknown` if the server does not know the conversation (any more).
    StreamEnded {
        /// Now.
        now: Timestamp,
        /// Whether the server said that there is no such conversation.
        unknown: bool,
    },
    /// The page came back: focus, network, wake from sleep. Everything is tried at once.
    CameBack {
        /// Now.
        now: Timestamp,
    },
    /// The time asked for with [`Effect::WakeAt`] has come.
    Woke {
        /// Now.
        now: Timestamp,
    },
    /// The customer wants a failed item tried again.
    Retried {
        /// Which.
        write: WriteId,
        /// Now.
        now: Timestamp,
    },
    /// The customer gives a failed item up.
    Discarded {
        /// Which.
        write: WriteId,
    },
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep this on the device until told to forget it.
    Keep(Outgoing),
    /// Forget what was kept.
    Forget(WriteId),
    /// Keep the conversation's id.
    KeepConversation(ConversationId),
    /// Forget the conversation's id.
    ForgetConversation,
    /// Have the model read this.
    Classify {
        /// The message's write id.
        write: WriteId,
        /// Its text.
        text: MessageText,
    },
    /// Send this with the visitor token.
    Send(Request),
    /// Open the event stream; a former one is replaced.
    OpenStream {
        /// Of which conversation.
        conversation: ConversationId,
        /// After which event.
        after: Seq,
    },
    /// Wake the session at this time. A former wish is replaced.
    WakeAt(Timestamp),
}

/// How the session stands with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Nothing to connect to yet: no conversation.
    Idle,
    /// Being connected.
    Connecting,
    /// Events arrive.
    Live,
    /// Not reachable at the moment; tried again by itself.
    Lost,
}

/// One line of the conversation on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'a> {
    /// Stored.
    Event(&'a Event),
    /// On its way.
    Echo(&'a Outgoing),
}

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
                let body = OutgoingBody::Contact { contact };
                self.submit(waiting(write, now, body), now, &mut effects);
            }
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

    fn submit(&mut self, item: Outgoing, now: Timestamp, effects: &mut Vec<Effect>) {
        effects.push(Effect::Keep(item.clone()));
        self.outbox.push(item);
        self.pump(now, effects);
    }

    fn send_as_written(
        &mut self,
        masked: &WriteId,
        write: WriteId,
        now: Timestamp,
        model: bool,
        effects: &mut Vec<Effect>,
    ) {
        let Some(text) = self.originals.take(masked) else {
            return;
        };
        let unsent = self.outbox.get(masked);
        let unsent = unsent.filter(|item| item.delivery != Delivery::Stored);
        let Some(at) = unsent.map(|item| item.at) else {
            let item = message(write, text, now, now, model, effects);
            return self.submit(item, now, effects);
        };
        let item = message(write, text, at, now, model, effects);
        self.outbox.replace(masked, &item);
        // In this order, so that whenever the page ends, one of the two is kept.
        effects.push(Effect::Keep(item));
        effects.push(Effect::Forget(masked.clone()));
        self.pump(now, effects);
    }

    /// The device's verdict goes along as a hint; the server decides again and can only decide more for a person.
    fn read(
        &mut self,
        write: &WriteId,
        reading: Option<(Reading, f32)>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(item) = self.outbox.get_mut(write)
            && matches!(item.delivery, Delivery::Reading { .. })
        {
            item.delivery = Delivery::Waiting;
            if let (OutgoingBody::Message { triage, .. }, Some((reading, millis))) =
                (&mut item.body, reading)
            {
                let verdict = policy::decide(&reading, &self.stretch, &Policy::default());
                *triage = Some(TriageHint {
                    reading,
                    verdict,
                    read_on: ReadOn::Device,
                    millis,
                });
            }
            effects.push(Effect::Keep(item.clone()));
        }
        self.pump(now, effects);
    }

    /// Sends what is next, if it is time, and says when to come back.
    fn pump(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if !self.sending
            && self.send_at <= now
            && self.outbox.next(now).is_some()
            && let Some(request) = self.next_request(now)
        {
            self.sending = true;
            effects.push(Effect::Send(request));
        }
        self.wake(effects);
    }

    fn next_request(&mut self, now: Timestamp) -> Option<Request> {
        let Some(conversation) = &self.conversation else {
            return Some(Request::Open(OpenConversation {
                write: self.open_write.clone()?,
                site: self.config.site.clone(),
                language: self.config.language.clone(),
                page: self.config.page.clone(),
            }));
        };
        let next = self.outbox.next(now)?;
        let (request, write) = (next.request(conversation), next.write.clone());
        if let Some(item) = self.outbox.get_mut(&write) {
            item.delivery = Delivery::Sending;
        }
        Some(request)
    }

    /// Says when to come back: as soon as what is next may be sent or the stream be opened again.
    fn wake(&self, effects: &mut Vec<Effect>) {
        let next = self.outbox.next(Timestamp::MAX).filter(|_| !self.sending);
        let send_at = next.map(|item| match item.delivery {
            Delivery::Reading { until } => until.max(self.send_at),
            _ => self.send_at,
        });
        if let Some(at) = send_at.into_iter().chain(self.stream_at).min() {
            effects.push(Effect::WakeAt(at));
        }
    }

    fn answered(
        &mut self,
        write: &WriteId,
        outcome: Result<Answer, Failure>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.sending = false;
        match outcome {
            Ok(answer) => {
                self.send_backoff.reset();
                self.succeeded(write, answer, effects);
                // The server is there, so the stream need not wait for its turn.
                if self.connection == Connection::Lost {
                    self.open_stream(effects);
                }
            }
            Err(failure) => self.failed(write, failure, now, effects),
        }
        self.pump(now, effects);
    }

    fn succeeded(&mut self, write: &WriteId, answer: Answer, effects: &mut Vec<Effect>) {
        match answer {
            Answer::Opened(opened) => {
                effects.push(Effect::KeepConversation(opened.conversation.clone()));
                self.conversation = Some(opened.conversation);
                self.status = Some(opened.status);
                self.open_stream(effects);
            }
            Answer::Escalated(escalated) => {
                self.outbox.remove(write);
                effects.push(Effect::Forget(write.clone()));
                self.status = Some(escalated.status);
            }
            Answer::Accepted(accepted) => {
                // The echo stays until the event takes its place, so that nothing flickers.
                if let Some(item) = self.outbox.get_mut(write) {
                    item.delivery = Delivery::Stored;
                }
                effects.push(Effect::Forget(write.clone()));
                for event in accepted.events {
                    self.receive(event, effects);
                }
            }
        }
    }

    fn failed(
        &mut self,
        write: &WriteId,
        failure: Failure,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let unknown = matches!(
            &failure,
            Failure::Refused { problem, .. }
                if matches!(problem.code, ProblemCode::UnknownConversation | ProblemCode::NotYours)
        );
        match failure {
            Failure::Refused { problem, .. } if !unknown && !problem.code.may_retry() => {
                self.send_at = now;
                self.give_up(write, &problem.message);
                return;
            }
            Failure::Refused {
                retry_after_ms: Some(delay),
                ..
            } => {
                self.send_at = now + delay.max(0);
            }
            _ => self.send_at = self.send_backoff.after_failure(now, self.token.reveal()),
        }
        if unknown {
            self.forget_conversation(effects);
        }
        if let Some(item) = self.outbox.get_mut(write) {
            item.delivery = Delivery::Waiting;
        }
    }

    /// Refused for good. If it was the opening that was refused, everything that waits for it is.
    fn give_up(&mut self, write: &WriteId, message: &str) {
        let opening = self.open_write.as_ref() == Some(write);
        let writes: Vec<_> = self.outbox.iter().map(|item| item.write.clone()).collect();
        for refused in writes.iter().filter(|item| opening || *item == write) {
            if let Some(item) = self.outbox.get_mut(refused) {
                item.delivery = Delivery::Failed {
                    message: message.to_owned(),
                };
            }
        }
    }

    /// The server does not know the conversation (its retention is over, say): the next write opens a new one.
    fn forget_conversation(&mut self, effects: &mut Vec<Effect>) {
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
    }

    fn receive(&mut self, event: Event, effects: &mut Vec<Effect>) {
        for event in self.timeline.receive(event) {
            self.stretch.apply(&event.body, &Policy::default());
            if self.outbox.remove(&event.write).is_some() {
                effects.push(Effect::Forget(event.write.clone()));
            }
        }
    }

    fn open_stream(&mut self, effects: &mut Vec<Effect>) {
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

/// A message that was written at `at`. With the model, it is read first.
fn message(
    write: WriteId,
    text: MessageText,
    at: Timestamp,
    now: Timestamp,
    model: bool,
    effects: &mut Vec<Effect>,
) -> Outgoing {
    let delivery = if model {
        effects.push(Effect::Classify {
            write: write.clone(),
            text: text.clone(),
        });
        Delivery::Reading {
            until: now + TRIAGE_BUDGET_MS,
        }
    } else {
        Delivery::Waiting
    };
    let body = OutgoingBody::Message { text, triage: None };
    Outgoing {
        write,
        at,
        body,
        delivery,
    }
}

fn waiting(write: WriteId, at: Timestamp, body: OutgoingBody) -> Outgoing {
    Outgoing {
        write,
        at,
        body,
        delivery: Delivery::Waiting,
    }
}
