//! Masking: again it changes nothing, no text becomes longer, and what it says to have hidden lies where it says.
#![no_main]

use deskbell_client::mask::mask;
use deskbell_protocol::MessageText;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(text) = MessageText::new(text) else {
        return;
    };
    let masked = mask(&text);
    let chars = |text: &MessageText| text.as_str().chars().count();
    assert!(chars(&masked.text) <= chars(&text), "longer than before");
    let again = mask(&masked.text);
    assert_eq!(again.text, masked.text, "masked again it is another text");
    assert!(again.spans.is_empty(), "a mask was found to be a secret");
    if masked.spans.is_empty() {
        assert_eq!(masked.text, text, "changed, and nothing was hidden");
    }
    let mut end = 0;
    for span in &masked.spans {
        assert!(span.range.start >= end, "masks overlap");
        assert!(masked.text.as_str()[span.range.clone()].starts_with("•••"));
        end = span.range.end;
    }
});
