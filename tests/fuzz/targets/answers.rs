//! The answer book: one that passes its check has nothing in it that could not be a message, and is the same when written.
#![no_main]

use deskbell_desk::AnswerBook;
use deskbell_protocol::MessageText;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(book) = toml::from_str::<AnswerBook>(text) else {
        return;
    };
    let written = toml::to_string(&book).expect("a book can be written");
    assert_eq!(toml::from_str::<AnswerBook>(&written).as_ref(), Ok(&book));
    if book.check().is_err() {
        return;
    }
    let answers = book.answers.values().chain([&book.not_understood]);
    let suggestions = answers.clone().flat_map(|answer| &answer.suggestions);
    let texts = answers.map(|answer| &answer.text).chain([&book.said_again]);
    for text in texts.chain(suggestions).chain(&book.suggestions) {
        assert!(MessageText::new(text).is_ok(), "{text:?}");
    }
});
