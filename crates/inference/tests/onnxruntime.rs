//! The model is a standard ONNX file: Microsoft's onnxruntime, which shares no code with tract, computes the same
//! probabilities from it. Needs Python 3 and the package from PyPI; without them the test says so and passes.
#![cfg(not(target_arch = "wasm32"))]

use std::io::Write;
use std::process::{Command, Stdio};

use deskbell_inference::Classifier;

#[path = "support/python.rs"]
mod python;

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/triage/model.onnx"
);
const MANIFEST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/triage/manifest.json"
);
const GOLDEN: &str = include_str!("../../../models/triage/golden.jsonl");

/// Reads lists of pieces from standard input, one JSON list per line, and prints both outputs of each. Beyond its basic
/// optimisations onnxruntime rounds the activations of int8 files too, and computes something else.
const SCRIPT: &str = "
import json, sys
import numpy, onnxruntime
onnxruntime.set_default_logger_severity(3)
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=['CPUExecutionProvider'])
for line in sys.stdin:
    pieces = numpy.array(json.loads(line), dtype=numpy.int64)
    positions = numpy.arange(len(pieces), dtype=numpy.int64)
    inputs = {'pieces': pieces, 'positions': positions}
    intent, sentiment = session.run(['intent', 'sentiment'], inputs)
    print(json.dumps([intent[0].tolist(), sentiment[0].tolist()]))
";

#[test]
fn onnxruntime_computes_the_same_probabilities() {
    let Some(python) = python::with_onnxruntime() else {
        return;
    };
    let manifest = std::fs::read(MANIFEST).unwrap();
    let classifier = Classifier::from_bytes(&std::fs::read(MODEL).unwrap(), &manifest).unwrap();
    let texts: Vec<String> = GOLDEN
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let manifest = classifier.manifest();
    let vocabulary = manifest.pieces().unwrap();
    let input: String = texts
        .iter()
        .map(|text| format!("{:?}\n", vocabulary.encode(text, manifest.max_pieces)))
        .collect();

    let mut child = Command::new(python)
        .args(["-c", SCRIPT, MODEL])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "onnxruntime cannot run the model");
    let output = String::from_utf8(output.stdout).unwrap();

    assert_eq!(output.lines().count(), texts.len());
    for (text, line) in texts.iter().zip(output.lines()) {
        let [intent, sentiment]: [Vec<f32>; 2] = serde_json::from_str(line).unwrap();
        let ours = classifier.scores(text).unwrap();
        let theirs = intent.iter().chain(&sentiment);
        let difference = ours
            .intent
            .iter()
            .chain(&ours.sentiment)
            .zip(theirs)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(
            difference <= 1e-4,
            "{difference} for {}",
            text.chars().take(60).collect::<String>()
        );
    }
}
