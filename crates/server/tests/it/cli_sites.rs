//! Shops on the command line.

use crate::cli::Operator;

const FERN: [&str; 8] = [
    "site",
    "add",
    "--key",
    "fern",
    "--name",
    "Fern & Field",
    "--origin",
    "https://fern.example",
];

#[test]
fn a_site_is_added_listed_and_its_snippet_printed() {
    let operator = Operator::new();
    assert!(operator.done(&["site", "list"]).contains("no site yet"));
    let told = operator.done(&FERN);
    assert!(
        told.contains(
            r#"<script async src="http://127.0.0.1:8737/embed.js" data-site="fern"></script>"#
        ),
        "{told}"
    );
    assert!(told.contains(r#"<noscript><a href="http://127.0.0.1:8737/contact/fern">Talk to a human</a></noscript>"#), "{told}");
    let list = operator.done(&["site", "list"]);
    assert_eq!(
        list,
        "KEY   NAME          LANGUAGE  DAYS KEPT  ORIGINS\nfern  Fern & Field  en        90         https://fern.example\n"
    );
}

#[test]
fn a_site_is_changed_only_when_asked_and_keeps_what_is_not_given() {
    let operator = Operator::new();
    operator.done(&FERN);
    assert!(operator.refused(&FERN).contains("--replace"));
    operator.done(&[
        "site",
        "add",
        "--key",
        "fern",
        "--replace",
        "--name",
        "Fern",
        "--phone",
        "+44 20 7946 0000",
    ]);
    assert!(
        operator
            .done(&["site", "list"])
            .contains("fern  Fern  en        90         https://fern.example")
    );
    let unknown = operator.refused(&["site", "add", "--key", "other", "--replace"]);
    assert!(
        unknown.contains("--name and --origin are needed"),
        "{unknown}"
    );
}

#[test]
fn a_shop_that_is_not_english_is_told_that_its_bot_has_no_answers_yet_and_what_to_do() {
    let operator = Operator::new();
    let with = |change: &[&str]| {
        let arguments: Vec<_> = FERN.iter().chain(change).copied().collect();
        operator.done(&arguments)
    };
    let replace = |change: &[&str]| {
        let start = ["site", "add", "--key", "fern", "--replace"];
        let arguments: Vec<_> = start.iter().chain(change).copied().collect();
        operator.done(&arguments)
    };
    let none = "The bot has no answers in the language 'de-AT' yet";
    let load = "deskbell site add --key fern --replace --answers answers.toml";
    let told = with(&["--language", "de-AT"]);
    assert!(told.contains(none) && told.contains(load), "{told}");
    assert!(replace(&["--phone", "+43 1 234"]).contains(none));

    // The English answers are there for whoever speaks English, and are not forced upon others.
    for language in ["en-GB", "en"] {
        let told = replace(&["--language", language]);
        assert!(told.trim_end().ends_with("</noscript>"), "{told}");
    }
    let path = operator.write("answers.toml", &operator.done(&["site", "answers"]));
    let told = replace(&["--language", "de-AT", "--answers", &path]);
    assert!(
        told.contains("built-in answers, which are English"),
        "{told}"
    );
    assert!(replace(&["--language", "de-AT"]).contains(none));

    let german = "said_again = \"Noch einmal:\"\n[not_understood]\ntext = \"Wie bitte?\"\n[answers.greeting]\ntext = \"Ja?\"\n";
    let path = operator.write("answers.toml", german);
    let told = replace(&["--answers", &path]);
    assert!(told.trim_end().ends_with("</noscript>"), "{told}");
    let told = replace(&["--language", "is"]);
    assert!(told.contains("no words in the language 'is' yet"), "{told}");
    assert!(!told.contains("answers.toml"), "a merchant's stay: {told}");
}

#[test]
fn mistakes_in_a_site_are_named() {
    let operator = Operator::new();
    let with = |change: &[&str]| {
        let arguments: Vec<_> = FERN.iter().chain(change).copied().collect();
        operator.refused(&arguments)
    };
    assert!(
        operator
            .refused(&["site", "add", "--key", "fern"])
            .contains("--name")
    );
    assert!(with(&["--origin", "shop.example"]).contains("https://shop.example"));
    assert!(with(&["--origin", "https://shop.example/path"]).contains("no path"));
    assert!(with(&["--language", "plain english"]).contains("--language"));
    assert!(with(&["--phone", " "]).contains("--phone"));
    assert!(
        with(&["--answers", "/nowhere/answers.toml"])
            .contains("/nowhere/answers.toml cannot be read")
    );
    let bad_key = [
        "site",
        "add",
        "--key",
        "a b",
        "--name",
        "x",
        "--origin",
        "https://x.example",
    ];
    assert!(operator.refused(&bad_key).contains("letters, digits"));
    assert!(operator.done(&["site", "list"]).contains("no site yet"));
}

#[test]
fn mistakes_in_an_answer_book_name_their_entry() {
    let operator = Operator::new();
    let head = "said_again = \"again\"\n[not_understood]\ntext = \"what?\"\n";
    for (book, expected) in [
        ("said_again = ", "line 1"),
        (
            &format!("{head}[answers.refund]\ntext = \" \""),
            "answers.refund: The message is empty",
        ),
        (
            &format!(
                "{head}[answers.refund]\ntext = \"x\"\nsuggestions = [\"a\",\"b\",\"c\",\"d\",\"e\"]"
            ),
            "answers.refund: at most 4",
        ),
        (
            &format!("{head}[answers.refunds]\ntext = \"x\""),
            "answers.refunds: the model knows no such intent",
        ),
        (&format!("{head}[answers.refund]\ntextt = \"x\""), "textt"),
        ("", "not_understood"),
    ] {
        let path = operator.write("answers.toml", book);
        let arguments: Vec<_> = FERN.iter().chain(&["--answers", &path]).copied().collect();
        let told = operator.refused(&arguments);
        assert!(told.contains(expected), "{expected} in {told}");
    }
}
