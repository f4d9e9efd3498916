//! What can be said about a message without I/O, clock, randomness or a model runtime: how it is cut into features,
//! how a model's probabilities are read, and what follows from a reading.

pub mod features;
pub mod manifest;
pub mod normalise;
pub mod policy;
pub mod taxonomy;

pub use features::{FeatureParams, features};
pub use manifest::{Manifest, ManifestError, Thresholds};
