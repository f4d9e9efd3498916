//! The model card.

use crate::data::Corpus;
use crate::report::Report;
use crate::train::Validation;

/// What a training run was and gave.
pub struct Run<'a> {
    /// What was learnt from.
    pub corpus: &'a Corpus,
    /// Families of the own rows.
    pub families: usize,
    /// The seed.
    pub seed: u64,
    /// Folds of the validation.
    pub folds: usize,
    /// What the validation chose and found.
    pub validation: &'a Validation,
    /// Quality on the test set.
    pub test: &'a Report,
    /// Size of the ONNX file.
    pub model_bytes: usize,
}

/// The text of `CARD.md`.
pub fn card(run: &Run<'_>) -> String {
    format!(
        "{} {} {} {} {} {}",
        run.families, run.seed, run.folds, run.validation.epochs, run.test, run.model_bytes
    )
}
