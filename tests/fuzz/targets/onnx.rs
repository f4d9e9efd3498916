//! ONNX files: any bytes are a model that answers, or refused; none stops the program or fills the memory.
#![no_main]

use deskbell_inference::{Classifier, Engine};
use libfuzzer_sys::fuzz_target;

const MANIFEST: &[u8] = include_bytes!("../../../models/triage/manifest.json");

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = deskbell_onnx::Model::from_bytes(bytes) {
        let written = model.to_bytes();
        let again =
            deskbell_onnx::Model::from_bytes(&written).expect("what was written can be read");
        assert_eq!(again.to_bytes(), written);
    }
    let Ok(engine) = Engine::load(bytes) else {
        return;
    };
    let _ = Classifier::from_bytes(bytes, MANIFEST);
    let names: Vec<&str> = engine.inputs().collect();
    let inputs: Vec<(&str, &[i64])> = names.iter().map(|name| (*name, &[0, 0, 0][..])).collect();
    let _ = engine.run(&inputs);
});
