//! A head in a model file: the model that comes out gives what the head gives, and all else as before.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use deskbell_inference::Engine;
use deskbell_onnx::{Attribute, Constant, Extent, FLOAT, Graph, INT64, Model, Node, Value};
use deskbell_triage::Manifest;
use deskbell_tuner::{GraftError, Grafted, Head, Label, fit, graft};

const WIDTH: usize = 4;
const ROWS: usize = 12;

/// The vector of a message is the mean of its pieces'; `rank` says how the output is shaped.
fn base(rank: usize) -> Vec<u8> {
    let table: Vec<f32> = (0..ROWS * WIDTH)
        .map(|at| ((at * 37 % 23) as f32 - 11.0) / 3.0)
        .collect();
    let weights: Vec<f32> = (0..WIDTH * 2).map(|at| at as f32 / 7.0 - 0.5).collect();
    let mut node = vec![
        Node::new("Gather", &["table", "pieces"], "rows", vec![]),
        Node::new(
            "ReduceMean",
            &["rows"],
            "mean",
            vec![Attribute::ints("axes", &[0]), Attribute::int("keepdims", 1)],
        ),
        Node::new("MatMul", &["mean", "weights"], "logits", vec![]),
        Node::new(
            "Softmax",
            &["logits"],
            "intent",
            vec![Attribute::int("axis", -1)],
        ),
    ];
    let dims = &[1, WIDTH as i64][2 - rank..];
    node.push(Node::new(
        "Reshape",
        &["mean", "shape"],
        "embedding",
        vec![],
    ));
    let fixed = |dims: &[i64]| dims.iter().map(|&dim| Extent::Fixed(dim)).collect();
    let graph = Graph {
        node,
        name: "test".into(),
        initializer: vec![
            Constant::floats("table", &[ROWS, WIDTH], &table),
            Constant::floats("weights", &[WIDTH, 2], &weights),
            Constant::integers("shape", &[rank], dims),
        ],
        input: vec![Value::new("pieces", INT64, vec![Extent::Named("n".into())])],
        output: vec![
            Value::new("embedding", FLOAT, fixed(dims)),
            Value::new("intent", FLOAT, fixed(&[1, 2])),
        ],
    };
    Model::new("test", "", graph).to_bytes()
}

/// The shipped one: what a graft leaves alone is whatever it has.
fn manifest() -> Manifest {
    serde_json::from_slice(include_bytes!("../../../models/triage/manifest.json")).unwrap()
}

fn labels() -> Vec<Label> {
    ["Low", "High"].map(|name| Label::new(name).unwrap()).into()
}

fn outputs(model: &[u8], piece: i64) -> [Vec<f32>; 3] {
    let engine = Engine::load(model).unwrap();
    let mut found = engine.run(&[("pieces", &[piece])]).unwrap();
    ["embedding", "intent", "own"].map(|name| found.take(name).unwrap_or_default())
}

/// Low pieces, high pieces, and two of neither.
fn head(model: &[u8]) -> Head {
    let labels: Vec<usize> = (0..ROWS).map(|at| at / 5).collect();
    let vectors: Vec<_> = (0..ROWS as i64)
        .map(|piece| outputs(model, piece)[0].clone())
        .collect();
    fit(&vectors, &labels, &[], 3, &mut |_, _| ()).unwrap()
}

#[test]
fn the_new_output_is_the_heads_and_the_others_keep_every_bit() {
    for rank in [1, 2] {
        let base = base(rank);
        let head = head(&base);
        let Grafted { model, manifest } = graft(&base, &manifest(), &head, &labels(), 0.4).unwrap();
        for piece in 0..ROWS as i64 {
            let ([embedding, intent, _], [same_embedding, same_intent, own]) =
                (outputs(&base, piece), outputs(&model, piece));
            assert_eq!((&embedding, intent), (&same_embedding, same_intent));
            let expected = head.probabilities(&embedding);
            assert!(
                own.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5),
                "{own:?} {expected:?}"
            );
            assert_eq!(own.len(), 3);
        }
        let own = manifest.own.unwrap();
        assert_eq!(own.names, ["Low", "High"]);
        assert_eq!(own.labels[1].as_str(), "high");
    }
}

#[test]
fn learning_again_replaces_what_was_learnt() {
    let base = base(2);
    let head = head(&base);
    let once = graft(&base, &manifest(), &head, &labels(), 0.4).unwrap();
    let twice = graft(&once.model, &once.manifest, &head, &labels(), 0.4).unwrap();
    assert_eq!(once.model, twice.model);
    assert_eq!(once.manifest, twice.manifest);
    assert_ne!(once.manifest.model_sha256, manifest().model_sha256);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let base = base(2);
    let head = head(&base);
    let refused = |model: &[u8], head: &Head, labels: &[Label]| {
        graft(model, &manifest(), head, labels, 0.4).unwrap_err()
    };
    assert!(matches!(
        refused(b"<!doctype html>", &head, &labels()),
        GraftError::Model(_)
    ));
    assert!(matches!(
        refused(&base, &head, &labels()[..1]),
        GraftError::Mismatch
    ));
    let wide = Head {
        width: WIDTH + 1,
        ..head.clone()
    };
    assert!(matches!(
        refused(&base, &wide, &labels()),
        GraftError::Mismatch
    ));
    let twins = [labels()[0].clone(), labels()[0].clone()];
    assert!(matches!(
        refused(&base, &head, &twins),
        GraftError::Manifest(_)
    ));
    let mut blind = Model::from_bytes(&base).unwrap();
    blind.graph.as_mut().unwrap().output.remove(0);
    let error = refused(&blind.to_bytes(), &head, &labels());
    assert!(
        error.to_string().contains("no output `embedding`"),
        "{error}"
    );
}
