//! Bodies of requests: what is taken, is possible, and is the same when it is written and read again.
#![no_main]

use std::fmt::Debug;

use deskbell_desk::incoming::{check_opening, device_hint, parse_json};
use deskbell_protocol::{
    AgentReply, AgentWrite, Availability, GiveFeedback, Introduce, LeaveContact, OpenConversation,
    PostMessage, RateStretch, RequestHuman, SignIn,
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The body, if it is a `T`.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    parse_json(body).ok()
}

/// That a `T` in the body is read again as it was.
fn same<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) -> Option<T> {
    let taken: T = read(body)?;
    let written = serde_json::to_vec(&taken).expect("what was JSON can be written as JSON");
    assert_eq!(read::<T>(&written).as_ref(), Some(&taken));
    Some(taken)
}

fuzz_target!(|body: &[u8]| {
    if let Some(open) = same::<OpenConversation>(body)
        && check_opening(&open).is_ok()
    {
        assert!(open.language.is_none_or(|it| it.len() <= 35));
        assert!(open.page.is_none_or(|it| !it.contains(['\r', '\n', '\0'])));
    }
    if let Some(message) = same::<PostMessage>(body)
        && let Some(hint) = message.triage
        && let Ok(hint) = device_hint(hint)
    {
        assert!((0.0..=1.0).contains(&hint.reading.confidence));
    }
    same::<RequestHuman>(body);
    same::<GiveFeedback>(body);
    same::<LeaveContact>(body);
    same::<RateStretch>(body);
    same::<Introduce>(body);
    same::<AgentReply>(body);
    same::<AgentWrite>(body);
    read::<Availability>(body);
    read::<SignIn>(body);
});
