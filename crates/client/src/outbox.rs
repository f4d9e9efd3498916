//! What the customer did and the server has not yet acknowledged. It is kept on the device until then.

use deskbell_protocol::{
    ContactText, ConversationId, GiveFeedback, Introduce, Introduction, LeaveContact, MessageText,
    PostMessage, ProblemCode, RateStretch, RequestHuman, Score, Seq, Timestamp, TriageHint,
    WriteId,
};
use serde::{Deserialize, Serialize};

use crate::Request;

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Names the write, also across reloads.
    pub write: WriteId,
    /// When the customer did it.
    pub at: Timestamp,
    /// What.
    pub body: OutgoingBody,
    /// How far it is. Not kept: after a reload everything waits again.
    #[serde(skip)]
    pub delivery: Delivery,
}

/// What the customer did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingBody {
    /// Wrote.
    Message {
        /// What.
        text: MessageText,
        /// How the device read it.
        #[serde(default)]
        triage: Option<TriageHint>,
    },
    /// Rang the bell.
    Ring,
    /// Said whether an answer helped.
    Feedback {
        /// The bot message.
        answer: Seq,
        /// Whether it helped.
        helped: bool,
    },
    /// Said how to be reached.
    Contact {
        /// E-mail, phone or whatever they wrote.
        contact: ContactText,
    },
    /// Said how the chat with a person was.
    Rating {
        /// The event that ended the human stretch.
        stretch: Seq,
        /// How it was.
        score: Score,
    },
    /// Was introduced by the page.
    Introduction(Introduction),
}

/// How far something is on its way.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Delivery {
    /// Being read by the model, until the given time at the latest.
    Reading {
        /// Then it is sent as it is.
        until: Timestamp,
    },
    /// The customer may still think better of it, until the given time.
    Settling {
        /// Then it is sent.
        until: Timestamp,
    },
    /// Waits for its turn or for the network.
    #[default]
    Waiting,
    /// Sent, not answered yet.
    Sending,
    /// The server has it; its event is about to arrive.
    Stored,
    /// The server refused it for good.
    Failed {
        /// Why. What the customer reads is chosen by it, in their language.
        code: ProblemCode,
    },
}

impl Outgoing {
    /// The request that carries it.
    #[must_use]
    pub fn request(&self, conversation: &ConversationId) -> Request {
        let (id, write) = (conversation.clone(), self.write.clone());
        match &self.body {
            OutgoingBody::Message { text, triage } => {
                let message = PostMessage {
                    write,
                    text: text.clone(),
                    triage: triage.clone(),
                };
                Request::Message(id, Box::new(message))
            }
            OutgoingBody::Ring => Request::Ring(id, RequestHuman { write }),
            OutgoingBody::Feedback { answer, helped } => Request::Feedback(
                id,
                GiveFeedback {
                    write,
                    answer: *answer,
                    helped: *helped,
                },
            ),
            OutgoingBody::Contact { contact } => Request::Contact(
                id,
                LeaveContact {
                    write,
                    contact: contact.clone(),
                },
            ),
            OutgoingBody::Rating { stretch, score } => Request::Rating(
                id,
                RateStretch {
                    write,
                    stretch: *stretch,
                    score: *score,
                },
            ),
            OutgoingBody::Introduction(Introduction { name, email, token }) => {
                Request::Introduction(
                    id,
                    Introduce {
                        write,
                        name: name.clone(),
                        email: email.clone(),
                        token: token.clone(),
                    },
                )
            }
        }
    }
}

/// Everything that is on its way, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    items: Vec<Outgoing>,
}

impl Outbox {
    /// What was kept on the device, oldest first.
    #[must_use]
    pub fn restore(items: Vec<Outgoing>) -> Self {
        // Few items: a library's sort would be three kilobytes of the widget.
        let mut sorted: Vec<Outgoing> = Vec::with_capacity(items.len());
        for item in items {
            let later = |it: &Outgoing| (it.at, &it.write) <= (item.at, &item.write);
            sorted.insert(sorted.partition_point(later), item);
        }
        Self { items: sorted }
    }

    /// Adds at the end. A write that is there already stays as it is.
    pub fn push(&mut self, item: Outgoing) {
        if self.get(&item.write).is_none() {
            self.items.push(item);
        }
    }

    /// Puts `item` in the place of `write`. Gives back whether there was such a place; without one, nothing changes.
    pub fn replace(&mut self, write: &WriteId, item: &Outgoing) -> bool {
        let place = self.items.iter_mut().find(|it| it.write == *write);
        place.map(|it| *it = item.clone()).is_some()
    }

    /// Takes out.
    pub fn remove(&mut self, write: &WriteId) -> Option<Outgoing> {
        let index = self.items.iter().position(|item| item.write == *write)?;
        Some(self.items.remove(index))
    }

    /// Looks up.
    #[must_use]
    pub fn get(&self, write: &WriteId) -> Option<&Outgoing> {
        self.items.iter().find(|item| item.write == *write)
    }

    /// Looks up to change.
    pub fn get_mut(&mut self, write: &WriteId) -> Option<&mut Outgoing> {
        self.items.iter_mut().find(|item| item.write == *write)
    }

    /// All, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Outgoing> {
        self.items.iter()
    }

    /// What to send next at `now`. The bell goes before everything; otherwise strictly one after the other, so that
    /// messages are stored in the order in which they were written. What settles lets others pass, and an introduction
    /// goes when nothing else waits.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<&Outgoing> {
        let waits = |item: &&Outgoing| match item.delivery {
            Delivery::Waiting => true,
            Delivery::Reading { until } | Delivery::Settling { until } => until <= now,
            _ => false,
        };
        let open = |item: &&Outgoing| match item.delivery {
            Delivery::Stored | Delivery::Failed { .. } => false,
            Delivery::Settling { until } => until <= now,
            _ => true,
        };
        let is_introduction = |item: &&Outgoing| matches!(item.body, OutgoingBody::Introduction(_));
        let bell = self
            .iter()
            .find(|item| item.body == OutgoingBody::Ring && waits(item));
        let other = |item: &&Outgoing| open(item) && !is_introduction(item);
        let introduction = |item: &&Outgoing| is_introduction(item) && waits(item);
        bell.or_else(|| self.iter().find(other).filter(waits))
            .or_else(|| self.iter().find(introduction))
    }
}
