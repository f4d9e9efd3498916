//! Reads the labelled rows of the public sets and brings them to our labels.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;
use deskbell_triage::policy::OUT_OF_SCOPE;
use deskbell_triage::taxonomy::INTENTS;

use super::corpus::{Record, records};
use super::tables::{NEGATIVE, NEUTRAL, POSITIVE, PublicSet, SETS};
use super::{Row, key};
use crate::random::Random;

/// The public sets together.
pub struct Public {
    /// Their rows that stand for one of our labels.
    pub rows: Vec<Row>,
    /// Rows used of each set.
    pub used: Vec<(&'static str, usize)>,
    /// Rows left out because the same text is measured on.
    pub dropped: usize,
}

/// Reads every set under `dir`, a folder with `data.tsv.gz` each. Texts in `measured` or `seen` are left out, and no
/// text is used twice.
///
/// # Errors
/// If a set is missing or malformed.
pub fn read(
    dir: &Path,
    measured: &HashSet<String>,
    mut seen: HashSet<String>,
    seed: u64,
) -> Result<Public> {
    let mut public = Public {
        rows: Vec::new(),
        used: Vec::new(),
        dropped: 0,
    };
    for (at, set) in SETS.iter().enumerate() {
        let mut records = records(dir, set.folder)?;
        records
            .retain(|record| set.splits.is_empty() || set.splits.contains(&record.split.as_str()));
        Random::new(seed, 100 + at as u64).shuffle(&mut records);
        let before = public.rows.len();
        let mut quota = Quota::default();
        for record in &records {
            let key = key(&record.text);
            if key.is_empty() || seen.contains(&key) {
                continue;
            }
            let Some(row) = quota.row(set, record) else {
                continue;
            };
            if measured.contains(&key) {
                public.dropped += 1;
                continue;
            }
            seen.insert(key);
            public.rows.push(row);
        }
        public.used.push((set.folder, public.rows.len() - before));
    }
    Ok(public)
}

/// How many rows of a set were taken so far.
#[derive(Default)]
struct Quota<'a> {
    labels: HashMap<&'a str, usize>,
    out_of_scope: usize,
    feelings: usize,
}

impl<'a> Quota<'a> {
    /// The record with our label, if it stands for one and not enough were taken.
    fn row(&mut self, set: &PublicSet, record: &'a Record) -> Option<Row> {
        let label = record.label.as_str();
        let mut intent = None;
        let mut sentiment = None;
        if let Some((_, name)) = set.intents.iter().find(|(from, _)| *from == label) {
            let count = self.labels.entry(label).or_default();
            if *count < set.most_per_label {
                *count += 1;
                intent = Some(*name);
            }
        } else if set.rest_out_of_scope
            && !set.unclear.contains(&label)
            && self.out_of_scope < set.most_out_of_scope
        {
            self.out_of_scope += 1;
            intent = Some(OUT_OF_SCOPE);
        } else if self.feelings < set.most_feelings {
            sentiment = feeling(label);
            self.feelings += usize::from(sentiment.is_some());
        }
        let intent = intent.and_then(|name| INTENTS.iter().position(|known| *known == name));
        (intent.is_some() || sentiment.is_some()).then(|| Row {
            text: record.text.clone(),
            intent,
            sentiment,
        })
    }
}

/// The sentiment of a text with these emotions, if they agree on one.
fn feeling(emotions: &str) -> Option<usize> {
    let all_in = |names: &[&str]| emotions.split('|').all(|emotion| names.contains(&emotion));
    [&NEGATIVE[..], &NEUTRAL, &POSITIVE]
        .iter()
        .position(|names| all_in(names))
}
