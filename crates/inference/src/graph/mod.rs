//! From an ONNX file to a graph of tract's. The file is not trusted: whatever tract would stop the program over (a shape
//! that does not fit, a lookup outside a table) is found here first, with an error that names the node.
//!
//! Operators, with the meaning they have in set 17, on 32-bit floating-point numbers unless said otherwise: `Add`, `Cast`
//! (8-bit integers), `Concat`, `DequantizeLinear` (8-bit integers, constant scale, zero point 0), `Div`, `Gather` (rows of
//! a constant table, 8-bit or floating-point), `LayerNormalization` (last axis), `MatMul` (two or three axes), `Mul`,
//! `ReduceMean`, `Relu`, `Reshape`, `Sigmoid`, `Softmax` (last axis), `Sub`, `Tanh`, `Transpose`.

mod constant;
mod error;
mod layer_norm;
mod linear;
mod node;
mod operators;
mod shape;
mod wire;

use std::collections::HashMap;

use deskbell_onnx::{Extent, FLOAT, INT64, Model, OPERATOR_SET, Value};
use tract_core::internal::*;

pub use error::ModelError;

use crate::engine::{Input, Output};
use node::NodeView;
use shape::{Dim, fixed_volume};
use wire::{Source, Wires};

/// The oldest operator set whose operators mean the same as those of [`OPERATOR_SET`].
const OLDEST_OPERATOR_SET: i64 = 13;

/// A graph that tract can run, and what its inputs and outputs are.
pub(crate) struct Graph {
    pub(crate) model: TypedModel,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
}

/// Reads a file.
///
/// # Errors
/// If it is damaged or not supported.
pub(crate) fn read(file: &[u8]) -> Result<Graph, ModelError> {
    let file = Model::from_bytes(file).map_err(|error| ModelError::File(error.to_string()))?;
    let own = |domain: &str| matches!(domain, "" | "ai.onnx");
    let version = file.opset_import.iter().find(|set| own(&set.domain));
    let version = version.map_or(0, |set| set.version);
    if !(OLDEST_OPERATOR_SET..=OPERATOR_SET).contains(&version) {
        return Err(ModelError::OperatorSet(version));
    }
    let graph = file
        .graph
        .ok_or_else(|| ModelError::File("it has no graph".into()))?;

    let mut wires = Wires::new();
    for value in &graph.input {
        check_input(value)?;
        wires.add_input(&value.name)?;
    }
    for constant in &graph.initializer {
        let tensor = constant::read(constant)?;
        wires.define(&constant.name, Source::Constant(tensor.into()))?;
    }
    for node in &graph.node {
        let view = NodeView::new(node);
        let refused = |why: String| ModelError::Node {
            node: view.name().to_owned(),
            operator: node.op_type.clone(),
            why,
        };
        let output = view.only_output().map_err(refused)?;
        let result = operators::apply(&view, &mut wires).map_err(refused)?;
        wires.define(output, result)?;
    }
    finish(wires, &graph.output)
}

/// An input is a list of any length of 64-bit integers.
fn check_input(value: &Value) -> Result<(), ModelError> {
    let tensor = value
        .r#type
        .as_ref()
        .and_then(|kind| kind.tensor_type.as_ref());
    let fits = tensor.is_some_and(|tensor| {
        let dims = tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim);
        tensor.elem_type == INT64
            && matches!(dims, [dim] if !matches!(dim.extent, Some(Extent::Fixed(_))))
    });
    if fits {
        Ok(())
    } else {
        Err(ModelError::Value {
            name: value.name.clone(),
            why: "an input must be a list of 64-bit integers, of any length".into(),
        })
    }
}

fn finish(mut wires: Wires, named: &[Value]) -> Result<Graph, ModelError> {
    let mut outlets: Vec<OutletId> = Vec::new();
    let mut places: HashMap<OutletId, usize> = HashMap::new();
    let mut outputs: Vec<Output> = Vec::new();
    for value in named {
        let refused = |why: &str| ModelError::Value {
            name: value.name.clone(),
            why: why.into(),
        };
        let Some(Source::Computed(wire)) = wires.get(&value.name) else {
            return Err(refused("an output must be computed by a node"));
        };
        if outputs.iter().any(|known| *known.name == *value.name) {
            return Err(refused("there are two outputs of this name"));
        }
        if wire.datum_type != f32::datum_type() || !states_floats(value) {
            return Err(refused("an output must be 32-bit floating-point numbers"));
        }
        let at = *places.entry(wire.outlet).or_insert_with(|| {
            outlets.push(wire.outlet);
            outlets.len() - 1
        });
        let grows = wire.shape.contains(&Dim::Length);
        outputs.push(Output {
            name: value.name.as_str().into(),
            width: (!grows).then(|| fixed_volume(&wire.shape)),
            at,
        });
    }
    if outputs.is_empty() {
        return Err(ModelError::File("it has no output".into()));
    }
    let inputs = wires.take_inputs()?;
    let mut model = wires.into_model();
    model
        .select_output_outlets(&outlets)
        .map_err(ModelError::tract)?;
    Ok(Graph {
        model,
        inputs,
        outputs,
    })
}

fn states_floats(value: &Value) -> bool {
    let tensor = value
        .r#type
        .as_ref()
        .and_then(|kind| kind.tensor_type.as_ref());
    tensor.is_none_or(|tensor| tensor.elem_type == FLOAT)
}
