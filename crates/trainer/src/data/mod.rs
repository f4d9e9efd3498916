//! Labelled text: the project's own and public sets, brought to one form.

pub mod augment;
pub mod own;
pub mod public;
mod tables;

use std::collections::HashSet;
use std::ops::Range;
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
    /// Index over the labels of all auxiliary tasks.
    pub auxiliary: Option<usize>,
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
    /// The labels of each auxiliary task: a public set's own labels, learnt beside ours so that words which matter
    /// somewhere get a meaning. Dropped when the model is exported.
    pub tasks: Vec<Range<usize>>,
    /// Rows used of each public set.
    pub used: Vec<(&'static str, usize)>,
    /// Public rows left out because the same text is in the test set.
    pub dropped: usize,
}

impl Corpus {
    /// Reads the own training files in `own` and the public sets in `public`.
    ///
    /// # Errors
    /// If a file is missing or malformed, or a text of the test set is among the own training rows.
    pub fn read(own: &Path, public: &Path, seed: u64) -> Result<Self> {
        let test: HashSet<String> = own::test(own)?.iter().map(|row| key(&row.text)).collect();
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
                "{} training rows are also in test.tsv (case, punctuation and digits aside). \
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
            tasks: sets.tasks,
            used: sets.used,
            dropped: sets.dropped,
        })
    }
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
