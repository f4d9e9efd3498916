//! What the server tells.

use super::*;

#[test]
fn only_what_the_customer_writes_from_now_on_is_read_out() {
    let (mut console, stream) = looking();
    assert_eq!(console.shift().unwrap().heard().1, None);
    let body = EventBody::CustomerMessage {
        text: text("hello?"),
        triage: None,
    };
    let message = Message::Event(Box::new(event(3, write(1), body)));
    let effects = console.handle(Input::StreamMessage(stream, message), 0);
    assert!(matches!(effects[..], [Effect::Attention(_)]));
    let heard = Heard::Customer("hello?".to_owned());
    assert_eq!(console.shift().unwrap().heard().1, Some(&heard));
}

#[test]
fn a_lost_stream_resumes_after_the_last_event_and_what_a_former_one_says_is_ignored() {
    let (mut console, stream) = looking();
    console.handle(Input::StreamEnded(stream, Failure::Unreachable), 0);
    let effects = console.handle(Input::CameBack, 1);
    let resumed = effects.iter().find_map(|effect| match effect {
        Effect::OpenConversation { stream, after, .. } => Some((*stream, *after)),
        _ => None,
    });
    let (again, after) = resumed.unwrap();
    assert_eq!(after, 2);
    console.handle(Input::StreamOpened(again), 1);
    console.handle(Input::StreamEnded(stream, Failure::Unreachable), 2);
    let open = console.shift().unwrap().open().unwrap();
    assert_eq!(*open.link.state(), LinkState::Live);
}

#[test]
fn a_conversation_that_somebody_else_took_stays_on_screen_and_is_not_asked_for_again() {
    let (mut console, stream) = looking();
    let ann = AgentName {
        id: AgentId::new("ann").unwrap(),
        name: "Ann".to_owned(),
    };
    let taken = Message::Status(Status {
        state: ConversationState::WithAgent,
        position: None,
        waiting_since: None,
        agents_online: 2,
        agent: Some(ann.clone()),
        agent_types: false,
    });
    console.handle(Input::StreamMessage(stream, taken), 0);
    console.handle(Input::StreamEnded(stream, Failure::Unreachable), 0);
    assert!(
        console
            .handle(Input::CameBack, 60_000)
            .iter()
            .all(|effect| { !matches!(effect, Effect::OpenConversation { .. }) })
    );
    let open = console.shift().unwrap().open().unwrap();
    assert_eq!(open.timeline().events().len(), 2);
    assert_eq!(open.facts().standing, Standing::With(ann));
}

#[test]
fn a_conversation_on_screen_that_waits_again_is_live_again() {
    let (mut console, stream) = looking();
    let not_yours = refused(ProblemCode::NotYours, "Only your own can be read.");
    console.handle(Input::StreamEnded(stream, not_yours), 0);
    let mut listed = |updated_at| {
        let card = deskbell_protocol::ConversationCard {
            id: conversation(),
            site: deskbell_protocol::SiteKey::new("demo").unwrap(),
            state: ConversationState::Waiting,
            reason: None,
            waiting_since: Some(updated_at),
            updated_at,
            preview: None,
            intent: None,
            sentiment: None,
            contact: None,
            language: None,
            page: None,
            agent: None,
        };
        let inbox = Inbox {
            waiting: vec![card],
            waiting_total: 1,
            ..Inbox::default()
        };
        let message = Message::Inbox(Box::new(inbox));
        console.handle(Input::StreamMessage(1, message), 0)
    };
    let opens = |effect: &Effect| matches!(effect, Effect::OpenConversation { after: 2, .. });
    assert!(!listed(0).iter().any(opens), "an inbox from before");
    assert!(listed(1).iter().any(opens));
}

#[test]
fn going_back_to_the_list_leaves_the_focus_where_the_agent_came_from() {
    let (mut console, _) = looking();
    let effects = console.handle(Input::Navigated(None), 0);
    let focus = Effect::Focus(Target::Card(conversation()));
    assert_eq!(effects, [Effect::CloseConversation, focus]);
    assert!(console.shift().unwrap().open().is_none());
}
