//! Who speaks when: the bot, then a person, then the bot again. On the log in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::sync::Arc;

use deskbell_desk::contract::{agent_name, new_conversation, site};
use deskbell_desk::{
    AnswerBookError, Appended, Command, Desk, DeskError, MemoryLog, Refusal, Site,
};
use deskbell_protocol::{
    AnswerReason, ContactText, ConversationId, ConversationState, EscalationReason, EventBody,
    MessageText, OfferReason, ReadOn, Reading, Sentiment, SentimentScores, TriageHint, Verdict,
    WriteId,
};
use futures_util::FutureExt;

/// A desk with one open conversation of one site.
struct Shop {
    desk: Desk,
    site: Site,
    conversation: ConversationId,
    writes: usize,
}

impl Shop {
    fn open() -> Self {
        let desk = Desk::new(Arc::new(MemoryLog::default()));
        let opened = desk
            .open(new_conversation("visitor"))
            .now_or_never()
            .unwrap()
            .unwrap();
        Self {
            desk,
            site: site("demo"),
            conversation: opened.id,
            writes: 0,
        }
    }

    fn carry_out(&mut self, command: &Command<'_>) -> Result<Appended, DeskError> {
        self.writes += 1;
        let write = WriteId::new(format!("write-{:016}", self.writes)).unwrap();
        let at = 2_000 + i64::try_from(self.writes).unwrap();
        let appended = self
            .desk
            .carry_out(&self.conversation, &write, at, &self.site, command);
        appended.now_or_never().unwrap()
    }

    /// The customer writes; returns what follows their message.
    fn says(&mut self, text: &str, hint: Option<TriageHint>) -> Vec<EventBody> {
        let site = self.site.clone();
        let text = MessageText::new(text).unwrap();
        let appended = self
            .carry_out(&Command::Message {
                text,
                hint,
                site: &site,
            })
            .unwrap();
        let mut bodies = appended.events.into_iter().map(|event| event.body);
        assert!(matches!(
            bodies.next(),
            Some(EventBody::CustomerMessage { .. })
        ));
        bodies.collect()
    }

    fn judges(&mut self, answer: u64, helped: bool) -> Result<Vec<EventBody>, DeskError> {
        let site = self.site.clone();
        let appended = self.carry_out(&Command::Feedback {
            answer,
            helped,
            site: &site,
        })?;
        Ok(appended
            .events
            .into_iter()
            .map(|event| event.body)
            .collect())
    }

    fn state(&self) -> ConversationState {
        let found = self
            .desk
            .log()
            .conversation(&self.conversation)
            .now_or_never()
            .unwrap();
        found.unwrap().unwrap().state
    }

    fn last_seq(&self) -> u64 {
        let found = self
            .desk
            .log()
            .conversation(&self.conversation)
            .now_or_never()
            .unwrap();
        found.unwrap().unwrap().last_seq
    }
}

/// A calm message with this intent, as the device read it.
fn read(intent: &str) -> Option<TriageHint> {
    Some(TriageHint {
        reading: Reading {
            intent: intent.parse().unwrap(),
            confidence: 0.9,
            sentiment: Sentiment::Neutral,
            sentiment_scores: SentimentScores {
                negative: 0.1,
                neutral: 0.8,
                positive: 0.1,
            },
        },
        verdict: Verdict::Bot(AnswerReason::Routine),
        read_on: ReadOn::Device,
        millis: 1.0,
    })
}

fn bot_text(events: &[EventBody]) -> &str {
    match events {
        [EventBody::BotMessage { text, .. }] => text,
        other => panic!("expected one bot message, got {other:?}"),
    }
}

#[test]
fn the_first_bot_message_says_that_it_is_automated_and_later_ones_do_not_repeat_it() {
    let mut shop = Shop::open();
    let first = shop.says("where is my parcel", read("track_order"));
    assert!(bot_text(&first).contains("automated assistant of Fern & Field, not a person"));
    assert!(bot_text(&first).contains("Your orders page"));
    assert!(matches!(
        first[0],
        EventBody::BotMessage {
            discloses_bot: true,
            ..
        }
    ));
    let second = shop.says("hm", read("greeting"));
    assert!(matches!(
        second[0],
        EventBody::BotMessage {
            discloses_bot: false,
            ..
        }
    ));
}

#[test]
fn asking_for_a_person_in_words_queues_the_conversation_in_the_same_write() {
    let mut shop = Shop::open();
    let after = shop.says("can I speak to somebody", read("talk_to_human"));
    assert_eq!(
        after,
        [EventBody::Escalated {
            reason: EscalationReason::AskedForHuman
        }]
    );
    assert_eq!(shop.state(), ConversationState::Waiting);
}

#[test]
fn the_bell_works_before_any_message_and_ringing_twice_is_harmless() {
    let mut shop = Shop::open();
    assert_eq!(shop.carry_out(&Command::Ring).unwrap().events.len(), 1);
    assert!(shop.carry_out(&Command::Ring).unwrap().events.is_empty());
    assert_eq!(shop.state(), ConversationState::Waiting);
}

#[test]
fn the_bot_is_silent_from_the_bell_until_the_person_hands_back() {
    let mut shop = Shop::open();
    let ann = agent_name("ann");
    shop.carry_out(&Command::Ring).unwrap();
    assert!(shop.says("hello?", read("track_order")).is_empty());
    shop.carry_out(&Command::Claim(ann.clone())).unwrap();
    assert!(shop.says("where is it", read("track_order")).is_empty());
    assert!(shop.says("stupid thing", read("talk_to_human")).is_empty());
    shop.carry_out(&Command::HandBack(ann)).unwrap();
    let answer = shop.says("where is my parcel", read("track_order"));
    assert!(bot_text(&answer).contains("Your orders page"));
}

#[test]
fn what_was_said_to_a_person_does_not_count_against_the_bot_afterwards() {
    let mut shop = Shop::open();
    let ann = agent_name("ann");
    shop.says("blorp", read("out_of_scope"));
    shop.carry_out(&Command::Ring).unwrap();
    shop.carry_out(&Command::Claim(ann.clone())).unwrap();
    shop.says("blorp blorp", read("out_of_scope"));
    shop.carry_out(&Command::HandBack(ann)).unwrap();
    let after = shop.says("blorp?", read("out_of_scope"));
    assert!(matches!(
        after[..],
        [EventBody::BotMessage {
            offers_human: true,
            ..
        }]
    ));
}

#[test]
fn a_second_answer_that_did_not_help_brings_a_person() {
    let mut shop = Shop::open();
    shop.says("where is my parcel", read("track_order"));
    let first = shop.judges(shop.last_seq(), false).unwrap();
    assert!(matches!(
        first[..],
        [
            _,
            EventBody::BotMessage {
                offers_human: true,
                ..
            }
        ]
    ));
    let second = shop.judges(shop.last_seq(), false).unwrap();
    let reason = EscalationReason::BotDidNotHelp;
    assert!(matches!(second[..], [_, EventBody::Escalated { reason: it }] if it == reason));
}

#[test]
fn an_answer_is_judged_once_and_only_while_the_bot_answers() {
    let mut shop = Shop::open();
    shop.says("where is my parcel", read("track_order"));
    let answer = shop.last_seq();
    shop.judges(answer, true).unwrap();
    let refused = |outcome| matches!(outcome, Err(DeskError::Refused(Refusal::WrongState(_))));
    assert!(refused(shop.judges(answer, true)));
    assert!(refused(shop.judges(99, false)));
}

#[test]
fn without_an_answer_in_the_book_a_person_is_offered() {
    let mut shop = Shop::open();
    let after = shop.says("do you have this in blue", read("availability"));
    assert!(bot_text(&after).contains("Shall I fetch a person?"));
    assert!(matches!(
        after[0],
        EventBody::BotMessage {
            offers_human: true,
            ..
        }
    ));
}

#[test]
fn a_message_nobody_could_read_is_not_answered_by_guesswork() {
    let mut shop = Shop::open();
    let after = shop.says("…", None);
    assert!(matches!(
        after[..],
        [EventBody::BotMessage {
            offers_human: true,
            ..
        }]
    ));
}

#[test]
fn a_hint_can_bring_a_person_but_never_keep_one_away() {
    let mut shop = Shop::open();
    let lying = TriageHint {
        verdict: Verdict::Bot(AnswerReason::Routine),
        ..read("fraud_security").unwrap()
    };
    let after = shop.says("somebody used my card", Some(lying));
    assert_eq!(
        after,
        [EventBody::Escalated {
            reason: EscalationReason::Sensitive
        }]
    );

    let mut shop = Shop::open();
    let worried = TriageHint {
        verdict: Verdict::Escalate(EscalationReason::Angry),
        ..read("track_order").unwrap()
    };
    let after = shop.says("where is my parcel", Some(worried));
    assert_eq!(
        after,
        [EventBody::Escalated {
            reason: EscalationReason::Angry
        }]
    );
}

#[test]
fn the_stored_verdict_is_the_one_that_was_followed() {
    let mut shop = Shop::open();
    let site = shop.site.clone();
    let text = MessageText::new("in blue?").unwrap();
    let message = Command::Message {
        text,
        hint: read("availability"),
        site: &site,
    };
    let appended = shop.carry_out(&message).unwrap();
    let EventBody::CustomerMessage {
        triage: Some(hint), ..
    } = &appended.events[0].body
    else {
        panic!("the message is first");
    };
    assert_eq!(hint.verdict, Verdict::OfferHuman(OfferReason::NoAnswer));
}

#[test]
fn a_closed_conversation_reopens_with_the_next_message_or_bell() {
    for rings in [false, true] {
        let mut shop = Shop::open();
        let ann = agent_name("ann");
        shop.carry_out(&Command::Ring).unwrap();
        shop.carry_out(&Command::Claim(ann.clone())).unwrap();
        shop.carry_out(&Command::Close(ann.clone())).unwrap();
        let late = Command::Reply(ann, MessageText::new("one more thing").unwrap());
        assert!(matches!(shop.carry_out(&late), Err(DeskError::Refused(_))));
        if rings {
            shop.carry_out(&Command::Ring).unwrap();
            assert_eq!(shop.state(), ConversationState::Waiting);
        } else {
            shop.says("where is my parcel", read("track_order"));
            assert_eq!(shop.state(), ConversationState::Bot);
        }
    }
}

#[test]
fn only_the_owner_speaks_hands_back_and_closes() {
    let mut shop = Shop::open();
    shop.carry_out(&Command::Ring).unwrap();
    shop.carry_out(&Command::Claim(agent_name("ann"))).unwrap();
    let bob = agent_name("bob");
    let text = MessageText::new("hi").unwrap();
    for command in [
        Command::Reply(bob.clone(), text),
        Command::HandBack(bob.clone()),
        Command::Close(bob),
    ] {
        let refused = shop.carry_out(&command);
        let by_ann = Refusal::AlreadyClaimed {
            by: "ANN".to_owned(),
        };
        assert!(matches!(refused, Err(DeskError::Refused(it)) if it == by_ann));
    }
}

#[test]
fn the_contact_form_stores_message_and_contact_and_queues_without_a_bot_in_between() {
    let mut shop = Shop::open();
    let form = Command::ContactForm {
        text: MessageText::new("where is my parcel").unwrap(),
        hint: read("track_order"),
        contact: ContactText::new("me@example.org").unwrap(),
    };
    let bodies: Vec<_> = shop
        .carry_out(&form)
        .unwrap()
        .events
        .into_iter()
        .map(|event| event.body)
        .collect();
    assert!(matches!(
        bodies[..],
        [
            EventBody::CustomerMessage { .. },
            EventBody::ContactLeft { .. },
            EventBody::Escalated {
                reason: EscalationReason::ContactForm
            },
        ]
    ));
}

#[test]
fn a_write_id_used_for_something_else_is_refused_and_not_taken_for_a_repetition() {
    let mut shop = Shop::open();
    shop.says("first", read("track_order"));
    shop.writes -= 1;
    let refused = shop.carry_out(&Command::Ring);
    assert!(matches!(
        refused,
        Err(DeskError::Refused(Refusal::WriteIdReused))
    ));
    assert_eq!(shop.state(), ConversationState::Bot);
}

#[test]
fn a_mistake_in_an_answer_book_names_its_entry() {
    let mut book = site("demo").answers;
    assert_eq!(book.check(), Ok(()));
    let intent = "track_order".parse().unwrap();
    if let Some(answer) = book.answers.get_mut(&intent) {
        answer.suggestions = vec!["a".to_owned(); 5];
    }
    let problem = book.check().unwrap_err();
    assert!(
        problem
            .to_string()
            .starts_with("answers.track_order: at most 4"),
        "{problem}"
    );
    book.answers.clear();
    book.not_understood.text = "  ".to_owned();
    assert!(
        matches!(book.check(), Err(AnswerBookError::Text { place, .. }) if place == "not_understood")
    );
}
