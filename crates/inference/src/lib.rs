//! Runs the triage model, natively and in the browser, with the same result.
//!
//! A model is a standard ONNX file and its manifest. Its graph takes `ids`, the features of one message, and gives the
//! probabilities `intent` and `sentiment`; what they mean is the manifest's business.

mod operators;

use std::sync::Arc;

use deskbell_protocol::Reading;
use deskbell_triage::{Manifest, ManifestError, features};
use thiserror::Error;
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::*;

/// Why a model cannot be used. None of these goes away by trying again with the same bytes.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The manifest is not the JSON expected.
    #[error("the manifest cannot be read: {0}")]
    ManifestJson(#[from] serde_json::Error),
    /// The manifest contradicts itself.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Not an ONNX file, damaged, or with operators that are not supported.
    #[error("the model cannot be read: {0:#}")]
    Model(TractError),
    /// The table has another number of rows than the manifest says: features would point outside it.
    #[error(
        "the model and its manifest do not belong together: the table must have {expected} rows, not {found}"
    )]
    Table {
        /// Rows by the manifest.
        expected: u32,
        /// Rows in the model; 0 if it has no table.
        found: i64,
    },
    /// The model gives another number of outputs than the manifest has labels: they do not belong together.
    #[error(
        "the model and its manifest do not belong together: output '{output}' must have {expected} values, not {found}"
    )]
    Output {
        /// `intent` or `sentiment`.
        output: &'static str,
        /// Labels in the manifest.
        expected: usize,
        /// Values the model gives, or what it gives instead.
        found: String,
    },
}

/// Why a message could not be read.
#[derive(Debug, Error)]
pub enum ClassifyError {
    /// The graph could not be computed; in practice out of memory.
    #[error("the model failed: {0:#}")]
    Model(TractError),
}

/// The probabilities of one message, in the order of the manifest's labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Of each intent; together 1.
    pub intent: Vec<f32>,
    /// Of each sentiment; together 1.
    pub sentiment: Vec<f32>,
}

/// A loaded model. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Classifier {
    plan: Arc<TypedRunnableModel>,
    manifest: Arc<Manifest>,
}

impl Classifier {
    /// Loads `model.onnx` and `manifest.json`, and checks that they fit each other.
    ///
    /// # Errors
    /// If either cannot be read, or they do not belong together.
    pub fn from_bytes(model: &[u8], manifest: &[u8]) -> Result<Self, LoadError> {
        let manifest: Manifest = serde_json::from_slice(manifest)?;
        manifest.check()?;
        let reader = operators::reader();
        let proto = reader
            .proto_model_for_read(&mut &*model)
            .map_err(LoadError::Model)?;
        let found = table_rows(&proto);
        let expected = manifest.features.buckets;
        if found != i64::from(expected) {
            return Err(LoadError::Table { expected, found });
        }
        let plan = reader
            .model_for_proto_model(&proto)
            .and_then(|model| model.into_optimized()?.into_runnable())
            .map_err(LoadError::Model)?;
        let classifier = Self {
            plan,
            manifest: Arc::new(manifest),
        };
        classifier.check_outputs()?;
        Ok(classifier)
    }

    /// The model's manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads one message.
    ///
    /// # Errors
    /// If the graph cannot be computed.
    pub fn classify(&self, text: &str) -> Result<Reading, ClassifyError> {
        let scores = self.scores(text)?;
        Ok(self.manifest.interpret(&scores.intent, &scores.sentiment))
    }

    /// The model's probabilities for one message, before thresholds.
    ///
    /// # Errors
    /// If the graph cannot be computed.
    pub fn scores(&self, text: &str) -> Result<Scores, ClassifyError> {
        let ids = features(text, &self.manifest.features);
        self.run(&ids).map_err(ClassifyError::Model)
    }

    fn run(&self, ids: &[i64]) -> TractResult<Scores> {
        let outputs = self.plan.run(tvec!(tensor1(ids).into_tvalue()))?;
        let values = |at: usize| -> TractResult<Vec<f32>> {
            let view = outputs[at].to_plain_array_view::<f32>()?;
            Ok(view.iter().copied().collect())
        };
        Ok(Scores {
            intent: values(0)?,
            sentiment: values(1)?,
        })
    }

    /// Runs the graph once: a model that reads a message now will read every other.
    fn check_outputs(&self) -> Result<(), LoadError> {
        let outputs = self.plan.model().outputs.len();
        if outputs != 2 {
            return Err(LoadError::Output {
                output: "sentiment",
                expected: self.manifest.sentiments.len(),
                found: format!("{outputs} outputs in all"),
            });
        }
        let last_row = i64::from(self.manifest.features.buckets) - 1;
        let scores = self.run(&[0, last_row]).map_err(LoadError::Model)?;
        let expected = [
            ("intent", scores.intent.len(), self.manifest.intents.len()),
            (
                "sentiment",
                scores.sentiment.len(),
                self.manifest.sentiments.len(),
            ),
        ];
        match expected
            .into_iter()
            .find(|(_, found, expected)| found != expected)
        {
            Some((output, found, expected)) => Err(LoadError::Output {
                output,
                expected,
                found: found.to_string(),
            }),
            None => Ok(()),
        }
    }
}

/// Rows of the table that the graph's first `Gather` looks features up in. Checked before anything runs, because tract
/// does not return from a lookup outside the table.
fn table_rows(proto: &ModelProto) -> i64 {
    let rows = || {
        let graph = proto.graph.as_ref()?;
        let lookup = graph.node.iter().find(|node| node.op_type == "Gather")?;
        let name = lookup.input.first()?;
        let table = graph.initializer.iter().find(|table| table.name == *name)?;
        table.dims.first().copied()
    };
    rows().unwrap_or(0)
}
