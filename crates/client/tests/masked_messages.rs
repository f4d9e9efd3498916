//! What the session does with a message that holds a secret, and with the wish to send it as it was written.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, BTreeSet};

use deskbell_client::mask::SecretKind;
use deskbell_client::{
    Answer, Config, Effect, Failure, Input, Item, Outgoing, OutgoingBody, Request, Saved, Session,
};
use deskbell_protocol::{
    ContactText, ConversationId, Event, EventBody, MessageAccepted, MessageText, SiteKey,
    VisitorToken, WriteId,
};
use proptest::prelude::*;

const CARD: &str = "4242424242424242";

fn write(name: &str) -> WriteId {
    WriteId::new(format!("the-write-named-{name}")).unwrap()
}

/// What `number` says, as it was written and as it is masked.
fn written(number: usize) -> String {
    format!("message {number} {CARD}")
}

fn masked(number: usize) -> String {
    format!("message {number} •••• 4242")
}

/// A device with one customer, and the server's log of what they said.
struct Device {
    session: Session,
    kept: BTreeMap<WriteId, String>,
    request: Option<Request>,
    reading: Vec<(WriteId, MessageText)>,
    wake_at: Option<i64>,
    now: i64,
    messages: usize,
    /// The numbers of the messages that the customer wanted sent as written.
    wanted: BTreeSet<usize>,
    log: Vec<Event>,
}

fn session(outbox: Vec<Outgoing>) -> Session {
    let config = Config {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let saved = Saved {
        token: VisitorToken::new("t".repeat(43)).unwrap(),
        conversation: Some(ConversationId::new("the-one-conversation").unwrap()),
        outbox,
    };
    Session::new(config, saved)
}

impl Device {
    fn new() -> Self {
        let mut device = Self {
            session: session(Vec::new()),
            kept: BTreeMap::new(),
            request: None,
            reading: Vec::new(),
            wake_at: None,
            now: 1_000,
            messages: 0,
            wanted: BTreeSet::new(),
            log: Vec::new(),
        };
        device.start();
        device
    }

    fn start(&mut self) {
        self.input(Input::Started {
            now: self.now,
            open_write: write("open"),
        });
    }

    /// Whatever the session asks for shows a secret only if the customer wanted that.
    fn input(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.session.handle(input);
        for effect in &effects {
            let said = format!("{effect:?}");
            for number in (0..self.messages).filter(|it| !self.wanted.contains(it)) {
                assert!(!said.contains(&written(number)), "{said}");
            }
            match effect.clone() {
                Effect::Keep(item) => {
                    let json = serde_json::to_string(&item).unwrap();
                    self.kept.insert(item.write, json);
                }
                Effect::Forget(write) => drop(self.kept.remove(&write)),
                Effect::Classify { write, text } => self.reading.push((write, text)),
                Effect::Send(request) => assert!(self.request.replace(request).is_none()),
                Effect::WakeAt(at) => self.wake_at = Some(at),
                _ => {}
            }
        }
        effects
    }

    fn says(&mut self, model: bool) -> WriteId {
        let number = self.messages;
        self.messages += 1;
        let write = write(&format!("message-{number}"));
        self.input(Input::Submitted {
            write: write.clone(),
            text: MessageText::new(&written(number)).unwrap(),
            now: self.now,
            model,
        });
        write
    }

    fn wants_as_written(&mut self, number: usize) -> Vec<Effect> {
        let masked = write(&format!("message-{number}"));
        if self.session.hidden(masked.as_str()).is_some() {
            self.wanted.insert(number);
        }
        self.input(Input::SentAsWritten {
            write: masked,
            new_write: write(&format!("original-{number}-{}", self.now)),
            now: self.now,
            model: number.is_multiple_of(2),
        })
    }

    /// The server takes the request that is under way; its answer may get lost.
    fn serve(&mut self, answered: bool) {
        let Some(request) = self.request.take() else {
            return;
        };
        let Request::Message(_, message) = &request else {
            panic!("only messages are sent here: {request:?}");
        };
        let seq = self.log.len() as u64 + 1;
        if !self.log.iter().any(|event| event.write == message.write) {
            self.log.push(Event {
                seq,
                at: 0,
                write: message.write.clone(),
                body: EventBody::CustomerMessage {
                    text: message.text.clone(),
                    triage: None,
                },
            });
        }
        let stored = self.log.iter().filter(|it| it.write == message.write);
        let events = stored.cloned().collect();
        let outcome = if answered {
            Ok(Answer::Accepted(MessageAccepted { events }))
        } else {
            Err(Failure::Unreachable)
        };
        self.input(Input::Answered {
            write: message.write.clone(),
            outcome,
            now: self.now,
        });
    }

    fn lose_request(&mut self) {
        if let Some(request) = self.request.take() {
            self.input(Input::Answered {
                write: request.write().clone(),
                outcome: Err(Failure::Unreachable),
                now: self.now,
            });
        }
    }

    fn reads(&mut self) {
        if let Some((write, _)) = self.reading.pop() {
            self.input(Input::Read {
                write,
                reading: None,
                now: self.now,
            });
        }
    }

    fn wakes(&mut self) {
        self.now = self.now.max(self.wake_at.take().unwrap_or(self.now + 1));
        self.input(Input::Woke { now: self.now });
    }

    fn reloads(&mut self) {
        let kept = self
            .kept
            .values()
            .map(|it| serde_json::from_str(it).unwrap());
        self.session = session(kept.collect());
        self.request = None;
        self.reading.clear();
        self.now += 1;
        self.start();
    }

    /// Everything under way arrives.
    fn settle(&mut self) {
        self.input(Input::CameBack { now: self.now });
        for _ in 0..1_000 {
            if self.request.is_some() {
                self.serve(true);
            } else if self.kept.is_empty() {
                for event in self.log.clone() {
                    self.input(Input::StreamEvent(Box::new(event)));
                }
                return;
            } else {
                self.wakes();
            }
        }
        panic!("the session does not come to rest: {:?}", self.session);
    }

    /// The customer's messages on screen.
    fn shown(&self) -> Vec<String> {
        let texts = self.session.items().filter_map(|item| match item {
            Item::Event(Event {
                body: EventBody::CustomerMessage { text, .. },
                ..
            }) => Some(text),
            Item::Echo(Outgoing {
                body: OutgoingBody::Message { text, .. },
                ..
            }) => Some(text),
            _ => None,
        });
        texts.map(|text| text.as_str().to_owned()).collect()
    }

    /// The messages in the log.
    fn stored(&self) -> Vec<&str> {
        let texts = self.log.iter().filter_map(|event| match &event.body {
            EventBody::CustomerMessage { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

#[test]
fn a_secret_is_masked_before_the_message_is_shown_kept_read_or_sent() {
    let mut device = Device::new();
    let message = device.says(true);
    assert_eq!(device.shown(), [masked(0)]);
    assert!(device.kept[&message].contains(&masked(0)));
    assert_eq!(device.reading[0].1.as_str(), masked(0));
    device.reads();
    device.serve(true);
    assert_eq!(device.stored(), [masked(0)]);
    let hidden = device.session.hidden(message.as_str());
    assert_eq!(hidden, Some((&message, &[SecretKind::Card][..])));
    assert!(!format!("{:?}", device.session).contains(CARD));
}

#[test]
fn an_ordinary_message_has_nothing_to_take_back() {
    let mut device = Device::new();
    let message = write("ordinary");
    device.input(Input::Submitted {
        write: message.clone(),
        text: MessageText::new("where is order 1042?").unwrap(),
        now: 0,
        model: false,
    });
    assert_eq!(device.session.hidden(message.as_str()), None);
    let effects = device.input(Input::SentAsWritten {
        write: message,
        new_write: write("new"),
        now: 0,
        model: false,
    });
    assert_eq!(effects, []);
}

#[test]
fn while_the_masked_message_is_unsent_the_original_takes_its_place() {
    let mut device = Device::new();
    device.says(false);
    device.lose_request();
    device.says(false);
    let effects = device.wants_as_written(0);
    assert_eq!(device.shown(), [written(0), masked(1)]);
    let keeps = effects.iter().position(|it| matches!(it, Effect::Keep(_)));
    let forgets = effects
        .iter()
        .position(|it| matches!(it, Effect::Forget(_)));
    assert!(
        keeps.unwrap() < forgets.unwrap(),
        "one of the two is always kept"
    );
    device.settle();
    assert_eq!(device.stored(), [written(0), masked(1)]);
}

#[test]
fn once_the_masked_message_is_acknowledged_the_original_is_one_more_message() {
    let mut device = Device::new();
    device.says(false);
    device.serve(true);
    device.wants_as_written(0);
    device.settle();
    assert_eq!(device.stored(), [masked(0), written(0)]);
    assert_ne!(device.log[0].write, device.log[1].write);
    assert_eq!(device.shown(), device.stored());
}

#[test]
fn a_masked_message_whose_answer_got_lost_does_not_swallow_the_original() {
    let mut device = Device::new();
    device.says(false);
    device.serve(false);
    device.wants_as_written(0);
    device.settle();
    assert_eq!(device.stored(), [masked(0), written(0)]);
}

#[test]
fn a_masked_message_under_way_may_arrive_and_the_original_follows() {
    let mut device = Device::new();
    device.says(false);
    device.wants_as_written(0);
    assert!(
        device.request.is_some(),
        "the masked one is still under way"
    );
    device.settle();
    assert_eq!(device.stored(), [masked(0), written(0)]);
    assert_eq!(device.shown(), device.stored());
}

#[test]
fn the_wish_counts_once() {
    let mut device = Device::new();
    device.says(false);
    device.serve(true);
    device.wants_as_written(0);
    device.now += 1;
    assert_eq!(device.wants_as_written(0), []);
    device.settle();
    assert_eq!(device.stored(), [masked(0), written(0)]);
}

#[test]
fn what_was_written_does_not_outlive_the_page() {
    let mut device = Device::new();
    let message = device.says(false);
    device.lose_request();
    device.reloads();
    assert_eq!(device.session.hidden(message.as_str()), None);
    assert_eq!(device.wants_as_written(0), []);
    device.settle();
    assert_eq!(device.stored(), [masked(0)]);
}

#[test]
fn what_the_customer_gave_up_cannot_be_sent_any_more() {
    let mut device = Device::new();
    let message = device.says(false);
    device.lose_request();
    device.input(Input::Discarded { write: message });
    assert_eq!(device.wants_as_written(0), []);
    assert!(device.kept.is_empty());
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Says(bool),
    WantsAsWritten(usize),
    Serve,
    LoseRequest,
    LoseAnswer,
    Reads,
    Wakes,
    Reloads,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<bool>().prop_map(Step::Says),
        3 => (0_usize..6).prop_map(Step::WantsAsWritten),
        4 => Just(Step::Serve),
        2 => Just(Step::LoseRequest),
        2 => Just(Step::LoseAnswer),
        2 => Just(Step::Reads),
        4 => Just(Step::Wakes),
        1 => Just(Step::Reloads),
    ];
    prop::collection::vec(step, 0..50)
}

#[test]
fn what_is_left_to_be_reached_by_is_kept_and_sent_without_a_secret() {
    let mut session = session(Vec::new());
    let effects = session.handle(Input::LeftContact {
        write: write("contact"),
        contact: ContactText::new(&format!("ana@example.com, card {CARD}")).unwrap(),
        now: 1_000,
    });
    let expected = OutgoingBody::Contact {
        contact: ContactText::new("ana@example.com, card •••• 4242").unwrap(),
    };
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::Keep(item) => Some(&item.body),
        _ => None,
    });
    assert_eq!(kept, Some(&expected));
    assert!(!format!("{effects:?}").contains(CARD));

    // A phone number that could be an old card's.
    let phone = ContactText::new("4222222222222").unwrap();
    let effects = session.handle(Input::LeftContact {
        write: write("phone"),
        contact: phone.clone(),
        now: 1_000,
    });
    let kept = effects.into_iter().find_map(|effect| match effect {
        Effect::Keep(item) => Some(item.body),
        _ => None,
    });
    assert_eq!(kept, Some(OutgoingBody::Contact { contact: phone }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_the_network_does_a_secret_leaves_only_when_wanted_and_then_arrives_once(steps in steps()) {
        let mut device = Device::new();
        for step in steps {
            match step {
                Step::Says(model) => drop(device.says(model)),
                Step::WantsAsWritten(number) => drop(device.wants_as_written(number)),
                Step::Serve => device.serve(true),
                Step::LoseRequest => device.lose_request(),
                Step::LoseAnswer => device.serve(false),
                Step::Reads => device.reads(),
                Step::Wakes => device.wakes(),
                Step::Reloads => device.reloads(),
            }
        }
        device.settle();
        let stored = device.stored();
        for number in 0..device.messages {
            let count = |text: String| stored.iter().filter(|it| **it == text).count();
            let (originals, masks) = (count(written(number)), count(masked(number)));
            if device.wanted.contains(&number) {
                prop_assert_eq!(originals, 1);
                prop_assert!(masks <= 1);
            } else {
                prop_assert_eq!((originals, masks), (0, 1));
            }
        }
        prop_assert_eq!(device.shown().len(), stored.len());
    }
}
