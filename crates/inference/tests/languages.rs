//! In languages that the model did not learn: who asks for a person is understood, and nobody else is guessed at.
//!
//! `languages/CODE.tsv` holds what customers type: `human` asks for a person, `routine` is an everyday question, and
//! `nobody` is one with words that a request for a person has too.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use deskbell_inference::Classifier;
use deskbell_protocol::{Reading, Verdict};
use deskbell_triage::policy::{BotStretch, Policy, TALK_TO_HUMAN, decide};

const MODEL: &[u8] = include_bytes!("../../../models/triage/model.onnx");
const MANIFEST: &[u8] = include_bytes!("../../../models/triage/manifest.json");

/// Language, kind and text of every row.
fn rows() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder beside this file")
        .map(|entry| entry.expect("its entries").path())
        .collect();
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let language = file.file_stem().expect("a name").to_string_lossy();
        let content = fs::read_to_string(&file).expect("a readable file");
        for line in content.lines() {
            let (kind, text) = line.split_once('\t').expect("two columns");
            rows.push((language.to_string(), kind.to_owned(), text.to_owned()));
        }
    }
    rows
}

fn classifier() -> Classifier {
    Classifier::from_bytes(MODEL, MANIFEST).expect("the shipped model")
}

fn read(classifier: &Classifier, text: &str) -> Reading {
    classifier.classify(text).expect("any text can be read")
}

#[test]
fn a_request_for_a_person_is_understood_in_every_language_of_the_widget() {
    let classifier = classifier();
    let rows = rows();
    let mut languages: Vec<&str> = rows
        .iter()
        .map(|(language, ..)| language.as_str())
        .collect();
    languages.dedup();
    assert_eq!(languages.len(), 35);
    for language in languages {
        let asked = rows
            .iter()
            .filter(|(l, kind, _)| l == language && kind == "human");
        assert!(asked.count() >= 12, "{language} has too few phrasings");
    }
    let missed: Vec<_> = rows
        .iter()
        .filter(|(_, kind, text)| {
            kind == "human" && read(&classifier, text).intent.as_str() != TALK_TO_HUMAN
        })
        .collect();
    assert!(missed.is_empty(), "not understood: {missed:#?}");
}

#[test]
fn words_that_a_request_has_too_make_none_by_themselves() {
    let classifier = classifier();
    let vocabulary = classifier.manifest().pieces().expect("a checked manifest");
    let taken: Vec<_> = rows()
        .into_iter()
        .filter(|(_, kind, text)| {
            let foreign = deskbell_triage::language::foreign(text, &vocabulary);
            kind == "nobody" && foreign.is_some_and(|it| it.asks_for_person)
        })
        .collect();
    assert!(taken.is_empty(), "taken for a request: {taken:#?}");
}

#[test]
fn the_bot_answers_nothing_that_it_cannot_read() {
    let classifier = classifier();
    let answered: Vec<_> = rows()
        .into_iter()
        .filter(|(language, kind, text)| {
            let reading = read(&classifier, text);
            let verdict = decide(&reading, &BotStretch::default(), &Policy::default());
            // "Hola!" is the same in every chat.
            language != "en"
                && kind != "human"
                && reading.intent.as_str() != "greeting"
                && !matches!(verdict, Verdict::Escalate(_))
        })
        .collect();
    assert!(answered.is_empty(), "guessed at: {answered:#?}");
}

#[test]
fn english_is_hardly_ever_taken_for_another_language() {
    let classifier = classifier();
    let vocabulary = classifier.manifest().pieces().expect("a checked manifest");
    let rows = include_str!("../../../models/data/validation.tsv");
    let texts: Vec<&str> = rows
        .lines()
        .skip(1)
        .filter_map(|row| row.split('\t').next())
        .collect();
    let foreign = texts
        .iter()
        .filter(|text| deskbell_triage::language::foreign(text, &vocabulary).is_some())
        .count();
    // Of those that are, most are: "paisa wapas kab milega".
    assert!(foreign * 100 < texts.len(), "{foreign} of {}", texts.len());
}
