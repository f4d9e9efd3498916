//! What the agent did and the server has not acknowledged yet: sent one after the other, each until it is known
//! to be stored. Every item keeps its write id, so trying again never does anything twice.

use deskbell_client::{Backoff, Failure};
use deskbell_protocol::{ConversationId, MessageText, Problem, Timestamp, WriteId};
use serde::{Deserialize, Serialize};

/// A claim, a return and a close are tried so often while the server cannot be reached; done minutes later they
/// would surprise everybody. A reply is tried for ever.
const TRIES: u32 = 3;

/// Something an agent does with a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Take it.
    Claim,
    /// Write to the customer.
    Reply(MessageText),
    /// Give it back to the bot.
    HandBack,
    /// Close it.
    Close,
}

/// Where an item stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// To be sent, perhaps again.
    #[default]
    Waiting,
    /// On its way.
    Sending,
    /// The server refused, and says why. Only replies stay in the outbox then: a text is never thrown away.
    Refused(String),
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Names the write.
    pub write: WriteId,
    /// The conversation.
    pub conversation: ConversationId,
    /// What is done.
    pub act: Act,
    /// When the agent did it.
    pub at: Timestamp,
    /// Where it stands.
    #[serde(skip)]
    pub delivery: Delivery,
    /// How often it was tried in vain.
    #[serde(skip)]
    pub tries: u32,
}

impl Outgoing {
    /// Whether a customer waits for it to be read.
    #[must_use]
    pub fn is_reply(&self) -> bool {
        matches!(self.act, Act::Reply(_))
    }
}

/// What an answer led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The item is stored and out of the outbox.
    Done(Outgoing),
    /// The server refused it.
    Refused(Outgoing, Problem),
    /// The server could not be reached, and the item was given up.
    GivenUp(Outgoing),
    /// It will be tried again.
    Kept,
    /// The item is unknown: given up, or known as stored before the answer came.
    Unknown,
}

/// See the [module documentation](self).
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    items: Vec<Outgoing>,
    sending: Option<WriteId>,
    backoff: Backoff,
    send_at: Timestamp,
}

impl Outbox {
    /// Puts an item at the end. One that is known already is not put twice.
    pub fn push(&mut self, item: Outgoing) {
        if !self.items.iter().any(|it| it.write == item.write) {
            self.items.push(item);
        }
    }

    /// What is not acknowledged yet, oldest first.
    pub fn items(&self) -> impl Iterator<Item = &Outgoing> {
        self.items.iter()
    }

    /// The next item to send at `now`, which then counts as on its way.
    pub fn next(&mut self, now: Timestamp) -> Option<Outgoing> {
        if self.sending.is_some() || now < self.send_at {
            return None;
        }
        let item = self.waiting()?;
        item.delivery = Delivery::Sending;
        let item = item.clone();
        self.sending = Some(item.write.clone());
        Some(item)
    }

    /// When [`Self::next`] should be asked again.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let waits = |item: &Outgoing| item.delivery == Delivery::Waiting;
        (self.sending.is_none() && self.items.iter().any(waits)).then_some(self.send_at)
    }

    /// Sends whatever waits at once.
    pub fn hurry(&mut self) {
        self.send_at = 0;
    }

    /// Takes the answer to `write` in; `seed` spreads the consoles that come back to a restarted server.
    pub fn answered(
        &mut self,
        write: &WriteId,
        failure: Option<Failure>,
        now: Timestamp,
        seed: &str,
    ) -> Outcome {
        if self.sending.as_ref() == Some(write) {
            self.sending = None;
        }
        let Some(failure) = failure else {
            self.backoff.reset();
            self.send_at = 0;
            return self.remove(write).map_or(Outcome::Unknown, Outcome::Done);
        };
        let Some(item) = self.items.iter_mut().find(|it| it.write == *write) else {
            return Outcome::Unknown;
        };
        let wait = match failure {
            Failure::Refused {
                problem,
                retry_after_ms,
            } if problem.code.may_retry() => retry_after_ms,
            Failure::Refused { problem, .. } => {
                item.delivery = Delivery::Refused(problem.message.clone());
                let item = item.clone();
                if !item.is_reply() {
                    self.remove(write);
                }
                return Outcome::Refused(item, problem);
            }
            Failure::Unreachable => None,
        };
        item.delivery = Delivery::Waiting;
        item.tries += 1;
        if item.tries >= TRIES && !item.is_reply() {
            return self
                .remove(write)
                .map_or(Outcome::Unknown, Outcome::GivenUp);
        }
        let later = self.backoff.after_failure(now, seed);
        self.send_at = wait.map_or(later, |wait| now + wait);
        Outcome::Kept
    }

    /// Tries a refused item again.
    pub fn retry(&mut self, write: &WriteId) {
        if let Some(item) = self.items.iter_mut().find(|it| it.write == *write) {
            item.delivery = Delivery::Waiting;
            self.send_at = 0;
        }
    }

    /// Takes an item out: it is stored, or given up.
    pub fn remove(&mut self, write: &WriteId) -> Option<Outgoing> {
        let index = self.items.iter().position(|it| it.write == *write)?;
        Some(self.items.remove(index))
    }

    fn waiting(&mut self) -> Option<&mut Outgoing> {
        let waits = |item: &&mut Outgoing| item.delivery == Delivery::Waiting;
        self.items.iter_mut().find(waits)
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::ProblemCode;

    use super::*;

    fn item(number: u8, act: Act) -> Outgoing {
        Outgoing {
            write: WriteId::new(format!("write-{number:010}")).unwrap(),
            conversation: ConversationId::new("conversation-0001").unwrap(),
            act,
            at: 0,
            delivery: Delivery::Waiting,
            tries: 0,
        }
    }

    fn reply(number: u8) -> Outgoing {
        item(number, Act::Reply(MessageText::new("Hello").unwrap()))
    }

    fn refused(code: ProblemCode, retry_after_ms: Option<i64>) -> Option<Failure> {
        let problem = Problem {
            code,
            message: "No.".to_owned(),
            request_id: String::new(),
        };
        Some(Failure::Refused {
            problem,
            retry_after_ms,
        })
    }

    #[test]
    fn replies_are_sent_one_after_the_other_in_the_order_they_were_written() {
        let mut outbox = Outbox::default();
        outbox.push(reply(1));
        outbox.push(reply(2));
        outbox.push(reply(1));
        let first = outbox.next(0).unwrap();
        assert_eq!((&first.write, outbox.next(0)), (&reply(1).write, None));
        assert!(matches!(
            outbox.answered(&first.write, None, 0, ""),
            Outcome::Done(_)
        ));
        assert_eq!(outbox.next(0).unwrap().write, reply(2).write);
    }

    #[test]
    fn a_reply_is_tried_with_the_same_write_id_until_it_is_stored() {
        let mut outbox = Outbox::default();
        outbox.push(reply(1));
        let mut now = 0;
        for _ in 0..50 {
            let sent = outbox.next(now).unwrap();
            assert_eq!(sent.write, reply(1).write);
            let outcome = outbox.answered(&sent.write, Some(Failure::Unreachable), now, "");
            assert_eq!(outcome, Outcome::Kept);
            assert_eq!(outbox.next(now), None);
            now = outbox.wake_at().unwrap();
        }
    }

    #[test]
    fn a_claim_is_given_up_after_a_few_tries() {
        let mut outbox = Outbox::default();
        outbox.push(item(1, Act::Claim));
        for n in 1..=TRIES {
            let sent = outbox.next(i64::MAX).unwrap();
            let outcome = outbox.answered(&sent.write, Some(Failure::Unreachable), 0, "");
            assert_eq!(matches!(outcome, Outcome::GivenUp(_)), n == TRIES);
        }
        assert_eq!(outbox.items().count(), 0);
    }

    #[test]
    fn a_refused_reply_stays_with_its_reason_and_can_be_tried_again() {
        let mut outbox = Outbox::default();
        outbox.push(reply(1));
        let sent = outbox.next(0).unwrap();
        let outcome = outbox.answered(&sent.write, refused(ProblemCode::WrongState, None), 0, "");
        assert!(matches!(outcome, Outcome::Refused(..)));
        let kept = outbox.items().next().unwrap();
        assert_eq!(kept.delivery, Delivery::Refused("No.".to_owned()));
        assert_eq!((outbox.next(0), outbox.wake_at()), (None, None));
        outbox.retry(&sent.write);
        assert_eq!(outbox.next(0).unwrap().write, sent.write);
    }

    #[test]
    fn the_server_says_how_long_to_wait() {
        let mut outbox = Outbox::default();
        outbox.push(reply(1));
        let sent = outbox.next(0).unwrap();
        let busy = refused(ProblemCode::TooManyRequests, Some(30_000));
        assert_eq!(outbox.answered(&sent.write, busy, 0, ""), Outcome::Kept);
        assert_eq!(outbox.wake_at(), Some(30_000));
        outbox.hurry();
        assert!(outbox.next(0).is_some());
    }

    #[test]
    fn what_the_stream_brought_back_first_is_done_and_its_answer_is_no_news() {
        let mut outbox = Outbox::default();
        outbox.push(reply(1));
        outbox.push(reply(2));
        let sent = outbox.next(0).unwrap();
        assert!(outbox.remove(&sent.write).is_some());
        assert_eq!(outbox.answered(&sent.write, None, 0, ""), Outcome::Unknown);
        assert!(outbox.next(0).is_some());
    }
}
