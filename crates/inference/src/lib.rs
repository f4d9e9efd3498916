//! Runs the triage model, natively and in the browser, with the same result.
//!
//! A model is a standard ONNX file and its manifest. [`Engine`] computes the file's graph; [`Classifier`] turns a text into
//! the graph's input and its outputs into a reading, as the manifest says.

mod engine;
mod graph;

use std::sync::Arc;

use deskbell_protocol::Reading;
use deskbell_triage::language::foreign;
use deskbell_triage::{Manifest, ManifestError, Vocabulary};
use thiserror::Error;

pub use engine::{Engine, MAX_LENGTH, Outputs, RunError};
pub use graph::ModelError;

/// The graph's input for the pieces of a message.
const PIECES: &str = "pieces";
/// The graph's input for their places in the message: 0, 1, 2, …
const POSITIONS: &str = "positions";

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
    #[error("the model cannot be read: {0}")]
    Model(#[from] ModelError),
    /// The model was read, but gives no numbers.
    #[error("the model cannot be used: {0}")]
    Run(#[from] RunError),
    /// A table has another number of rows than the manifest says: messages would point outside it.
    #[error(
        "the model and its manifest do not belong together: the table for '{input}' must have {expected} rows, not {found}"
    )]
    Table {
        /// `pieces` or `positions`.
        input: &'static str,
        /// Rows by the manifest.
        expected: usize,
        /// Rows in the model; 0 if it has no table.
        found: usize,
    },
    /// The model gives another number of values than the manifest has labels: they do not belong together.
    #[error(
        "the model and its manifest do not belong together: output '{output}' must have {expected} values, not {found}"
    )]
    Output {
        /// `intent`, `sentiment` or `own`.
        output: &'static str,
        /// Labels in the manifest.
        expected: usize,
        /// Values the model gives; 0 if it has no such output or one that grows with the message.
        found: usize,
    },
}

/// Why a message could not be read.
#[derive(Debug, Error)]
pub enum ClassifyError {
    /// The graph could not be computed.
    #[error(transparent)]
    Model(#[from] RunError),
}

/// The probabilities of one message, in the order of the manifest's labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Of each intent; together 1.
    pub intent: Vec<f32>,
    /// Of each sentiment; together 1.
    pub sentiment: Vec<f32>,
    /// What the message is about, as a point among others; empty if the model does not give it.
    pub embedding: Vec<f32>,
    /// Of each of the merchant's own labels, and last of none of them; empty if the model has none.
    pub own: Vec<f32>,
}

/// A loaded model. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Classifier {
    engine: Engine,
    vocabulary: Arc<Vocabulary>,
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
        let engine = Engine::load(model)?;
        let vocabulary = manifest.pieces()?;
        for (input, expected) in [(PIECES, vocabulary.len()), (POSITIONS, manifest.max_pieces)] {
            let found = engine.rows(input).unwrap_or(0);
            if found != expected {
                return Err(LoadError::Table {
                    input,
                    expected,
                    found,
                });
            }
        }
        // Behind the merchant's labels comes the probability of none of them.
        let own = manifest.own.as_ref().map(|own| own.labels.len() + 1);
        let outputs = [
            ("intent", Some(manifest.intents.len())),
            ("sentiment", Some(manifest.sentiments.len())),
            ("own", own),
        ];
        for (output, expected) in outputs {
            let Some(expected) = expected else { continue };
            let found = engine.width(output).unwrap_or(0);
            if found != expected {
                return Err(LoadError::Output {
                    output,
                    expected,
                    found,
                });
            }
        }
        let classifier = Self {
            engine,
            vocabulary: Arc::new(vocabulary),
            manifest: Arc::new(manifest),
        };
        // A model that reads a short and the longest message now will read every other.
        classifier.run(&[0])?;
        classifier.run(&vec![0; classifier.manifest.max_pieces])?;
        Ok(classifier)
    }

    /// The model's manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads one message. One in a language that the model did not learn is not guessed at.
    ///
    /// # Errors
    /// If the graph cannot be computed.
    pub fn classify(&self, text: &str) -> Result<Reading, ClassifyError> {
        Ok(self.interpret(text, &self.scores(text)?))
    }

    /// What `scores` mean, which must be those of `text`. Of a message in a language that the model did not learn they mean
    /// nothing.
    #[must_use]
    pub fn interpret(&self, text: &str, scores: &Scores) -> Reading {
        let reading = self
            .manifest
            .interpret(&scores.intent, &scores.sentiment, &scores.own);
        match foreign(text, &self.vocabulary) {
            Some(foreign) => self.manifest.unread(reading, &scores.own, foreign),
            None => reading,
        }
    }

    /// The model's probabilities for one message, before thresholds.
    ///
    /// # Errors
    /// If the graph cannot be computed.
    pub fn scores(&self, text: &str) -> Result<Scores, ClassifyError> {
        let pieces = self.vocabulary.encode(text, self.manifest.max_pieces);
        Ok(self.run(&pieces)?)
    }

    fn run(&self, pieces: &[i64]) -> Result<Scores, RunError> {
        let positions: Vec<i64> = (0..pieces.len() as i64).collect();
        let mut outputs = self
            .engine
            .run(&[(PIECES, pieces), (POSITIONS, &positions)])?;
        let mut take = |name| outputs.take(name).unwrap_or_default();
        Ok(Scores {
            intent: take("intent"),
            sentiment: take("sentiment"),
            embedding: take("embedding"),
            own: take("own"),
        })
    }
}
