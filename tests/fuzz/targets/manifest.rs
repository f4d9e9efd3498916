//! A model's manifest: one that passes its check can cut up and interpret every message.
#![no_main]

use deskbell_triage::Manifest;
use deskbell_triage::language::foreign;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else {
        return;
    };
    if manifest.check().is_err() {
        return;
    }
    let vocabulary = manifest.pieces().expect("the check makes it, too");
    let text = String::from_utf8_lossy(bytes);
    for id in vocabulary.encode(&text, manifest.max_pieces) {
        let id = usize::try_from(id).expect("an id is a row of the table");
        assert!(id < vocabulary.len());
    }
    let even = |labels: usize| vec![1.0 / labels as f32; labels];
    let own = manifest.own.as_ref().map_or(0, |own| own.labels.len() + 1);
    let reading = manifest.interpret(&even(manifest.intents.len()), &even(3), &even(own));
    if let Some(foreign) = foreign(&text, &vocabulary) {
        manifest.unread(reading, &even(own), foreign);
    }
});
