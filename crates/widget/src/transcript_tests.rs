use deskbell_client::{Answer, Config, Effect, Failure, Input, Request, Saved};
use deskbell_protocol::{
    AgentId, AgentName, ContactText, ConversationId, EscalationReason, IntentId, Introduction,
    MessageText, Opened, Problem, SiteKey, Status, VisitorToken,
};

use super::*;
use crate::standing::{Speaking, Standing, speaking, standing, typist};

/// A session that has an open conversation, and what happens to it.
struct Story {
    session: Session,
    seq: Seq,
    writes: u32,
    /// When events are stored.
    at: Timestamp,
}

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

fn sam() -> AgentName {
    AgentName {
        id: AgentId::new("a1").unwrap(),
        name: "Sam".to_owned(),
    }
}

impl Story {
    fn begin() -> Self {
        let config = Config {
            site: SiteKey::new("demo").unwrap(),
            language: None,
            page: None,
        };
        let saved = Saved {
            token: VisitorToken::new("t".repeat(43)).unwrap(),
            conversation: None,
            outbox: Vec::new(),
        };
        let mut story = Self {
            session: Session::new(config, saved),
            seq: 0,
            writes: 0,
            at: 0,
        };
        let open_write = story.write();
        story.session.handle(Input::Started { now: 0, open_write });
        story
    }

    fn write(&mut self) -> WriteId {
        self.writes += 1;
        WriteId::new(format!("write-of-the-story-{}", self.writes)).unwrap()
    }

    /// Feeds an input and answers whatever is sent with `outcome`; an opening always succeeds.
    fn feed(&mut self, input: Input, outcome: &Result<Answer, Failure>) {
        let mut effects = self.session.handle(input);
        while let Some(effect) = effects.pop() {
            if let Effect::Send(request) = effect {
                let opened = Opened {
                    conversation: ConversationId::new("the-one-conversation").unwrap(),
                    status: status(ConversationState::Bot),
                };
                let outcome = match &request {
                    Request::Open(_) | Request::OpenToRing(_) => Ok(Answer::Opened(opened)),
                    _ => outcome.clone(),
                };
                let write = request.write().clone();
                effects.extend(self.session.handle(Input::Answered {
                    write,
                    outcome,
                    now: 0,
                }));
            }
        }
    }

    fn says(&mut self, text: &str, outcome: Result<Answer, Failure>) -> WriteId {
        let write = self.write();
        let text = MessageText::new(text).unwrap();
        self.feed(
            Input::Submitted {
                write: write.clone(),
                text,
                now: 0,
                model: false,
            },
            &outcome,
        );
        write
    }

    fn happens(&mut self, body: EventBody) -> Seq {
        let write = self.write();
        self.stored(write, body)
    }

    fn stored(&mut self, write: WriteId, body: EventBody) -> Seq {
        self.seq += 1;
        let event = Event {
            seq: self.seq,
            at: self.at,
            write,
            body,
        };
        self.session.handle(Input::StreamEvent(Box::new(event)));
        self.seq
    }

    fn bot_says(&mut self, intent: Option<&str>) -> Seq {
        self.happens(EventBody::BotMessage {
            text: "An answer".to_owned(),
            suggestions: vec!["And then?".to_owned()],
            intent: intent.map(|it| IntentId::new(it).unwrap()),
            offers_human: intent.is_none(),
            discloses_bot: true,
        })
    }

    fn stands(&mut self, status: Status) {
        self.session.handle(Input::StreamStatus(status));
    }
}

fn refused() -> Result<Answer, Failure> {
    let problem = Problem {
        code: ProblemCode::InvalidValue,
        message: "No.".to_owned(),
        request_id: "r".to_owned(),
    };
    Err(Failure::Refused {
        problem,
        retry_after_ms: None,
    })
}

fn customer_says(text: &str) -> EventBody {
    EventBody::CustomerMessage {
        text: MessageText::new(text).unwrap(),
        triage: None,
    }
}

#[test]
fn a_message_keeps_its_key_when_it_is_stored_so_that_it_is_drawn_and_announced_once() {
    let mut story = Story::begin();
    let write = story.says("hello", Err(Failure::Unreachable));
    let echo = lines(&story.session)[0].key.clone();
    story.stored(write, customer_says("hello"));
    let lines = lines(&story.session);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].key, echo);
}

#[test]
fn a_message_says_honestly_how_far_it_is() {
    let note = |session: &Session| match &lines(session)[0].body {
        Body::Message {
            note: Some(Note::Waiting),
            ..
        } => "waiting",
        Body::Message {
            note: Some(Note::Refused(_, reason)),
            ..
        } if *reason == ProblemCode::InvalidValue => "refused",
        Body::Message {
            note: Some(Note::Sent),
            ..
        } => "sent",
        _ => "something else",
    };
    let mut story = Story::begin();
    let write = story.says("hello", Err(Failure::Unreachable));
    assert_eq!(note(&story.session), "waiting");
    story.feed(
        Input::Retried {
            write: write.clone(),
            now: 0,
        },
        &refused(),
    );
    assert_eq!(note(&story.session), "refused");
    story.stored(write, customer_says("hello"));
    assert_eq!(note(&story.session), "sent");
}

#[test]
fn the_name_stands_only_over_the_first_of_several_messages() {
    let mut story = Story::begin();
    story.bot_says(None);
    story.bot_says(None);
    story.happens(EventBody::Claimed { agent: sam() });
    let agent_says = || EventBody::AgentMessage {
        agent: sam(),
        text: MessageText::new("Hi").unwrap(),
    };
    story.happens(agent_says());
    story.happens(agent_says());
    let firsts: Vec<_> = lines(&story.session)
        .iter()
        .map(|line| match line.body {
            Body::Message { first, .. } => first,
            _ => false,
        })
        .collect();
    assert_eq!(firsts, [true, false, false, true, false]);
}

#[test]
fn offers_are_made_only_after_the_bots_last_word_and_only_while_the_bot_answers() {
    let mut story = Story::begin();
    assert_eq!(offers(&story.session), None);
    let answer = story.bot_says(Some("track_order"));
    let offered = offers(&story.session).unwrap();
    assert!(offered.can_be_judged && !offered.human && offered.answer == answer);
    assert_eq!(offered.suggestions, ["And then?"]);

    story.happens(customer_says("and then?"));
    assert_eq!(offers(&story.session), None);
    story.bot_says(None);
    let offered = offers(&story.session).unwrap();
    assert!(offered.human && !offered.can_be_judged);

    story.stands(status(ConversationState::Waiting));
    assert_eq!(offers(&story.session), None);
}

#[test]
fn an_answer_is_judged_once_and_small_talk_never() {
    let mut story = Story::begin();
    story.bot_says(Some("greeting"));
    assert!(!offers(&story.session).unwrap().can_be_judged);
    let answer = story.bot_says(Some("refund"));
    let write = story.write();
    let judged = Input::Judged {
        write,
        answer,
        helped: true,
        now: 0,
    };
    story.feed(judged, &Err(Failure::Unreachable));
    let offered = offers(&story.session).unwrap();
    assert_eq!((offered.can_be_judged, offered.helped), (false, Some(true)));
    story.happens(EventBody::Feedback {
        answer,
        helped: true,
    });
    assert_eq!(offers(&story.session).unwrap().helped, Some(true));
}

#[test]
fn a_bell_is_calling_then_kept_then_refused_or_waiting_but_never_silent() {
    let mut story = Story::begin();
    assert_eq!(standing(&story.session), Standing::Quiet);
    let write = story.write();
    story.session.handle(Input::Rang {
        write: write.clone(),
        now: 0,
    });
    assert_eq!(standing(&story.session), Standing::Calling);
    let opening = WriteId::new("write-of-the-story-1").unwrap();
    let outcome = Err(Failure::Unreachable);
    story.session.handle(Input::Answered {
        write: opening,
        outcome,
        now: 0,
    });
    assert_eq!(standing(&story.session), Standing::Kept);
    story.feed(Input::CameBack { now: 0 }, &refused());
    assert_eq!(
        standing(&story.session),
        Standing::Refused(&write, ProblemCode::InvalidValue)
    );
}

#[test]
fn the_queue_and_the_contact_that_was_left_are_told_while_waiting() {
    let mut story = Story::begin();
    story.happens(EventBody::Escalated {
        reason: EscalationReason::Bell,
    });
    story.stands(Status {
        position: Some(2),
        agents_online: 0,
        ..status(ConversationState::Waiting)
    });
    assert_eq!(
        standing(&story.session),
        Standing::Waiting {
            position: Some(2),
            online: 0,
            contact: None
        }
    );
    assert_eq!(speaking(&story.session), Speaking::Nobody);
    let contact = ContactText::new("me@example.com").unwrap();
    story.happens(EventBody::ContactLeft { contact });
    assert!(matches!(
        standing(&story.session),
        Standing::Waiting {
            contact: Some("me@example.com"),
            ..
        }
    ));
    story.stands(Status {
        agent: Some(sam()),
        ..status(ConversationState::WithAgent)
    });
    assert_eq!(standing(&story.session), Standing::Quiet);
    assert_eq!(speaking(&story.session), Speaking::Person(Some("Sam")));
    assert_eq!(typist(&story.session), None);
}

#[test]
fn a_person_types_as_long_as_the_stream_says_so() {
    let mut story = Story::begin();
    story.session.handle(Input::StreamOpened);
    story.stands(Status {
        agent: Some(sam()),
        agent_types: true,
        ..status(ConversationState::WithAgent)
    });
    assert_eq!(typist(&story.session), Some("Sam"));
    story.session.handle(Input::StreamEnded {
        now: 0,
        unknown: true,
    });
    assert_eq!(
        typist(&story.session),
        None,
        "nobody would tell the end of it"
    );
}

#[test]
fn what_the_page_says_of_the_customer_is_no_part_of_the_conversation() {
    let mut story = Story::begin();
    let write = story.write();
    story.session.handle(Input::Introduced {
        write,
        introduction: Introduction::new("Ana", "").unwrap(),
        now: 0,
    });
    assert!(is_untouched(&story.session));
    assert_eq!(lines(&story.session), []);
}

#[test]
fn only_what_others_wrote_after_the_panel_was_closed_is_unread() {
    let mut story = Story::begin();
    story.bot_says(None);
    let seen = last_seq(&story.session);
    story.happens(customer_says("hello?"));
    story.happens(EventBody::Claimed { agent: sam() });
    assert_eq!(unread(&story.session, seen), 0);
    story.bot_says(None);
    assert_eq!(unread(&story.session, seen), 1);
}

#[test]
fn after_a_pause_the_same_speaker_begins_anew_so_that_the_time_is_said_again() {
    let mut story = Story::begin();
    story.bot_says(None);
    story.at = 60_000;
    story.bot_says(None);
    story.at = 60_000 + PAUSE_MS;
    story.bot_says(None);
    let firsts: Vec<_> = lines(&story.session)
        .into_iter()
        .map(|line| matches!(line.body, Body::Message { first: true, .. }))
        .collect();
    assert_eq!(firsts, [true, false, true]);
}

#[test]
fn the_assistant_is_seen_to_answer_only_while_a_message_is_with_it() {
    let mut story = Story::begin();
    assert!(!is_answered_soon(&story.session));
    let accepted = Answer::Accepted(deskbell_protocol::MessageAccepted { events: Vec::new() });
    let write = story.says("hello", Ok(accepted));
    assert!(is_answered_soon(&story.session));
    story.stands(status(ConversationState::Waiting));
    assert!(!is_answered_soon(&story.session));
    story.stands(status(ConversationState::Bot));
    story.stored(write, customer_says("hello"));
    assert!(!is_answered_soon(&story.session));
    story.says("and this", Err(Failure::Unreachable));
    assert!(!is_answered_soon(&story.session));
}
