//! A customer on the worst of networks: requests and answers get lost, repeated and delayed, the stream breaks, the
//! page reloads. Whatever happens, each message is stored once, in the order it was written, and shown once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, VecDeque};

use deskbell_client::{
    Answer, Config, Connection, Effect, Failure, Input, Item, Outgoing, OutgoingBody, Request,
    Saved, Session,
};
use deskbell_protocol::{
    AgentId, AgentName, ConversationId, ConversationState, EscalationAccepted, EscalationReason,
    Event, EventBody, Introduction, MessageAccepted, MessageText, Opened, Problem, ProblemCode,
    Score, SiteKey, Status, VisitorToken, WriteId,
};
use proptest::prelude::*;

fn status(state: ConversationState) -> Status {
    Status {
        state,
        position: None,
        waiting_since: None,
        agents_online: 1,
        agent: None,
        agent_types: false,
    }
}

/// A server that keeps the contract: idempotent by write id, numbered without gaps.
#[derive(Default)]
struct Server {
    log: Vec<Event>,
    rings: u32,
}

impl Server {
    fn conversation() -> ConversationId {
        ConversationId::new("the-one-conversation").unwrap()
    }

    fn handle(&mut self, request: &Request) -> Answer {
        let body = match request {
            Request::Open(_) | Request::OpenToRing(_) => {
                let opened = status(ConversationState::Bot);
                return Answer::Opened(Opened {
                    conversation: Self::conversation(),
                    status: opened,
                });
            }
            Request::Message(_, message) => EventBody::CustomerMessage {
                text: message.text.clone(),
                triage: message.triage.clone(),
            },
            Request::Ring(..) => EventBody::Escalated {
                reason: EscalationReason::Bell,
            },
            Request::Feedback(_, feedback) => EventBody::Feedback {
                answer: feedback.answer,
                helped: feedback.helped,
            },
            Request::Contact(_, contact) => EventBody::ContactLeft {
                contact: contact.contact.clone(),
            },
            Request::Rating(_, rating) => {
                let stretch = self.log.iter().find(|event| event.seq == rating.stretch);
                let body = stretch.map(|event| &event.body);
                assert!(matches!(body, Some(EventBody::Closed { .. })));
                EventBody::Rated {
                    stretch: rating.stretch,
                    score: rating.score,
                }
            }
            Request::Introduction(_, introduction) => EventBody::Introduced {
                name: introduction.name.clone(),
                email: introduction.email.clone(),
                subject: None,
            },
        };
        let write = request.write().clone();
        if !self.log.iter().any(|event| event.write == write) {
            self.rings += u32::from(matches!(request, Request::Ring(..)));
            let seq = self.log.len() as u64 + 1;
            self.log.push(Event {
                seq,
                at: 0,
                write: write.clone(),
                body,
            });
        }
        if matches!(request, Request::Ring(..)) {
            return Answer::Escalated(EscalationAccepted {
                status: status(ConversationState::Waiting),
            });
        }
        let events = self
            .log
            .iter()
            .filter(|event| event.write == write)
            .cloned()
            .collect();
        Answer::Accepted(MessageAccepted { events })
    }
}

impl Server {
    /// A person writes and closes the conversation.
    fn person_comes_and_goes(&mut self) {
        let agent = || AgentName {
            id: AgentId::new("sam").unwrap(),
            name: "Sam".to_owned(),
        };
        let text = MessageText::new("Hello").unwrap();
        for body in [
            EventBody::Claimed { agent: agent() },
            EventBody::AgentMessage {
                agent: agent(),
                text,
            },
            EventBody::Closed { agent: agent() },
        ] {
            let seq = self.log.len() as u64 + 1;
            self.log.push(Event {
                seq,
                at: 0,
                write: write_id("person", self.log.len()),
                body,
            });
        }
    }

    /// The last score of a stretch.
    fn score(&self, of: u64) -> Option<Score> {
        self.log.iter().rev().find_map(|event| match &event.body {
            EventBody::Rated { stretch, score } if *stretch == of => Some(*score),
            _ => None,
        })
    }

    /// Who the customer is, as introduced last.
    fn name(&self) -> Option<&str> {
        self.log.iter().rev().find_map(|event| match &event.body {
            EventBody::Introduced { name, .. } => name.as_ref().map(|name| name.as_str()),
            _ => None,
        })
    }
}

/// What can happen next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Write,
    Ring,
    PersonComesAndGoes,
    Rate,
    Introduce,
    ServeRequest,
    LoseRequest,
    LoseAnswer,
    Overload,
    RepeatOldAnswer,
    StreamDelivers,
    StreamRepeats,
    StreamSkipsAhead,
    StreamBreaks,
    ModelAnswers,
    TimePasses,
    Reload,
}

/// The device: a session, what it kept, and what is under way.
struct Device {
    session: Session,
    now: i64,
    /// As JSON, like on a real device.
    kept: BTreeMap<WriteId, String>,
    conversation: Option<ConversationId>,
    request: Option<Request>,
    answers: Vec<(WriteId, Answer)>,
    stream: Option<u64>,
    reading: VecDeque<WriteId>,
    wake_at: Option<i64>,
    written: Vec<String>,
    rang: bool,
    /// The last score of each stretch.
    rated: BTreeMap<u64, Score>,
    ratings: usize,
    introduced: usize,
}

fn write_id(name: &str, n: usize) -> WriteId {
    WriteId::new(format!("{name}-{n:016}")).unwrap()
}

fn session(conversation: Option<ConversationId>, outbox: Vec<Outgoing>) -> Session {
    let config = Config {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let token = VisitorToken::new("t".repeat(43)).unwrap();
    Session::new(
        config,
        Saved {
            token,
            conversation,
            outbox,
        },
    )
}

impl Device {
    fn new() -> Self {
        let mut device = Self {
            session: session(None, Vec::new()),
            now: 1_000,
            kept: BTreeMap::new(),
            conversation: None,
            request: None,
            answers: Vec::new(),
            stream: None,
            reading: VecDeque::new(),
            wake_at: None,
            written: Vec::new(),
            rang: false,
            rated: BTreeMap::new(),
            ratings: 0,
            introduced: 0,
        };
        device.start();
        device
    }

    fn start(&mut self) {
        self.input(Input::Started {
            now: self.now,
            open_write: write_id("open", 0),
        });
    }

    fn input(&mut self, input: Input) {
        for effect in self.session.handle(input) {
            match effect {
                Effect::Keep(item) => {
                    let json = serde_json::to_string(&item).unwrap();
                    self.kept.insert(item.write, json);
                }
                Effect::Forget(write) => drop(self.kept.remove(&write)),
                Effect::KeepConversation(id) => self.conversation = Some(id),
                Effect::ForgetConversation => self.conversation = None,
                Effect::Classify { write, .. } => self.reading.push_back(write),
                Effect::Send(request) => {
                    assert!(self.request.is_none(), "one request at a time");
                    self.request = Some(request);
                }
                Effect::OpenStream { after, .. } => self.stream = Some(after),
                Effect::WakeAt(at) => self.wake_at = Some(at),
            }
        }
    }

    fn answered(&mut self, write: WriteId, outcome: Result<Answer, Failure>) {
        self.input(Input::Answered {
            write,
            outcome,
            now: self.now,
        });
    }

    fn wake(&mut self) {
        self.now = self.now.max(self.wake_at.take().unwrap_or(self.now + 1));
        self.input(Input::Woke { now: self.now });
    }

    /// The stream tells the `ahead`-th event after its cursor.
    fn deliver(&mut self, server: &Server, ahead: u64) {
        let Some(cursor) = self.stream else { return };
        if self.session.connection() != Connection::Live {
            self.input(Input::StreamOpened);
        }
        let next = server.log.iter().find(|event| event.seq == cursor + ahead);
        if let Some(event) = next {
            if ahead == 1 {
                self.stream = Some(event.seq);
            }
            self.input(Input::StreamEvent(Box::new(event.clone())));
        }
    }

    fn step(&mut self, step: Step, server: &mut Server) {
        match step {
            Step::Write => {
                let text = format!("message {}", self.written.len());
                self.input(Input::Submitted {
                    write: write_id("message", self.written.len()),
                    text: MessageText::new(&text).unwrap(),
                    now: self.now,
                    model: self.written.len().is_multiple_of(2),
                });
                self.written.push(text);
            }
            Step::Ring => {
                self.rang = true;
                self.input(Input::Rang {
                    write: write_id("ring", 0),
                    now: self.now,
                });
            }
            Step::PersonComesAndGoes => {
                if self.conversation.is_some() {
                    server.person_comes_and_goes();
                }
            }
            Step::Rate => {
                let ended = self.session.items().filter_map(|item| match item {
                    Item::Event(event) => {
                        matches!(event.body, EventBody::Closed { .. }).then_some(event.seq)
                    }
                    Item::Echo(_) => None,
                });
                let Some(stretch) = ended.last() else { return };
                let score = Score::ALL[self.ratings % Score::ALL.len()];
                self.input(Input::Rated {
                    write: write_id("rating", self.ratings),
                    stretch,
                    score,
                    now: self.now,
                });
                self.ratings += 1;
                self.rated.insert(stretch, score);
            }
            Step::Introduce => {
                self.introduced += 1;
                self.input(Input::Introduced {
                    write: write_id("introduction", self.introduced),
                    introduction: Introduction::new(&format!("Ana {}", self.introduced), "")
                        .unwrap(),
                    now: self.now,
                });
            }
            Step::ServeRequest => {
                if let Some(request) = self.request.take() {
                    let answer = server.handle(&request);
                    let write = request.write().clone();
                    self.answers.push((write.clone(), answer.clone()));
                    self.answered(write, Ok(answer));
                }
            }
            Step::LoseRequest => self.lose(),
            Step::LoseAnswer => {
                if let Some(request) = &self.request {
                    server.handle(request);
                }
                self.lose();
            }
            Step::Overload => {
                if let Some(request) = self.request.take() {
                    let problem = Problem {
                        code: ProblemCode::TooManyRequests,
                        message: "Please wait a moment.".to_owned(),
                        request_id: String::new(),
                    };
                    let failure = Failure::Refused {
                        problem,
                        retry_after_ms: Some(3_000),
                    };
                    self.answered(request.write().clone(), Err(failure));
                }
            }
            Step::RepeatOldAnswer => {
                // Only while nothing is under way: an answer always belongs to the request it answers.
                if let (None, Some((write, answer))) = (&self.request, self.answers.last()) {
                    let (write, answer) = (write.clone(), answer.clone());
                    self.answered(write, Ok(answer));
                }
            }
            Step::StreamDelivers => self.deliver(server, 1),
            Step::StreamRepeats => {
                if self.stream.is_some()
                    && let Some(event) = server.log.first()
                {
                    self.input(Input::StreamEvent(Box::new(event.clone())));
                }
            }
            Step::StreamSkipsAhead => self.deliver(server, 2),
            Step::StreamBreaks => {
                if self.stream.take().is_some() {
                    self.input(Input::StreamEnded {
                        now: self.now,
                        unknown: false,
                    });
                }
            }
            Step::ModelAnswers => {
                if let Some(write) = self.reading.pop_front() {
                    self.input(Input::Read {
                        write,
                        reading: None,
                        now: self.now,
                    });
                }
            }
            Step::TimePasses => self.wake(),
            Step::Reload => {
                let kept = self
                    .kept
                    .values()
                    .map(|json| serde_json::from_str(json).unwrap());
                self.session = session(self.conversation.clone(), kept.collect());
                self.request = None;
                self.answers.clear();
                self.stream = None;
                self.reading.clear();
                self.now += 1;
                self.start();
            }
        }
    }

    fn lose(&mut self) {
        if let Some(request) = self.request.take() {
            self.answered(request.write().clone(), Err(Failure::Unreachable));
        }
    }

    /// The network is well again: everything under way arrives.
    fn settle(&mut self, server: &mut Server) {
        self.input(Input::CameBack { now: self.now });
        for _ in 0..1_000 {
            let cursor = self.stream.unwrap_or(0);
            let streaming = self.conversation.is_some() && (server.log.len() as u64) > cursor;
            if self.request.is_some() {
                self.step(Step::ServeRequest, server);
            } else if !self.reading.is_empty() {
                self.step(Step::ModelAnswers, server);
            } else if streaming && self.stream.is_some() {
                self.step(Step::StreamDelivers, server);
            } else if (!self.kept.is_empty() && !self.waits_for_a_reason()) || streaming {
                self.wake();
            } else {
                return;
            }
        }
        panic!("the session does not come to rest: {:?}", self.session);
    }

    /// Whether there is only an introduction, which begins no conversation.
    fn waits_for_a_reason(&self) -> bool {
        let introduces = |item| matches!(item, Item::Echo(echo) if matches!(echo.body, OutgoingBody::Introduction(_)));
        self.conversation.is_none() && self.session.items().all(introduces)
    }

    /// The messages on screen, and whether any is only an echo.
    fn shown(&self) -> (Vec<String>, bool) {
        let mut echoes = false;
        let texts = self.session.items().filter_map(|item| match item {
            Item::Event(Event {
                body: EventBody::CustomerMessage { text, .. },
                ..
            }) => Some(text.as_str().to_owned()),
            Item::Echo(_) => {
                echoes = true;
                None
            }
            Item::Event(_) => None,
        });
        (texts.collect(), echoes)
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Write),
        1 => Just(Step::Ring),
        1 => Just(Step::PersonComesAndGoes),
        2 => Just(Step::Rate),
        1 => Just(Step::Introduce),
        5 => Just(Step::ServeRequest),
        2 => Just(Step::LoseRequest),
        2 => Just(Step::LoseAnswer),
        1 => Just(Step::Overload),
        1 => Just(Step::RepeatOldAnswer),
        4 => Just(Step::StreamDelivers),
        1 => Just(Step::StreamRepeats),
        1 => Just(Step::StreamSkipsAhead),
        1 => Just(Step::StreamBreaks),
        2 => Just(Step::ModelAnswers),
        4 => Just(Step::TimePasses),
        1 => Just(Step::Reload),
    ];
    prop::collection::vec(step, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn each_message_arrives_once_in_order_and_is_shown_once(steps in steps()) {
        let (mut device, mut server) = (Device::new(), Server::default());
        for step in steps {
            device.step(step, &mut server);
        }
        device.settle(&mut server);
        let stored: Vec<_> = server.log.iter().filter_map(|event| match &event.body {
            EventBody::CustomerMessage { text, .. } => Some(text.as_str().to_owned()),
            _ => None,
        }).collect();
        prop_assert_eq!(&stored, &device.written, "stored once, in the order written");
        if device.conversation.is_none() {
            prop_assert!(server.log.is_empty(), "an introduction alone begins no conversation");
            return Ok(());
        }
        prop_assert_eq!(device.shown(), (device.written.clone(), false), "shown once, nothing left over");
        for (stretch, score) in &device.rated {
            prop_assert_eq!(server.score(*stretch), Some(*score), "the last score counts");
        }
        if device.introduced > 0 {
            let name = format!("Ana {}", device.introduced);
            prop_assert_eq!(server.name(), Some(name.as_str()), "the last introduction counts");
        }
        prop_assert_eq!(server.rings, u32::from(device.rang), "a rung bell rings once");
        prop_assert!(!device.session.is_ringing());
        prop_assert!(device.kept.is_empty());
    }
}
