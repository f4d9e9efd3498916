//! Why a file is refused.

use tract_core::internal::TractError;

/// Why a model cannot be loaded. None of these goes away by trying again with the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not an ONNX file, or one that was cut off.
    #[error("it is no ONNX model: {0}")]
    File(String),
    /// Written in operators that may mean something else.
    #[error("its operators are of set {0}; sets 13 to 17 can be read")]
    OperatorSet(i64),
    /// An input, output or constant that cannot be used.
    #[error("value '{name}': {why}")]
    Value {
        /// Its name in the file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A node that cannot be computed.
    #[error("node '{node}' ({operator}): {why}")]
    Node {
        /// Its name in the file, or that of its output if it has none.
        node: String,
        /// Its operator.
        operator: String,
        /// What is wrong with it.
        why: String,
    },
    /// The graph as a whole cannot be prepared.
    #[error("it cannot be prepared: {0}")]
    Prepare(String),
}

impl ModelError {
    pub(crate) fn tract(error: TractError) -> Self {
        Self::Prepare(format!("{error:#}"))
    }
}
