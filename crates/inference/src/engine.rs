//! Runs a graph of numbers. Knows nothing of texts, labels or manifests.

use std::sync::Arc;

use tract_core::internal::*;

use crate::graph::{self, ModelError};

/// The longest input that [`Engine::run`] takes. Attention needs memory in proportion to the square of the length, so
/// callers whose texts have no bound of their own cut far earlier.
pub const MAX_LENGTH: usize = 65_536;

/// Why a loaded model gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The model does not take what was given.
    #[error("the model takes the inputs {expected:?}, not {found:?}")]
    Inputs {
        /// The model's inputs.
        expected: Vec<String>,
        /// What was given.
        found: Vec<String>,
    },
    /// No input may be empty or longer than [`MAX_LENGTH`], and all of one run are of one length.
    #[error(
        "the input '{input}' has {length} values, which is not 1 to {MAX_LENGTH} or not as many as the others"
    )]
    Length {
        /// The input.
        input: String,
        /// Its length.
        length: usize,
    },
    /// A value points outside the table that it is looked up in.
    #[error("the input '{input}' has the value {value}; its table has {rows} rows")]
    OutsideTable {
        /// The input.
        input: String,
        /// The value.
        value: i64,
        /// Rows of the table.
        rows: usize,
    },
    /// An output is infinite or not a number: the model's weights are damaged.
    #[error("the output '{0}' is not a number")]
    NotFinite(String),
    /// The graph could not be computed.
    #[error("the model failed: {0}")]
    Failed(String),
}

/// What one run gave, by the names of the model's outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs(Vec<(Arc<str>, Vec<f32>)>);

impl Outputs {
    /// The values of an output, the last axis running fastest; `None` if the model has no such output.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[f32]> {
        let found = self.0.iter().find(|(known, _)| **known == *name);
        found.map(|(_, values)| values.as_slice())
    }

    /// Takes the values of an output out; `None` if the model has no such output.
    pub fn take(&mut self, name: &str) -> Option<Vec<f32>> {
        let at = self.0.iter().position(|(known, _)| **known == *name)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// A value that the caller gives: a list of rows to look up.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: Arc<str>,
    /// Rows of the smallest table that it is looked up in.
    pub(crate) rows: usize,
}

/// A value that the caller gets.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: Arc<str>,
    /// Values it has, if that does not depend on the length of the inputs.
    pub(crate) width: Option<usize>,
    /// Where it is among the plan's outputs.
    pub(crate) at: usize,
}

/// A loaded graph. Cheap to clone; may be shared between threads.
#[derive(Clone, Debug)]
pub struct Engine {
    plan: Arc<TypedRunnableModel>,
    inputs: Arc<[Input]>,
    outputs: Arc<[Output]>,
}

impl Engine {
    /// Loads an ONNX file with the operators of set 17 that [`graph`] names. Constants are folded and laid out for the
    /// processor here, once.
    ///
    /// # Errors
    /// If the file is damaged, or asks for anything that is not supported.
    pub fn load(file: &[u8]) -> Result<Self, ModelError> {
        let graph = graph::read(file)?;
        let plan = graph
            .model
            .into_optimized()
            .and_then(TypedModel::into_runnable)
            .map_err(ModelError::tract)?;
        Ok(Self {
            plan,
            inputs: graph.inputs.into(),
            outputs: graph.outputs.into(),
        })
    }

    /// The names of the inputs, in the file's order.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|input| &*input.name)
    }

    /// The names of the outputs, in the file's order.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.outputs.iter().map(|output| &*output.name)
    }

    /// Rows of the table that an input is looked up in: its values are `0..rows`. `None` if there is no such input.
    #[must_use]
    pub fn rows(&self, input: &str) -> Option<usize> {
        let found = self.inputs.iter().find(|known| *known.name == *input);
        found.map(|input| input.rows)
    }

    /// How many values an output has; `None` if there is no such output or it grows with the inputs.
    #[must_use]
    pub fn width(&self, output: &str) -> Option<usize> {
        let found = self.outputs.iter().find(|known| *known.name == *output);
        found.and_then(|output| output.width)
    }

    /// Computes the outputs. Every input of the model is given once, in any order.
    ///
    /// # Errors
    /// If the inputs are not what the model takes, or the graph cannot be computed.
    pub fn run(&self, inputs: &[(&str, &[i64])]) -> Result<Outputs, RunError> {
        let mut values = TVec::new();
        let mut length = None;
        for input in &*self.inputs {
            let mut given = inputs.iter().filter(|(name, _)| *name == &*input.name);
            let (Some((_, ids)), None) = (given.next(), given.next()) else {
                return Err(self.wrong_inputs(inputs));
            };
            if ids.is_empty()
                || ids.len() > MAX_LENGTH
                || *length.get_or_insert(ids.len()) != ids.len()
            {
                return Err(RunError::Length {
                    input: input.name.to_string(),
                    length: ids.len(),
                });
            }
            // tract does not return from a lookup outside the table.
            let outside = |id: &&i64| usize::try_from(**id).is_ok_and(|id| id < input.rows);
            if let Some(&value) = ids.iter().find(|id| !outside(id)) {
                return Err(RunError::OutsideTable {
                    input: input.name.to_string(),
                    value,
                    rows: input.rows,
                });
            }
            values.push(tensor1(ids).into_tvalue());
        }
        if inputs.len() != self.inputs.len() {
            return Err(self.wrong_inputs(inputs));
        }
        let failed = |error: TractError| RunError::Failed(format!("{error:#}"));
        let results = self.plan.run(values).map_err(failed)?;
        let outputs = self.outputs.iter().map(|output| {
            let tensor = results
                .get(output.at)
                .ok_or_else(|| RunError::Failed(format!("no output '{}'", output.name)))?;
            let view = tensor.to_plain_array_view::<f32>().map_err(failed)?;
            let values: Vec<f32> = view.iter().copied().collect();
            if values.iter().any(|value| !value.is_finite()) {
                return Err(RunError::NotFinite(output.name.to_string()));
            }
            Ok((output.name.clone(), values))
        });
        outputs.collect::<Result<_, _>>().map(Outputs)
    }

    fn wrong_inputs(&self, found: &[(&str, &[i64])]) -> RunError {
        RunError::Inputs {
            expected: self.inputs().map(str::to_owned).collect(),
            found: found.iter().map(|(name, _)| (*name).to_owned()).collect(),
        }
    }
}
