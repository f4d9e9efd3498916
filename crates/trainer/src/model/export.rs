//! From a trained model to a standard ONNX file.

use anyhow::Result;
use candle_core::Var;
use prost::Message;

use super::onnx::{
    Attribute, Constant, Dimension, Extent, FLOAT, Graph, INT8, INT64, Node, OperatorSet, Shape,
    TensorType, Type, Value,
};
use super::{DIM, FEATURES, HEADS, HIDDEN, Model, POOLED_SCALE, onnx};

/// Operator set: the newest that tract is tested against is 18.
const OPSET: i64 = 17;
/// ONNX file version that goes with it.
const IR_VERSION: i64 = 8;

/// The model as an ONNX file: input `ids` (int64, any number of rows of the table), outputs `intent` and `sentiment`
/// (probabilities, `[1, labels]`). The table is stored as 8-bit integers with one factor per column.
///
/// # Errors
/// If a tensor cannot be read.
pub fn onnx(model: &Model, intents: usize, sentiments: usize) -> Result<Vec<u8>> {
    let (table, factors) = quantise(model.table.values());
    let hidden: Vec<f32> = values(&model.network.hidden.0)?
        .iter()
        .map(|w| w * POOLED_SCALE as f32)
        .collect();
    let network = &model.network;
    let initializer = vec![
        Constant {
            dims: vec![i64::from(FEATURES.buckets), DIM as i64],
            data_type: INT8,
            name: "table".into(),
            raw_data: table.iter().map(|value| value.cast_unsigned()).collect(),
        },
        floats("factors", &[DIM], &factors),
        floats("queries", &[DIM, HEADS], &values(&network.queries)?),
        Constant {
            dims: vec![2],
            data_type: INT64,
            name: "one_row".into(),
            raw_data: [1, (HEADS * DIM) as i64]
                .iter()
                .flat_map(|value: &i64| value.to_le_bytes())
                .collect(),
        },
        floats("hidden_weights", &[HEADS * DIM, HIDDEN], &hidden),
        floats("hidden_bias", &[HIDDEN], &values(&network.hidden.1)?),
        floats(
            "intent_weights",
            &[HIDDEN, intents],
            &values(&network.intent.0)?,
        ),
        floats("intent_bias", &[intents], &values(&network.intent.1)?),
        floats(
            "sentiment_weights",
            &[HIDDEN, sentiments],
            &values(&network.sentiment.0)?,
        ),
        floats(
            "sentiment_bias",
            &[sentiments],
            &values(&network.sentiment.1)?,
        ),
    ];
    let node = vec![
        node("Gather", &["table", "ids"], "rows", vec![int("axis", 0)]),
        node(
            "Cast",
            &["rows"],
            "integers",
            vec![int("to", i64::from(FLOAT))],
        ),
        node("Mul", &["integers", "factors"], "features", vec![]),
        node("MatMul", &["features", "queries"], "scores", vec![]),
        node(
            "Transpose",
            &["scores"],
            "scores_by_head",
            vec![ints("perm", &[1, 0])],
        ),
        node(
            "Softmax",
            &["scores_by_head"],
            "attention",
            vec![int("axis", -1)],
        ),
        node(
            "MatMul",
            &["attention", "features"],
            "pooled_by_head",
            vec![],
        ),
        node("Reshape", &["pooled_by_head", "one_row"], "pooled", vec![]),
        node(
            "MatMul",
            &["pooled", "hidden_weights"],
            "hidden_sum",
            vec![],
        ),
        node(
            "Add",
            &["hidden_sum", "hidden_bias"],
            "hidden_input",
            vec![],
        ),
        node("Relu", &["hidden_input"], "hidden", vec![]),
        node(
            "MatMul",
            &["hidden", "intent_weights"],
            "intent_sum",
            vec![],
        ),
        node(
            "Add",
            &["intent_sum", "intent_bias"],
            "intent_logits",
            vec![],
        ),
        node(
            "Softmax",
            &["intent_logits"],
            "intent",
            vec![int("axis", -1)],
        ),
        node(
            "MatMul",
            &["hidden", "sentiment_weights"],
            "sentiment_sum",
            vec![],
        ),
        node(
            "Add",
            &["sentiment_sum", "sentiment_bias"],
            "sentiment_logits",
            vec![],
        ),
        node(
            "Softmax",
            &["sentiment_logits"],
            "sentiment",
            vec![int("axis", -1)],
        ),
    ];
    let row = |labels: usize| vec![Extent::Fixed(1), Extent::Fixed(labels as i64)];
    let file = onnx::Model {
        ir_version: IR_VERSION,
        opset_import: vec![OperatorSet {
            domain: String::new(),
            version: OPSET,
        }],
        producer_name: "deskbell-trainer".into(),
        doc_string: "Deskbell triage: what a customer wants and how they feel. See CARD.md.".into(),
        graph: Some(Graph {
            node,
            name: "triage".into(),
            initializer,
            input: vec![value("ids", INT64, vec![Extent::Named("features".into())])],
            output: vec![
                value("intent", FLOAT, row(intents)),
                value("sentiment", FLOAT, row(sentiments)),
            ],
        }),
    };
    Ok(file.encode_to_vec())
}

/// Integers in -127..=127 and the factor of each column that turns them back.
fn quantise(table: &[f32]) -> (Vec<i8>, Vec<f32>) {
    let mut factors = vec![0f32; DIM];
    for row in table.chunks_exact(DIM) {
        for (factor, value) in factors.iter_mut().zip(row) {
            *factor = factor.max(value.abs());
        }
    }
    for factor in &mut factors {
        *factor = if *factor > 0.0 { *factor / 127.0 } else { 1.0 };
    }
    let integers = table.chunks_exact(DIM).flat_map(|row| {
        row.iter()
            .zip(&factors)
            .map(|(value, factor)| (value / factor).round().clamp(-127.0, 127.0) as i8)
    });
    (integers.collect(), factors)
}

fn values(var: &Var) -> Result<Vec<f32>> {
    Ok(var.flatten_all()?.to_vec1()?)
}

fn floats(name: &str, dims: &[usize], values: &[f32]) -> Constant {
    Constant {
        dims: dims.iter().map(|&dim| dim as i64).collect(),
        data_type: FLOAT,
        name: name.into(),
        raw_data: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    }
}

fn node(op_type: &str, input: &[&str], output: &str, attribute: Vec<Attribute>) -> Node {
    Node {
        input: input.iter().map(|&name| name.into()).collect(),
        output: vec![output.into()],
        name: output.into(),
        op_type: op_type.into(),
        attribute,
    }
}

fn int(name: &str, int: i64) -> Attribute {
    Attribute {
        name: name.into(),
        int,
        ints: vec![],
        kind: 2,
    }
}

fn ints(name: &str, ints: &[i64]) -> Attribute {
    Attribute {
        name: name.into(),
        int: 0,
        ints: ints.to_vec(),
        kind: 7,
    }
}

fn value(name: &str, elem_type: i32, shape: Vec<Extent>) -> Value {
    let dim = shape
        .into_iter()
        .map(|extent| Dimension {
            extent: Some(extent),
        })
        .collect();
    Value {
        name: name.into(),
        r#type: Some(Type {
            tensor_type: Some(TensorType {
                elem_type,
                shape: Some(Shape { dim }),
            }),
        }),
    }
}
