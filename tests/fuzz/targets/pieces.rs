//! A message on its way into the model: any text is cut into rows of its table, not more than fit, and its language told.
#![no_main]

use std::sync::LazyLock;

use deskbell_triage::language::foreign;
use deskbell_triage::normalise::normalise;
use deskbell_triage::{Manifest, Vocabulary};
use libfuzzer_sys::fuzz_target;

static MANIFEST: LazyLock<(Manifest, Vocabulary)> = LazyLock::new(|| {
    let manifest = include_bytes!("../../../models/triage/manifest.json");
    let manifest: Manifest = serde_json::from_slice(manifest).expect("the shipped manifest is one");
    let vocabulary = manifest
        .pieces()
        .expect("the shipped manifest passes its check");
    (manifest, vocabulary)
});

fuzz_target!(|text: &str| {
    let (manifest, vocabulary) = &*MANIFEST;
    for most in [4, manifest.max_pieces] {
        let ids = vocabulary.encode(text, most);
        assert!((2..=most).contains(&ids.len()), "{} pieces", ids.len());
        let row = |id: &i64| usize::try_from(*id).is_ok_and(|id| id < vocabulary.len());
        assert!(ids.iter().all(row));
    }
    assert!(
        normalise(text)
            .iter()
            .all(|token| !token.as_str().is_empty())
    );
    let _ = foreign(text, vocabulary);
});
