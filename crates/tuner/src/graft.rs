//! Puts a fitted head into a copy of the model file.

use data_encoding::HEXLOWER;
use deskbell_onnx::{Attribute, Constant, DecodeError, Extent, FLOAT, Graph, Model, Node, Value};
use deskbell_triage::Manifest;
use deskbell_triage::manifest::{ManifestError, OwnLabels};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::{Head, Label};

/// What the head reads.
const FROM: &str = "embedding";
/// What it gives.
const TO: &str = "own";
/// Values that are only the head's; a model that has them already gets new ones.
const VECTOR: &str = "own_vector";
const SHAPE: &str = "own_vector_shape";
const WEIGHTS: &str = "own_weights";
const BIAS: &str = "own_bias";
const PRODUCT: &str = "own_product";
const LOGITS: &str = "own_logits";

/// A model with a merchant's labels.
#[derive(Clone, Debug)]
pub struct Grafted {
    /// `model.onnx`.
    pub model: Vec<u8>,
    /// What belongs into `manifest.json`.
    pub manifest: Manifest,
}

/// Why a head does not fit a model.
#[derive(Debug, Error)]
pub enum GraftError {
    /// Not an ONNX file.
    #[error("the model cannot be read: {0}")]
    Model(#[from] DecodeError),
    /// The model gives no vectors, as those of before did.
    #[error(
        "the model has no output `{FROM}` to learn from; train on the model that comes with this version"
    )]
    NoEmbedding,
    /// The head was fitted to vectors of another width or to another number of labels.
    #[error("the head does not belong to this model and these labels")]
    Mismatch,
    /// The manifest would contradict itself.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// Adds `head` to a model as its output `own`, in place of one that is there. All that was there stays as it is: the
/// other outputs give the same bits. The head has one label more than `labels`, the last: none of them.
///
/// # Errors
/// If model, head and labels do not belong together.
pub fn graft(
    model: &[u8],
    manifest: &Manifest,
    head: &Head,
    labels: &[Label],
    in_scope: f32,
) -> Result<Grafted, GraftError> {
    let mut model = Model::from_bytes(model)?;
    let graph = model.graph.as_mut().ok_or(GraftError::NoEmbedding)?;
    let embedding = graph.output.iter().find(|output| output.name == FROM);
    let embedding = embedding.ok_or(GraftError::NoEmbedding)?;
    let fits = width(embedding).is_none_or(|width| width == head.width);
    if !fits || head.count != labels.len() + 1 {
        return Err(GraftError::Mismatch);
    }
    remove(graph);
    add(graph, head);
    let model = model.to_bytes();
    let manifest = Manifest {
        model_sha256: HEXLOWER.encode(&Sha256::digest(&model)),
        own: Some(OwnLabels {
            labels: labels.iter().map(|label| label.id.clone()).collect(),
            names: labels.iter().map(|label| label.name.clone()).collect(),
            in_scope,
        }),
        ..manifest.clone()
    };
    manifest.check()?;
    Ok(Grafted { model, manifest })
}

fn remove(graph: &mut Graph) {
    let ours = [TO, VECTOR, SHAPE, WEIGHTS, BIAS, PRODUCT, LOGITS];
    let ours = |name: &str| ours.contains(&name);
    graph
        .node
        .retain(|node| !node.output.iter().any(|name| ours(name)));
    graph.initializer.retain(|constant| !ours(&constant.name));
    graph.output.retain(|output| !ours(&output.name));
}

fn add(graph: &mut Graph, head: &Head) {
    let count = i64::try_from(head.count).unwrap_or(i64::MAX);
    graph.initializer.extend([
        Constant::integers(SHAPE, &[2], &[1, -1]),
        Constant::floats(WEIGHTS, &[head.width, head.count], &head.weights),
        Constant::floats(BIAS, &[head.count], &head.bias),
    ]);
    graph.node.extend([
        Node::new("Reshape", &[FROM, SHAPE], VECTOR, vec![]),
        Node::new("MatMul", &[VECTOR, WEIGHTS], PRODUCT, vec![]),
        Node::new("Add", &[PRODUCT, BIAS], LOGITS, vec![]),
        Node::new("Softmax", &[LOGITS], TO, vec![Attribute::int("axis", -1)]),
    ]);
    let shape = vec![Extent::Fixed(1), Extent::Fixed(count)];
    graph.output.push(Value::new(TO, FLOAT, shape));
}

/// Values of an output as the file states it; `None` if it does not.
fn width(output: &Value) -> Option<usize> {
    let shape = output
        .r#type
        .as_ref()?
        .tensor_type
        .as_ref()?
        .shape
        .as_ref()?;
    let dims = shape.dim.iter().map(|dim| match dim.extent {
        Some(Extent::Fixed(size)) => usize::try_from(size).ok(),
        _ => None,
    });
    dims.product()
}
