//! Events: the widget's reader and the server's take the same, and what is written is read again as it was.
#![no_main]

use deskbell_client::json;
use deskbell_protocol::{Event, EventBody};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let ours = json::from_str::<Event>(text);
    let Ok(event) = serde_json::from_str::<Event>(text) else {
        return;
    };
    if event.body == EventBody::Unknown {
        // Never written. The other reader knows no more of it.
        assert!(ours.is_err() || ours.is_ok_and(|it| it.body == EventBody::Unknown));
        return;
    }
    let written = serde_json::to_string(&event).expect("an event can be written");
    let again: Event = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(again, event);
    let ours: Event = json::from_str(&written).expect("the widget reads what the server writes");
    assert_eq!(ours, event);
    let body: EventBody = serde_json::from_str(&written).expect("the derived way reads it, too");
    assert_eq!(body, event.body);
});
