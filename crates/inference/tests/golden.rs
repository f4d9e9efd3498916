//! The shipped model reads the golden messages here as it did where it was trained: natively and in WebAssembly
//! (`cargo test -p deskbell-inference --target wasm32-unknown-unknown`).

use deskbell_inference::Classifier;
use deskbell_protocol::Reading;
use serde::Deserialize;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODEL: &[u8] = include_bytes!("../../../models/triage/model.onnx");
const MANIFEST: &[u8] = include_bytes!("../../../models/triage/manifest.json");
const GOLDEN: &str = include_str!("../../../models/triage/golden.jsonl");

/// Processors add up in different orders.
const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Golden {
    text: String,
    #[serde(flatten)]
    reading: Reading,
}

#[test]
fn every_golden_message_is_read_as_in_training() {
    let classifier = Classifier::from_bytes(MODEL, MANIFEST).unwrap();
    let mut rows = 0;
    for line in GOLDEN.lines() {
        let Golden {
            text,
            reading: expected,
        } = serde_json::from_str(line).unwrap();
        let found = classifier.classify(&text).unwrap();
        let near = |a: f32, b: f32| (a - b).abs() <= TOLERANCE;
        let same = found.intent == expected.intent
            && found.sentiment == expected.sentiment
            && near(found.confidence, expected.confidence)
            && near(
                found.sentiment_scores.negative,
                expected.sentiment_scores.negative,
            )
            && near(
                found.sentiment_scores.neutral,
                expected.sentiment_scores.neutral,
            )
            && near(
                found.sentiment_scores.positive,
                expected.sentiment_scores.positive,
            );
        let start: String = text.chars().take(60).collect();
        assert!(same, "{start}\nexpected {expected:?}\nfound    {found:?}");
        rows += 1;
    }
    assert!(rows >= 50, "only {rows} golden rows");
}

#[test]
fn probabilities_are_probabilities_for_any_message() {
    let classifier = Classifier::from_bytes(MODEL, MANIFEST).unwrap();
    let longest = "Größe 44 kaputt!! ".repeat(223);
    for text in ["", " ", "?", "hi", "मेरा ऑर्डर", "👍🏽", longest.as_str()] {
        let scores = classifier.scores(text).unwrap();
        for values in [&scores.intent, &scores.sentiment] {
            let sum: f32 = values.iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{text}: {sum}");
            assert!(
                values.iter().all(|value| (0.0..=1.0).contains(value)),
                "{text}: {values:?}"
            );
        }
    }
}
