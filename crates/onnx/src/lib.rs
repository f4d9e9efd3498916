//! The part of the ONNX file format that the triage model needs: its messages, with the field numbers of `onnx.proto`
//! (IR version 8), and short ways to make them. Fields that are not named here are ignored on reading.

mod build;

pub use build::{IR_VERSION, OPERATOR_SET};
pub use prost::DecodeError;

use prost::{Message, Oneof};

/// The element type of 32-bit floating-point numbers.
pub const FLOAT: i32 = 1;
/// Signed 8-bit integers.
pub const INT8: i32 = 3;
/// Signed 64-bit integers.
pub const INT64: i32 = 7;

/// A file.
#[derive(Clone, PartialEq, Message)]
pub struct Model {
    /// Version of the file format.
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    /// The versions of the operators used.
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
    /// The program that wrote the file.
    #[prost(string, tag = "2")]
    pub producer_name: String,
    /// What the model is, for people.
    #[prost(string, tag = "6")]
    pub doc_string: String,
    /// The computation; a file without one is no model.
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
}

/// The version of the operators; an empty domain means ONNX's own.
#[derive(Clone, PartialEq, Message)]
pub struct OperatorSet {
    /// Whose operators; empty for ONNX itself.
    #[prost(string, tag = "1")]
    pub domain: String,
    /// Their version.
    #[prost(int64, tag = "2")]
    pub version: i64,
}

/// Nodes in an order in which they can be computed, and their constants.
#[derive(Clone, PartialEq, Message)]
pub struct Graph {
    /// The operations, each after those whose outputs it reads.
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    /// Its name, for people.
    #[prost(string, tag = "2")]
    pub name: String,
    /// The constants.
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Constant>,
    /// What the caller gives.
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<Value>,
    /// What the caller gets.
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<Value>,
}

/// One operation.
#[derive(Clone, PartialEq, Message)]
pub struct Node {
    /// Names of the values it reads; an empty name stands for an optional input left out.
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    /// Names of the values it computes.
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    /// Its name, for people.
    #[prost(string, tag = "3")]
    pub name: String,
    /// The operator, such as `MatMul`.
    #[prost(string, tag = "4")]
    pub op_type: String,
    /// Its parameters.
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    /// Whose operator; empty for ONNX itself.
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// A parameter of an operation.
#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    /// The name, such as `axis`.
    #[prost(string, tag = "1")]
    pub name: String,
    /// The value if `kind` is [`Attribute::FLOAT`].
    #[prost(float, tag = "2")]
    pub float: f32,
    /// The value if `kind` is [`Attribute::INT`].
    #[prost(int64, tag = "3")]
    pub int: i64,
    /// The value if `kind` is [`Attribute::INTS`].
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    /// Which field holds the value.
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

/// A constant tensor, its values in little-endian bytes.
#[derive(Clone, PartialEq, Message)]
pub struct Constant {
    /// The shape; empty for a single value.
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    /// The element type: [`FLOAT`], [`INT8`] or [`INT64`].
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    /// By which nodes name it.
    #[prost(string, tag = "8")]
    pub name: String,
    /// The values, the last axis running fastest.
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
}

/// An input or output.
#[derive(Clone, PartialEq, Message)]
pub struct Value {
    /// By which nodes and callers name it.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type, where it is stated.
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<Type>,
}

/// Its type.
#[derive(Clone, PartialEq, Message)]
pub struct Type {
    /// The type, if it is a tensor.
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// A tensor type.
#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    /// The element type, as in [`Constant::data_type`].
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    /// The shape, where it is stated.
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

/// A shape.
#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    /// The dimensions, outermost first.
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// One dimension.
#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    /// `None` where the file leaves it open.
    #[prost(oneof = "Extent", tags = "1, 2")]
    pub extent: Option<Extent>,
}

/// How far it reaches.
#[derive(Clone, PartialEq, Oneof)]
pub enum Extent {
    /// A fixed number.
    #[prost(int64, tag = "1")]
    Fixed(i64),
    /// Any number, named.
    #[prost(string, tag = "2")]
    Named(String),
}
