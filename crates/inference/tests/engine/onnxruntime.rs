//! Microsoft's onnxruntime, which shares no code with tract, computes the same from the same file. Needs Python 3 and the
//! package from PyPI; without them the test says so and passes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use deskbell_inference::Engine;

use crate::transformer::{SMALL, Size, message, transformer};

#[path = "../support/python.rs"]
mod python;

/// Reads the inputs of one message per line, as JSON, and prints its outputs one after the other.
const SCRIPT: &str = "
import json, sys
import numpy, onnxruntime
onnxruntime.set_default_logger_severity(3)
options = onnxruntime.SessionOptions()
# Higher levels multiply with activations rounded to 8 bits where weights are stored so, which is off by 0.01.
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=['CPUExecutionProvider'])
for line in sys.stdin:
    given = {name: numpy.array(ids, dtype=numpy.int64) for name, ids in json.loads(line).items()}
    outputs = session.run(['embedding', 'intent', 'sentiment', 'own'], given)
    print(json.dumps([float(value) for output in outputs for value in output]))
";

#[test]
fn onnxruntime_computes_the_same_from_random_transformers() {
    let Some(python) = python::with_onnxruntime() else {
        return;
    };
    let sizes = [
        SMALL,
        Size {
            layers: 1,
            heads: 2,
            head: 16,
            feed_forward: 96,
            ..SMALL
        },
        Size {
            layers: 3,
            heads: 5,
            head: 7,
            labels: [27, 3, 1],
            ..SMALL
        },
    ];
    for (place, size) in sizes.iter().enumerate() {
        let file = transformer(size).to_bytes();
        let path =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("transformer-{place}.onnx"));
        std::fs::write(&path, &file).unwrap();
        let engine = Engine::load(&file).unwrap();

        let lengths: Vec<usize> = (1..=size.positions).collect();
        let mut input = String::new();
        for &length in &lengths {
            let (pieces, positions) = message(size, length);
            writeln!(
                input,
                "{{\"pieces\": {pieces:?}, \"positions\": {positions:?}}}"
            )
            .unwrap();
        }
        let mut child = Command::new(&python)
            .args(["-c", SCRIPT])
            .arg(&path)
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

        assert_eq!(output.lines().count(), lengths.len());
        for (&length, line) in lengths.iter().zip(output.lines()) {
            let theirs: Vec<f32> = serde_json::from_str(line).unwrap();
            let (pieces, positions) = message(size, length);
            let outputs = engine
                .run(&[("pieces", &pieces), ("positions", &positions)])
                .unwrap();
            let ours =
                ["embedding", "intent", "sentiment", "own"].map(|name| outputs.get(name).unwrap());
            let ours = ours.concat();
            assert_eq!(ours.len(), theirs.len());
            let differences = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
            let worst = differences.fold(0.0, f32::max);
            assert!(worst <= 1e-4, "{worst} for {length} pieces of {size:?}");
        }
    }
}
