//! Who speaks when: the bot, then a person, then the bot again.

use deskbell_desk::contract::agent_name;
use deskbell_desk::{Command, DeskError, Refusal};
use deskbell_protocol::{ContactText, ConversationState, EscalationReason, EventBody, MessageText};

use crate::shop::{Shop, bot_text, read};

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
