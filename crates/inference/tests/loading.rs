//! A model that cannot be used is refused with a sentence that says why.

use deskbell_inference::{Classifier, LoadError};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODEL: &[u8] = include_bytes!("../../../models/triage/model.onnx");
const MANIFEST: &str = include_str!("../../../models/triage/manifest.json");

fn refusal(model: &[u8], manifest: &str) -> LoadError {
    match Classifier::from_bytes(model, manifest.as_bytes()) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

#[test]
fn bytes_that_are_no_model_are_refused() {
    for model in [&b""[..], b"<!doctype html>", &MODEL[..MODEL.len() / 2]] {
        let error = refusal(model, MANIFEST);
        assert!(
            matches!(error, LoadError::Model(_) | LoadError::Table { .. }),
            "{error}"
        );
    }
}

#[test]
fn a_manifest_that_is_not_ours_is_refused() {
    assert!(matches!(refusal(MODEL, "{}"), LoadError::ManifestJson(_)));
    let newer = MANIFEST.replacen("\"format\": 2", "\"format\": 9", 1);
    assert!(refusal(MODEL, &newer).to_string().contains("format 9"));
}

#[test]
fn a_manifest_of_another_model_is_refused() {
    let fewer = MANIFEST.replacen("\"track_order\",", "", 1);
    let error = refusal(MODEL, &fewer).to_string();
    assert!(
        error.contains("'intent' must have 26 values, not 27"),
        "{error}"
    );
}

#[test]
fn a_vocabulary_of_another_model_is_refused() {
    let fewer = MANIFEST.replacen(" ##a ", " ", 1);
    let error = refusal(MODEL, &fewer).to_string();
    assert!(
        error.contains("the table for 'pieces' must have"),
        "{error}"
    );
}

#[test]
fn messages_longer_than_the_model_has_places_for_are_refused() {
    let longer = MANIFEST.replacen("\"max_pieces\": 64", "\"max_pieces\": 128", 1);
    let error = refusal(MODEL, &longer).to_string();
    assert!(
        error.contains("the table for 'positions' must have 128"),
        "{error}"
    );
}
