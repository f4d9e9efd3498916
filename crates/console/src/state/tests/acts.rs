//! Taking conversations and writing to customers.

use super::*;

#[test]
fn taking_a_conversation_moves_the_focus_to_the_reply_box() {
    let (mut console, _) = looking();
    let effects = act(&mut console, 1, Act::Claim);
    assert_eq!(sent(&effects), [&write(1)]);
    assert_eq!(sent(&act(&mut console, 2, Act::Claim)).len(), 0);
    let events = vec![event(3, write(1), EventBody::Claimed { agent: sam() })];
    let effects = answer(&mut console, 1, Ok(MessageAccepted { events }), 0);
    assert!(effects.contains(&Effect::Focus(Target::Reply)));
    assert_eq!(standing(&console), Standing::With(sam()));
}

#[test]
fn the_server_is_told_every_few_seconds_that_the_agent_writes_and_anew_after_each_message() {
    let (mut console, _) = looking();
    let mut tells = |input, now| {
        let effects = console.handle(input, now);
        effects.contains(&Effect::TellTyping(conversation()))
    };
    let typed = || Input::Typed(conversation());
    assert!(tells(typed(), 0));
    assert!(!tells(typed(), 3_999));
    assert!(tells(typed(), 4_000));
    let reply = Input::Acted {
        write: write(1),
        conversation: conversation(),
        act: Act::Reply(text("Hello")),
    };
    assert!(!tells(reply, 4_100));
    assert!(tells(typed(), 4_200));
    let elsewhere = ConversationId::new("conversation-0002").unwrap();
    assert!(!tells(Input::Typed(elsewhere), 4_300));
    assert!(tells(typed(), 4_400), "the agent came back from elsewhere");
}

#[test]
fn losing_a_claim_to_somebody_faster_is_a_notice_and_nothing_is_tried_again() {
    let (mut console, _) = looking();
    act(&mut console, 1, Act::Claim);
    let faster = "Ann has taken this conversation already.";
    let lost = refused(ProblemCode::AlreadyClaimed, faster);
    let effects = answer(&mut console, 1, Err(lost), 0);
    assert!(sent(&effects).is_empty());
    let shift = console.shift().unwrap();
    let notice = Notice::Refused(Act::Claim, faster.to_owned());
    assert_eq!(shift.notice(), Some(&notice));
    assert_eq!(shift.pending(&conversation()), None);
}

#[test]
fn a_reply_is_kept_until_acknowledged_and_shown_once_whichever_way_it_comes_back() {
    let (mut console, stream) = looking();
    let effects = act(&mut console, 1, Act::Reply(text("Hello")));
    assert!(matches!(&effects[..], [Effect::Keep(..), Effect::Send(_)]));
    assert_eq!(console.shift().unwrap().echoes().len(), 1);
    let effects = answer(&mut console, 1, Err(Failure::Unreachable), 0);
    let [Effect::WakeAt(at)] = effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(sent(&console.handle(Input::Woke, at)), [&write(1)]);
    // The first try had been stored after all, and the stream says so before the second is answered.
    let body = EventBody::AgentMessage {
        agent: sam(),
        text: text("Hello"),
    };
    let stored = event(3, write(1), body);
    let message = Message::Event(Box::new(stored.clone()));
    let effects = console.handle(Input::StreamMessage(stream, message), at);
    assert_eq!(effects, [Effect::Forget(sam().id, write(1))]);
    assert_eq!(console.shift().unwrap().echoes().len(), 0);
    let events = vec![stored];
    answer(&mut console, 1, Ok(MessageAccepted { events }), at);
    let open = console.shift().unwrap().open().unwrap();
    assert_eq!(open.timeline().events().len(), 3);
    assert_eq!(console.shift().unwrap().unsent(), 0);
}

#[test]
fn the_focus_moves_also_when_the_stream_is_faster_than_the_answer() {
    let (mut console, stream) = looking();
    act(&mut console, 1, Act::Claim);
    let claimed = event(3, write(1), EventBody::Claimed { agent: sam() });
    let message = Message::Event(Box::new(claimed.clone()));
    let effects = console.handle(Input::StreamMessage(stream, message), 0);
    assert_eq!(effects, [Effect::Focus(Target::Reply)]);
    let events = vec![claimed];
    assert!(answer(&mut console, 1, Ok(MessageAccepted { events }), 0).is_empty());
}
