//! Language tags and wishes: always one of the languages that there are.
#![no_main]

use deskbell_desk::Language;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(language) = Language::named(text) {
        assert_eq!(Language::named(language.tag()), Some(language));
    }
    let (query, accepted) = text.split_once('\n').unwrap_or((text, ""));
    let chosen = Language::for_page(query, accepted, Some(text));
    assert_eq!(Language::named(chosen.tag()), Some(chosen));
    assert!(matches!(chosen.direction(), "ltr" | "rtl"));
});
