//! Short ways to read, write and make the messages.

use prost::Message;

use crate::{
    Attribute, Constant, DecodeError, Dimension, Extent, FLOAT, Graph, INT8, INT64, Model, Node,
    OperatorSet, Shape, TensorType, Type, Value,
};

/// The version of ONNX's operators that models are written in.
pub const OPERATOR_SET: i64 = 17;
/// The version of the file format that goes with it.
pub const IR_VERSION: i64 = 8;

impl Model {
    /// A model of `graph` in [`OPERATOR_SET`].
    #[must_use]
    pub fn new(producer: &str, doc: &str, graph: Graph) -> Self {
        Self {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSet {
                domain: String::new(),
                version: OPERATOR_SET,
            }],
            producer_name: producer.to_owned(),
            doc_string: doc.to_owned(),
            graph: Some(graph),
        }
    }

    /// Reads a file. Says nothing of whether the model makes sense.
    ///
    /// # Errors
    /// If the bytes are no protocol buffer with these fields.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(bytes)
    }

    /// The file's bytes; the same model always gives the same.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}

impl Node {
    /// A node with one output, which also names it.
    #[must_use]
    pub fn new(operator: &str, inputs: &[&str], output: &str, attributes: Vec<Attribute>) -> Self {
        Self {
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: operator.to_owned(),
            attribute: attributes,
            domain: String::new(),
        }
    }
}

impl Attribute {
    /// The [`kind`](Self::kind) of a floating-point number.
    pub const FLOAT: i32 = 1;
    /// The [`kind`](Self::kind) of an integer.
    pub const INT: i32 = 2;
    /// The [`kind`](Self::kind) of a list of integers.
    pub const INTS: i32 = 7;

    /// A floating-point number.
    #[must_use]
    pub fn float(name: &str, float: f32) -> Self {
        Self {
            name: name.to_owned(),
            float,
            kind: Self::FLOAT,
            ..Self::default()
        }
    }

    /// An integer.
    #[must_use]
    pub fn int(name: &str, int: i64) -> Self {
        Self {
            name: name.to_owned(),
            int,
            kind: Self::INT,
            ..Self::default()
        }
    }

    /// A list of integers.
    #[must_use]
    pub fn ints(name: &str, ints: &[i64]) -> Self {
        Self {
            name: name.to_owned(),
            ints: ints.to_vec(),
            kind: Self::INTS,
            ..Self::default()
        }
    }
}

impl Constant {
    /// Floating-point numbers; `dims` multiply to their count.
    #[must_use]
    pub fn floats(name: &str, dims: &[usize], values: &[f32]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Self::new(name, dims, FLOAT, bytes.collect())
    }

    /// 8-bit integers; `dims` multiply to their count.
    #[must_use]
    pub fn bytes(name: &str, dims: &[usize], values: &[i8]) -> Self {
        let bytes = values.iter().map(|value| value.cast_unsigned());
        Self::new(name, dims, INT8, bytes.collect())
    }

    /// 64-bit integers; `dims` multiply to their count.
    #[must_use]
    pub fn integers(name: &str, dims: &[usize], values: &[i64]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Self::new(name, dims, INT64, bytes.collect())
    }

    fn new(name: &str, dims: &[usize], data_type: i32, raw_data: Vec<u8>) -> Self {
        Self {
            dims: dims.iter().map(|&dim| dim as i64).collect(),
            data_type,
            name: name.to_owned(),
            raw_data,
        }
    }
}

impl Value {
    /// An input or output of this element type and shape.
    #[must_use]
    pub fn new(name: &str, elem_type: i32, shape: Vec<Extent>) -> Self {
        let dim = shape.into_iter().map(|extent| Dimension {
            extent: Some(extent),
        });
        let shape = Shape { dim: dim.collect() };
        Self {
            name: name.to_owned(),
            r#type: Some(Type {
                tensor_type: Some(TensorType {
                    elem_type,
                    shape: Some(shape),
                }),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_being_written_and_read() {
        let model = Model::new(
            "test",
            "A sum.",
            Graph {
                node: vec![Node::new(
                    "LayerNormalization",
                    &["x", "scale"],
                    "y",
                    vec![
                        Attribute::float("epsilon", 1e-12),
                        Attribute::int("axis", -1),
                        Attribute::ints("perm", &[1, 0]),
                    ],
                )],
                name: "graph".into(),
                initializer: vec![
                    Constant::floats("scale", &[2], &[1.0, -2.5]),
                    Constant::bytes("table", &[1, 2], &[-127, 127]),
                    Constant::integers("shape", &[2], &[-1, 4]),
                ],
                input: vec![Value::new("x", INT64, vec![Extent::Named("n".into())])],
                output: vec![Value::new("y", FLOAT, vec![Extent::Fixed(2)])],
            },
        );
        assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap(), model);
    }

    #[test]
    fn bytes_that_are_no_model_are_an_error() {
        assert!(Model::from_bytes(b"<!doctype html>").is_err());
    }
}
