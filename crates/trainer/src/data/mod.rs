//! Labelled text: the project's own and public sets, brought to one form.

pub mod augment;
pub mod corpus;
pub mod own;
pub mod public;
pub mod tables;

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Result, bail};
use deskbell_triage::normalise::{Token, normalise};
use deskbell_triage::taxonomy::INTENTS;

/// The sentiments in the order of the model's output.
pub const SENTIMENTS: [&str; 3] = ["negative", "neutral", "positive"];

/// One labelled text. A row may carry any of the labels; what it lacks is left out of the loss.
#[derive(Clone, Debug)]
pub struct Row {
    /// What somebody wrote.
    pub text: String,
    /// Index into the taxonomy's intents.
    pub intent: Option<usize>,
    /// Index into [`SENTIMENTS`].
    pub sentiment: Option<usize>,
}

/// A row of the project's own data.
#[derive(Clone, Debug)]
pub struct OwnRow {
    /// The row, with intent and sentiment.
    pub row: Row,
    /// Paraphrases of one sentence share a family, so that they are held out together. Counted per intent.
    pub family: u32,
}

/// What the model learns from.
pub struct Corpus {
    /// Written for this project.
    pub own: Vec<OwnRow>,
    /// Public sets, mapped to our labels where that is possible.
    pub public: Vec<Row>,
    /// Rows used of each public set.
    pub used: Vec<(&'static str, usize)>,
    /// Public rows left out because the same text is measured on.
    pub dropped: usize,
}

impl Corpus {
    /// Reads the own training files in `own` and the public sets in `public`.
    ///
    /// # Errors
    /// If a file is missing or malformed, or a text that is measured on is among the own training rows.
    pub fn read(own: &Path, public: &Path, seed: u64) -> Result<Self> {
        let test = measured(own)?;
        let own = own::training(own)?;
        let leaked: Vec<String> = own
            .iter()
            .filter(|own| test.contains(&key(&own.row.text)))
            .map(|own| {
                format!(
                    "  {}: {}",
                    own.row.intent.map_or("", |i| INTENTS[i]),
                    own.row.text
                )
            })
            .collect();
        if !leaked.is_empty() {
            bail!(
                "{} training rows are also in test.tsv or validation.tsv (case, punctuation and digits aside). \
                 Take them out of the training files:\n{}",
                leaked.len(),
                leaked.join("\n")
            );
        }
        let seen = own.iter().map(|own| key(&own.row.text)).collect();
        let sets = public::read(public, &test, seen, seed)?;
        Ok(Self {
            own,
            public: sets.rows,
            used: sets.used,
            dropped: sets.dropped,
        })
    }
}

impl Corpus {
    /// How many families the own rows have.
    pub fn families(&self) -> usize {
        let families = self.own.iter().map(|own| (own.row.intent, own.family));
        families.collect::<HashSet<_>>().len()
    }
}

/// The texts of the test and validation sets, as [`key`]s.
///
/// # Errors
/// If one is missing or malformed.
pub fn measured(own: &Path) -> Result<HashSet<String>> {
    let rows = own::test(own)?.into_iter().chain(own::validation(own)?);
    Ok(rows.map(|row| key(&row.text)).collect())
}

/// What makes two texts the same for us: their words as the model sees them, or their signs if they have no words.
pub fn key(text: &str) -> String {
    let tokens = normalise(text);
    let words: Vec<&str> = tokens
        .iter()
        .filter(|token| matches!(token, Token::Word(_)))
        .map(Token::as_str)
        .collect();
    if words.is_empty() {
        tokens
            .iter()
            .map(Token::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        words.join(" ")
    }
}
