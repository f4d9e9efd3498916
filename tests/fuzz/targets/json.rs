//! The widget's JSON reader: it takes nothing that is none, and what it writes it reads again.
#![no_main]

use deskbell_client::json;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let skipped = json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let Ok(ours) = json::from_str::<Value>(text) else {
        return;
    };
    assert!(skipped, "read, but not passed over");
    assert!(
        serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        "taken, and no JSON"
    );
    let written = json::to_string(&ours).expect("what was JSON can be written");
    assert!(json::from_str::<Value>(&written).is_ok(), "{written}");
});
