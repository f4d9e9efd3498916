//! The values of a graph under construction, by name.

use std::collections::HashMap;

use tract_core::internal::*;
use tract_core::ops::change_axes::wire_rank_broadcast;

use super::ModelError;
use super::shape::{Dim, Shape};
use crate::engine::Input;

/// A value that depends on the inputs.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) outlet: OutletId,
    pub(crate) datum_type: DatumType,
    pub(crate) shape: Shape,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Constant(Arc<Tensor>),
    Computed(Wire),
    /// A list of rows to look up: an input of the graph, by its place.
    Lookup(usize),
}

/// The values so far.
pub(crate) struct Wires {
    model: TypedModel,
    length: TDim,
    sources: HashMap<String, Source>,
    inputs: Vec<(String, OutletId, Option<usize>)>,
}

impl Wires {
    pub(crate) fn new() -> Self {
        let model = TypedModel::default();
        let length = model.symbols.sym("n").to_dim();
        Self {
            model,
            length,
            sources: HashMap::new(),
            inputs: Vec::new(),
        }
    }

    /// Names an input of the graph.
    pub(crate) fn add_input(&mut self, name: &str) -> Result<(), ModelError> {
        let fact = i64::datum_type().fact([self.length.clone()]);
        let outlet = self
            .model
            .add_source(format!("input.{}", self.inputs.len()), fact)
            .map_err(ModelError::tract)?;
        self.define(name, Source::Lookup(self.inputs.len()))?;
        self.inputs.push((name.to_owned(), outlet, None));
        Ok(())
    }

    /// Names a value. Every name is given once.
    pub(crate) fn define(&mut self, name: &str, source: Source) -> Result<(), ModelError> {
        match self.sources.insert(name.to_owned(), source) {
            None => Ok(()),
            Some(_) => Err(ModelError::Value {
                name: name.to_owned(),
                why: "there are two values of this name".into(),
            }),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Source> {
        self.sources.get(name)
    }

    /// A value that a node reads.
    pub(crate) fn source(&self, name: &str) -> Result<&Source, String> {
        self.get(name)
            .ok_or_else(|| format!("the input '{name}' is neither a constant nor computed before"))
    }

    /// A constant that a node reads.
    pub(crate) fn constant(&self, name: &str) -> Result<Arc<Tensor>, String> {
        match self.source(name)? {
            Source::Constant(tensor) => Ok(tensor.clone()),
            _ => Err(format!("the input '{name}' must be a constant")),
        }
    }

    /// Floating-point numbers that a node reads, constant or not.
    pub(crate) fn floats(&mut self, name: &str) -> Result<Wire, String> {
        let wire = match self.source(name)? {
            Source::Computed(wire) => wire.clone(),
            Source::Constant(tensor) => {
                let tensor = tensor.clone();
                self.add(tensor)?
            }
            Source::Lookup(_) => return Err(format!("the input '{name}' can only be looked up")),
        };
        if wire.datum_type == f32::datum_type() {
            Ok(wire)
        } else {
            Err(format!(
                "the input '{name}' is not 32-bit floating-point numbers"
            ))
        }
    }

    /// A constant as part of the computation.
    pub(crate) fn add(&mut self, tensor: Arc<Tensor>) -> Result<Wire, String> {
        let datum_type = tensor.datum_type();
        let shape = tensor.shape().iter().map(|&dim| Dim::Fixed(dim)).collect();
        let outlet = self
            .model
            .add_const("constant", tensor)
            .map_err(|error| format!("{error:#}"))?;
        Ok(Wire {
            outlet,
            datum_type,
            shape,
        })
    }

    /// The indices of a lookup in a table of `rows` rows, none of which is outside it.
    pub(crate) fn indices(&mut self, name: &str, rows: usize) -> Result<Wire, String> {
        let place = match self.source(name)? {
            Source::Lookup(place) => *place,
            _ => return Err(format!("the input '{name}' must be an input of the graph")),
        };
        let (_, outlet, smallest) = &mut self.inputs[place];
        *smallest = Some(smallest.map_or(rows, |known| known.min(rows)));
        Ok(Wire {
            outlet: *outlet,
            datum_type: i64::datum_type(),
            shape: [Dim::Length].into_iter().collect(),
        })
    }

    /// The length of the message, as a number to calculate with.
    pub(crate) fn length(&mut self) -> Result<Wire, String> {
        let tensor = tensor0(self.length.clone());
        let wire = self.add(tensor.into())?;
        let cast = tract_core::ops::cast::cast(f32::datum_type());
        self.apply(cast, &[wire.outlet], f32::datum_type(), Shape::new())
    }

    /// A dimension as tract has it.
    pub(crate) fn dim(&self, dim: Dim) -> TDim {
        match dim {
            Dim::Fixed(dim) => dim.to_dim(),
            Dim::Length => self.length.clone(),
        }
    }

    /// Adds an operation whose result has this type and shape.
    pub(crate) fn apply(
        &mut self,
        op: impl Into<Box<dyn TypedOp>>,
        inputs: &[OutletId],
        datum_type: DatumType,
        shape: Shape,
    ) -> Result<Wire, String> {
        let failed = |error: TractError| format!("{error:#}");
        let name = format!("node.{}", self.model.nodes.len());
        let outlet = match *self.model.wire_node(name, op, inputs).map_err(failed)? {
            [outlet] => outlet,
            _ => return Err("it has several results".into()),
        };
        // A second opinion on the shape, so that a mistake here is an error when the model is loaded.
        let fact = self.model.outlet_fact(outlet).map_err(failed)?;
        let dims: TVec<TDim> = shape.iter().map(|&dim| self.dim(dim)).collect();
        if fact.datum_type != datum_type || *fact.shape.dims() != *dims {
            return Err(format!("the result is {fact:?}"));
        }
        Ok(Wire {
            outlet,
            datum_type,
            shape,
        })
    }

    /// Adds an operation that works value by value on two tensors.
    pub(crate) fn apply_broadcast(
        &mut self,
        op: impl Into<Box<dyn TypedOp>>,
        a: &Wire,
        b: &Wire,
    ) -> Result<Wire, String> {
        let shape = super::shape::broadcast(&a.shape, &b.shape)?;
        let prefix = format!("node.{}", self.model.nodes.len());
        let wires = wire_rank_broadcast(prefix, &mut self.model, &[a.outlet, b.outlet])
            .map_err(|error| format!("{error:#}"))?;
        self.apply(op, &wires, f32::datum_type(), shape)
    }

    /// The inputs of the graph, each with the rows of its table.
    pub(crate) fn take_inputs(&mut self) -> Result<Vec<Input>, ModelError> {
        let inputs = self.inputs.drain(..).map(|(name, _, rows)| match rows {
            Some(rows) => Ok(Input {
                name: name.into(),
                rows,
            }),
            None => Err(ModelError::Value {
                name,
                why: "this input is never looked up".into(),
            }),
        });
        inputs.collect()
    }

    pub(crate) fn into_model(self) -> TypedModel {
        self.model
    }
}
