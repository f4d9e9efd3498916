//! The model: an embedding table over hashed features, attention pooling, one hidden layer and a head per task.

pub mod calibrate;
pub mod export;
pub mod fit;
mod network;
mod onnx;
pub mod predict;
mod table;

pub use network::Network;
pub use table::Table;

use deskbell_triage::FeatureParams;

/// How messages are cut up.
pub const FEATURES: FeatureParams = FeatureParams {
    buckets: 1 << 15,
    char_ngrams: (3, 5),
    max_tokens: 160,
    max_word_chars: 24,
};

/// Values per row of the table.
pub const DIM: usize = 64;
/// Ways of weighing the features of a message against each other.
pub const HEADS: usize = 4;
/// Units of the hidden layer.
pub const HIDDEN: usize = 128;
/// Pooled values are averages of many small ones; this brings them to the size that the next layer expects.
pub const POOLED_SCALE: f64 = 8.0;

/// A trained model.
pub struct Model {
    /// The embedding table.
    pub table: Table,
    /// Everything behind it.
    pub network: Network,
}
