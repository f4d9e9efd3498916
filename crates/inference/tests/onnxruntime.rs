//! The model is a standard ONNX file: Microsoft's onnxruntime, which shares no code with tract, computes the same
//! probabilities from it. Needs Python 3 and the package from PyPI; without them the test says so and passes.
#![cfg(not(target_arch = "wasm32"))]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use deskbell_inference::Classifier;
use deskbell_triage::features;

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/triage/model.onnx"
);
const MANIFEST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/triage/manifest.json"
);
const GOLDEN: &str = include_str!("../../../models/triage/golden.jsonl");

/// Reads lists of ids from standard input, one JSON list per line, and prints both outputs of each.
const SCRIPT: &str = "
import json, sys
import numpy, onnxruntime
onnxruntime.set_default_logger_severity(3)
session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
for line in sys.stdin:
    ids = numpy.array(json.loads(line), dtype=numpy.int64)
    intent, sentiment = session.run(['intent', 'sentiment'], {'ids': ids})
    print(json.dumps([intent[0].tolist(), sentiment[0].tolist()]))
";

#[test]
fn onnxruntime_computes_the_same_probabilities() {
    let Some(python) = python_with_onnxruntime() else {
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
    let input: String = texts
        .iter()
        .map(|text| format!("{:?}\n", features(text, &classifier.manifest().features)))
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

/// A Python that can import onnxruntime, in a virtual environment of this test's own; `None` where that cannot be had.
fn python_with_onnxruntime() -> Option<PathBuf> {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("onnxruntime");
    let python = home.join("bin/python");
    let works = |command: &mut Command| {
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if works(Command::new(&python).args(["-c", "import numpy, onnxruntime"])) {
        return Some(python);
    }
    if !works(Command::new("python3").args(["-m", "venv"]).arg(&home)) {
        println!("skipped: needs python3 with its venv module");
        return None;
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "onnxruntime",
    ];
    if !works(Command::new(&python).args(install)) {
        println!("skipped: PyPI's onnxruntime cannot be installed here");
        return None;
    }
    Some(python)
}
