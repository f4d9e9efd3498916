//! Hand-made histories: an honest one is fine, and each defect is found in one that has only that.

use std::collections::BTreeMap;

use deskbell_protocol::{
    AgentId, AgentName, ContactText, ConversationId, ConversationState, EscalationReason, Event,
    EventBody, MessageText, ProblemCode, Score, Seq, SiteKey, Status, WriteId,
};

use super::check;
use crate::finding::Rule;
use crate::history::{Act, History, Log, Outcome, Reading, Write};

/// A write with the events it leads to, begun and answered at these moments.
#[derive(Clone)]
struct Step {
    name: &'static str,
    act: Act,
    bodies: Vec<EventBody>,
    time: (u64, u64),
}

fn step(name: &'static str, time: (u64, u64), act: Act, bodies: Vec<EventBody>) -> Step {
    Step {
        name,
        act,
        bodies,
        time,
    }
}

fn write_id(name: &str) -> WriteId {
    WriteId::new(format!("write-of-a-test-{name}")).unwrap()
}

fn conversation() -> ConversationId {
    ConversationId::new("conversation-of-ann").unwrap()
}

fn agent(name: &str) -> AgentName {
    AgentName {
        id: AgentId::new(name).unwrap(),
        name: name.to_owned(),
    }
}

fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

fn said(said: &str) -> EventBody {
    EventBody::CustomerMessage {
        text: text(said),
        triage: None,
    }
}

fn bot() -> EventBody {
    EventBody::BotMessage {
        text: "I am a bot.".to_owned(),
        suggestions: Vec::new(),
        intent: None,
        offers_human: false,
        discloses_bot: true,
    }
}

fn escalated() -> EventBody {
    EventBody::Escalated {
        reason: EscalationReason::Bell,
    }
}

fn claimed(by: &str) -> EventBody {
    EventBody::Claimed { agent: agent(by) }
}

fn replied(by: &str) -> EventBody {
    EventBody::AgentMessage {
        agent: agent(by),
        text: text("Hello!"),
    }
}

fn reply(by: &str) -> Act {
    Act::Reply(agent(by).id, text("Hello!"))
}

fn contact() -> (Act, EventBody) {
    let contact = ContactText::new("ann@example.org").unwrap();
    let left = EventBody::ContactLeft {
        contact: contact.clone(),
    };
    (Act::Contact(contact), left)
}

/// Ann writes, rings, is helped by Sam and says how it was: events 1 to 8.
fn honest() -> Vec<Step> {
    let opened = EventBody::Opened {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let closed = EventBody::Closed {
        agent: agent("sam"),
    };
    let score = Score::new(5).unwrap();
    let rated = EventBody::Rated { stretch: 7, score };
    let sam = || agent("sam").id;
    vec![
        step("open", (1, 2), Act::Open, vec![opened]),
        step(
            "hello",
            (3, 4),
            Act::Message(text("hello")),
            vec![said("hello"), bot()],
        ),
        step("ring", (5, 6), Act::Ring, vec![escalated()]),
        step("claim", (7, 8), Act::Claim(sam()), vec![claimed("sam")]),
        step("reply", (9, 10), reply("sam"), vec![replied("sam")]),
        step("close", (11, 12), Act::Close(sam()), vec![closed]),
        step(
            "rate",
            (13, 14),
            Act::Rate { stretch: 7, score },
            vec![rated],
        ),
    ]
}

/// Ann rang, and waits.
fn waiting() -> History {
    let mut history = history(&honest()[..3]);
    status(&mut history).state = ConversationState::Waiting;
    status(&mut history).position = Some(1);
    history.queue.push(conversation());
    history
}

/// What everybody sees if the log has these steps in this order.
fn history(steps: &[Step]) -> History {
    let (mut events, mut writes) = (Vec::new(), Vec::new());
    for step in steps {
        let caused: Vec<_> = (events.len() as Seq + 1..)
            .zip(&step.bodies)
            .map(|(seq, body)| Event {
                seq,
                at: 1_000,
                write: write_id(step.name),
                body: body.clone(),
            })
            .collect();
        events.extend(caused.clone());
        let named = !matches!(step.act, Act::Open | Act::Ring);
        writes.push(Write {
            id: write_id(step.name),
            conversation: conversation(),
            act: step.act.clone(),
            begun: step.time.0,
            outcome: Outcome::Accepted {
                at: step.time.1,
                events: if named { caused } else { Vec::new() },
            },
        });
    }
    let reading = |reader: &str, events: &[Event], whole| Reading {
        reader: reader.to_owned(),
        conversation: conversation(),
        events: events.to_vec(),
        whole,
    };
    let seen_by_sam = &events[..events.len().min(5)];
    let readings = vec![
        reading("ann", &events, true),
        reading("sam", seen_by_sam, false),
    ];
    let status = Some(Status {
        state: ConversationState::Closed,
        position: None,
        waiting_since: None,
        agents_online: 1,
        agent: None,
        agent_types: false,
    });
    History {
        writes,
        logs: BTreeMap::from([(conversation(), Log { events, status })]),
        readings,
        queue: Vec::new(),
        owned: BTreeMap::from([(agent("sam").id, Vec::new())]),
    }
}

fn rules(history: &History) -> Vec<Rule> {
    let mut rules: Vec<_> = check(history).iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The rules that are broken by the honest history with this change.
fn broken_by(change: impl FnOnce(&mut History)) -> Vec<Rule> {
    let mut history = history(&honest());
    change(&mut history);
    rules(&history)
}

/// The rules that are broken if the log has other steps than the honest one.
fn broken_with(change: impl FnOnce(&mut Vec<Step>)) -> Vec<Rule> {
    let mut steps = honest();
    change(&mut steps);
    rules(&history(&steps))
}

fn log(history: &mut History) -> &mut Log {
    history.logs.get_mut(&conversation()).unwrap()
}

fn status(history: &mut History) -> &mut Status {
    log(history).status.as_mut().unwrap()
}

#[test]
fn an_honest_history_is_fine_and_so_is_somebody_who_waits() {
    assert_eq!(check(&history(&honest())), []);
    assert_eq!(check(&waiting()), []);
}

#[test]
fn an_acknowledged_event_that_is_gone_or_another_one_is_found() {
    assert_eq!(
        broken_by(|it| drop(log(it).events.pop())),
        [Rule::Lost, Rule::Reader]
    );
    assert!(broken_by(|it| drop(log(it).events.remove(5))).contains(&Rule::Gap));
    assert!(broken_by(|it| log(it).events[7].at += 1).contains(&Rule::Lost));
    assert!(broken_by(|it| it.logs.clear()).contains(&Rule::Lost));
}

#[test]
fn a_write_that_is_stored_twice_is_found() {
    let again = |steps: &mut Vec<Step>| {
        let hello = steps[1].clone();
        steps.push(hello);
    };
    assert!(broken_with(again).contains(&Rule::Repeated));
    // Twice in a row is one group of events, and still twice.
    let (act, left) = contact();
    let twice = |steps: &mut Vec<Step>| {
        steps.push(step("contact", (15, 16), act, vec![left.clone(), left]));
    };
    assert_eq!(broken_with(twice), [Rule::Repeated]);
}

#[test]
fn what_began_after_an_acknowledgement_and_stands_before_it_is_found() {
    let (act, left) = contact();
    let mut steps = honest()[..3].to_vec();
    // Between Ann's opening and her message, and begun when all was over.
    steps.insert(1, step("contact", (15, 16), act, vec![left]));
    let mut late = history(&steps);
    assert!(rules(&late).contains(&Rule::Order));
    // The same at the same time is nobody's mistake.
    late.writes[1].begun = 2;
    assert!(!rules(&late).contains(&Rule::Order));
}

#[test]
fn two_owners_at_once_are_found() {
    let claim = step(
        "kims-claim",
        (9, 10),
        Act::Claim(agent("kim").id),
        vec![claimed("kim")],
    );
    assert!(broken_with(|steps| steps.insert(4, claim)).contains(&Rule::TwoOwners));
    let intruder = step("kims-reply", (9, 10), reply("kim"), vec![replied("kim")]);
    assert!(broken_with(|steps| steps.insert(5, intruder)).contains(&Rule::TwoOwners));
}

#[test]
fn what_is_not_possible_in_a_state_is_found() {
    let cases: [(usize, Step); 4] = [
        // A message that the bot heard, and that led to nothing.
        (
            1,
            step("x", (3, 4), Act::Message(text("x")), vec![said("x")]),
        ),
        // The bot talks while Sam does.
        (
            4,
            step(
                "x",
                (9, 10),
                Act::Message(text("x")),
                vec![said("x"), bot()],
            ),
        ),
        // Sam comes though nobody waits.
        (
            2,
            step(
                "x",
                (5, 5),
                Act::Claim(agent("sam").id),
                vec![claimed("sam")],
            ),
        ),
        // Sam talks after the end.
        (6, step("x", (13, 13), reply("sam"), vec![replied("sam")])),
    ];
    for (place, step) in cases {
        let found = broken_with(|steps| {
            steps.truncate(place);
            steps.push(step);
        });
        assert!(found.contains(&Rule::OutOfTurn), "{place}: {found:?}");
    }
}

#[test]
fn a_ring_that_brought_nobody_is_found_also_if_a_later_one_did() {
    let forgotten = |steps: &mut Vec<Step>| {
        steps.truncate(2);
        steps.push(step("ring", (5, 6), Act::Ring, Vec::new()));
    };
    assert!(broken_with(forgotten).contains(&Rule::ForgottenRing));
    let then_another = |steps: &mut Vec<Step>| {
        forgotten(steps);
        let (act, left) = contact();
        steps.push(step("contact", (7, 8), act, vec![left]));
        steps.push(step("second", (9, 10), Act::Ring, vec![escalated()]));
    };
    assert!(broken_with(then_another).contains(&Rule::ForgottenRing));
    // While somebody waits or is talked to, a ring is no news.
    let no_news = |steps: &mut Vec<Step>| {
        steps.insert(3, step("second", (7, 7), Act::Ring, Vec::new()));
    };
    assert_eq!(broken_with(no_news), []);
}

#[test]
fn what_was_refused_or_never_asked_for_and_is_stored_is_found() {
    let refused = |it: &mut History| {
        it.writes[6].outcome = Outcome::Refused {
            code: ProblemCode::WrongState,
        };
    };
    assert_eq!(broken_by(refused), [Rule::RefusedStored]);
    assert_eq!(broken_by(|it| drop(it.writes.pop())), [Rule::Unasked]);
    let other = |it: &mut History| it.writes[1].act = Act::Message(text("something else"));
    assert_eq!(broken_by(other), [Rule::Unasked]);
    // Not to know what came of it is no breach, either way.
    assert_eq!(broken_by(|it| it.writes[6].outcome = Outcome::Unknown), []);
}

#[test]
fn a_reader_that_saw_anything_else_is_found() {
    let changes: [fn(&mut Vec<Event>); 5] = [
        |seen| drop(seen.pop()),
        |seen| drop(seen.remove(2)),
        |seen| seen.swap(2, 3),
        |seen| seen.insert(3, seen[2].clone()),
        |seen| seen[2].body = EventBody::Unknown,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let found = broken_by(|it| change(&mut it.readings[0].events));
        assert_eq!(found, [Rule::Reader], "change {index}");
    }
    // Who may not see all may miss the end, and nothing else.
    assert_eq!(broken_by(|it| it.readings[1].events.truncate(2)), []);
    let hole = |it: &mut History| drop(it.readings[1].events.remove(1));
    assert_eq!(broken_by(hole), [Rule::Reader]);
}

#[test]
fn a_desk_that_does_not_show_what_the_log_says_is_found() {
    let changes: [fn(&mut History); 7] = [
        |it| it.queue.clear(),
        |it| it.queue.push(conversation()),
        |it| {
            it.queue
                .push(ConversationId::new("conversation-of-nobody").unwrap());
        },
        |it| status(it).state = ConversationState::Bot,
        |it| status(it).position = Some(2),
        |it| log(it).status = None,
        |it| {
            it.owned.insert(agent("sam").id, vec![conversation()]);
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut history = waiting();
        change(&mut history);
        assert_eq!(rules(&history), [Rule::Projection], "change {index}");
    }
}
