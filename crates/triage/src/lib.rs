//! What can be said about a message without I/O, clock, randomness or a model runtime: how it is cut into pieces,
//! how a model's probabilities are read, and what follows from a reading.

pub mod language;
pub mod manifest;
pub mod normalise;
pub mod pieces;
pub mod policy;
pub mod taxonomy;

pub use manifest::{Manifest, ManifestError, OwnLabels, Thresholds};
pub use pieces::{Vocabulary, VocabularyError};
