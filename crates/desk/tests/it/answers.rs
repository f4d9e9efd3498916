//! What the bot says, and when it does not.

use deskbell_desk::contract::site;
use deskbell_desk::{AnswerBook, AnswerBookError, Command, DeskError, Language, Refusal};
use deskbell_protocol::{
    AnswerReason, EscalationReason, EventBody, MessageText, OfferReason, TriageHint, Verdict,
};

use crate::shop::{Shop, bot_text, read};

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
fn a_bot_without_answers_in_the_shops_language_says_so_there_and_offers_a_person() {
    let german = Language::named("de-AT").unwrap();
    let book = AnswerBook::without_answers(german);
    assert_eq!((book.check(), book.suggestions.len()), (Ok(()), 0));
    let mut shop = Shop::open();
    shop.site.language = "de-AT".to_owned();
    shop.site.answers = book;
    let after = shop.says("where is my parcel", read("track_order"));
    assert!(bot_text(&after).starts_with("Guten Tag! Ich bin der automatische Assistent"));
    assert!(
        bot_text(&after).contains("Darauf kann ich selbst nicht antworten, ein Mensch aber schon")
    );
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
