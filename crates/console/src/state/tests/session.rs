//! Signing in and out, and being there for customers.

use super::*;

#[test]
fn a_first_visit_shows_the_form_without_asking_the_server() {
    let mut console = Console::new(None);
    let first_visit = Input::Started {
        maybe_signed_in: false,
    };
    let effects = console.handle(first_visit, 0);
    assert!(!effects.contains(&Effect::CheckSession));
    assert!(matches!(
        console.phase(),
        Phase::SignedOut {
            notice: None,
            busy: false,
            ..
        }
    ));
}

#[test]
fn a_console_that_cannot_reach_the_server_asks_again_by_itself() {
    let mut console = Console::new(None);
    let again = Input::Started {
        maybe_signed_in: true,
    };
    assert_eq!(console.handle(again, 0), [Effect::CheckSession]);
    let effects = console.handle(Input::SessionKnown(Err(Failure::Unreachable)), 0);
    let [Effect::WakeAt(at)] = effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(console.handle(Input::Woke, at), [Effect::CheckSession]);
}

#[test]
fn signing_in_opens_the_inbox_and_brings_back_what_was_not_sent() {
    let (mut console, effects) = signed_in();
    assert!(effects.contains(&Effect::OpenInbox(1)));
    assert!(effects.contains(&Effect::Recall(sam().id)));
    let kept = Outgoing {
        write: write(1),
        conversation: conversation(),
        act: Act::Reply(text("On its way")),
        at: 0,
        delivery: Delivery::Waiting,
        tries: 0,
    };
    let effects = console.handle(Input::Recalled(vec![kept]), 0);
    assert_eq!(sent(&effects), [&write(1)]);
}

#[test]
fn a_refused_sign_in_says_why_in_the_servers_words_and_a_throttled_one_says_when() {
    let mut console = Console::new(None);
    console.handle(Input::SigningIn, 0);
    let wrong = refused(ProblemCode::WrongPassword, "Wrong e-mail or password.");
    console.handle(Input::SignInFailed(wrong), 0);
    let said = SignInNotice::Refused("Wrong e-mail or password.".to_owned());
    let Phase::SignedOut { notice, busy, .. } = console.phase() else {
        panic!("signed in");
    };
    assert_eq!((notice.as_ref(), *busy), (Some(&said), false));
    let Failure::Refused { problem, .. } = refused(ProblemCode::TooManyRequests, "") else {
        panic!("not a refusal");
    };
    let throttled = Failure::Refused {
        problem,
        retry_after_ms: Some(60_000),
    };
    console.handle(Input::SignInFailed(throttled), 0);
    assert!(matches!(
        console.phase(),
        Phase::SignedOut {
            notice: Some(SignInNotice::Throttled(60_000)),
            ..
        }
    ));
}

#[test]
fn a_session_that_ended_leads_back_to_the_form_from_anywhere() {
    let ended = || refused(ProblemCode::NotSignedIn, "Sign in first.");
    let inputs = [
        Input::StreamEnded(1, ended()),
        Input::OnlineAnswered(true, Some(ended())),
        Input::Answered {
            write: write(1),
            outcome: Err(ended()),
        },
    ];
    for input in inputs {
        let (mut console, _) = signed_in();
        let effects = console.handle(input, 0);
        assert!(effects.contains(&Effect::CloseSession));
        assert!(!effects.contains(&Effect::ForgetDrafts));
        assert!(matches!(
            console.phase(),
            Phase::SignedOut {
                notice: Some(SignInNotice::SessionEnded),
                ..
            }
        ));
    }
}

#[test]
fn the_switch_shows_what_the_server_confirmed_and_says_when_it_could_not_be_reached() {
    let (mut console, _) = signed_in();
    let effects = console.handle(Input::OnlineAsked(true), 0);
    assert_eq!(effects, [Effect::SetOnline(true)]);
    // The inbox still tells the former state while the wish is on its way.
    let inbox = Message::Inbox(Box::default());
    console.handle(Input::StreamMessage(1, inbox), 0);
    let shift = console.shift().unwrap();
    assert_eq!((shift.is_online(), shift.changing()), (false, Some(true)));
    let failed = Input::OnlineAnswered(true, Some(Failure::Unreachable));
    console.handle(failed, 0);
    let shift = console.shift().unwrap();
    assert!(!shift.is_online());
    assert_eq!(shift.notice(), Some(&Notice::Online(true, None)));
    console.handle(Input::OnlineAnswered(true, None), 0);
    assert!(console.shift().unwrap().is_online());
}

#[test]
fn signing_out_with_something_left_to_do_asks_first() {
    let (mut console, _) = signed_in();
    act(&mut console, 1, Act::Reply(text("Hello")));
    assert!(
        !console
            .handle(Input::SignOutAsked, 0)
            .contains(&Effect::SignOut)
    );
    assert_eq!(console.shift().unwrap().leaving(), Leaving::Asked);
    let effects = console.handle(Input::SignOutConfirmed, 0);
    assert!(effects.contains(&Effect::SignOut));
    console.handle(Input::SignOutAnswered(None), 0);
    assert!(console.shift().is_none());
}
