//! What holds of masking, whatever is written.

use deskbell_client::mask::mask;
use deskbell_protocol::MessageText;
use proptest::prelude::*;

/// Pieces that find each other: names, links, secrets, masks and what makes them something else.
const PIECES: &[&str] = &[
    "password",
    "Passwort",
    "pw",
    "code",
    "verification",
    "OTP",
    "PIN",
    "cvc",
    "discount",
    "order",
    "is",
    "ist",
    "for",
    "my",
    ":",
    "=",
    ".",
    ",",
    ";",
    "\n",
    "\t",
    "-",
    "+",
    "•",
    "••••",
    "•••• ",
    "\"",
    "'",
    "4242424242424242",
    "4242",
    "3782 822463 10005",
    "DE89 3704 0044 0532 0130 00",
    "de89",
    "482913",
    "482 913",
    "2024",
    "12",
    "7",
    "hunter2",
    "abc",
    "ß",
    "密码",
    "是",
    "验证码",
    "٤٢٤٢",
    "é",
    "€",
    "🔔",
    "x",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(PIECES),
        prop::sample::select(&["", " ", " "][..]),
    );
    let built = prop::collection::vec(piece, 1..25).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|it| [it.0, it.1])
            .collect::<String>()
    });
    prop_oneof![4 => built, 1 => any::<String>(), 1 => "[0-9 •.-]{1,120}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn masking_again_changes_nothing_and_no_text_becomes_longer(text in texts()) {
        let Ok(text) = MessageText::new(&text) else { return Ok(()) };
        let masked = mask(&text);
        let chars = |text: &MessageText| text.as_str().chars().count();
        prop_assert!(chars(&masked.text) <= chars(&text));
        let again = mask(&masked.text);
        prop_assert_eq!(&again.text, &masked.text);
        prop_assert!(again.spans.is_empty());
        if masked.spans.is_empty() {
            prop_assert_eq!(&masked.text, &text, "nothing found, nothing changed");
        }
        let mut end = 0;
        for span in &masked.spans {
            prop_assert!(span.range.start >= end, "in order, apart from each other");
            prop_assert!(masked.text.as_str()[span.range.clone()].starts_with("•••"));
            end = span.range.end;
        }
    }
}

#[test]
fn the_longest_message_of_nothing_but_secrets_still_fits() {
    let most = MessageText::MAX_CHARS;
    let text: String = "pw: abcd1 "
        .chars()
        .cycle()
        .take(most - 1)
        .chain(['x'])
        .collect();
    let masked = mask(&MessageText::new(&text).unwrap());
    assert!(!masked.text.as_str().contains("abcd1"));
    assert_eq!(masked.spans.len(), most / 10);
}
