//! Reads the public sets and brings them to our labels.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use deskbell_triage::policy::OUT_OF_SCOPE;
use deskbell_triage::taxonomy::INTENTS;
use flate2::read::GzDecoder;

use super::tables::{NEGATIVE, NEUTRAL, POSITIVE, PublicSet, SETS};
use super::{Row, key};
use crate::random::Random;

/// The public sets together.
pub struct Public {
    /// Their rows.
    pub rows: Vec<Row>,
    /// The labels of each auxiliary task.
    pub tasks: Vec<Range<usize>>,
    /// Rows used of each set.
    pub used: Vec<(&'static str, usize)>,
    /// Rows left out because the test set has the same text.
    pub dropped: usize,
}

/// Reads every set under `dir`, a folder with `data.tsv.gz` each. Texts in `test` or `seen` are left out, and no text
/// is used twice.
///
/// # Errors
/// If a set is missing or malformed.
pub fn read(
    dir: &Path,
    test: &HashSet<String>,
    mut seen: HashSet<String>,
    seed: u64,
) -> Result<Public> {
    let mut public = Public {
        rows: Vec::new(),
        tasks: Vec::new(),
        used: Vec::new(),
        dropped: 0,
    };
    let mut labels_before = 0;
    for (at, set) in SETS.iter().enumerate() {
        let mut records = records(dir, set)?;
        Random::new(seed, 100 + at as u64).shuffle(&mut records);
        let before = public.rows.len();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for (_, label) in &records {
            names.insert(label.clone(), 0);
        }
        for (index, value) in names.values_mut().enumerate() {
            *value = labels_before + index;
        }
        let mut taken: HashMap<&str, usize> = HashMap::new();
        let mut out_of_scope = 0;
        for (text, label) in &records {
            if public.rows.len() - before == set.most {
                break;
            }
            let key = key(text);
            if key.is_empty() || seen.contains(&key) {
                continue;
            }
            if test.contains(&key) {
                public.dropped += 1;
                continue;
            }
            seen.insert(key);
            let mut intent = None;
            if let Some((_, name)) = set.intents.iter().find(|(from, _)| from == label) {
                let count = taken.entry(label).or_default();
                if *count < set.most_per_label {
                    *count += 1;
                    intent = Some(*name);
                }
            } else if set.rest_out_of_scope
                && !set.unclear.contains(&label.as_str())
                && out_of_scope < set.most_out_of_scope
            {
                out_of_scope += 1;
                intent = Some(OUT_OF_SCOPE);
            }
            public.rows.push(Row {
                text: text.clone(),
                intent: intent.and_then(|name| INTENTS.iter().position(|known| *known == name)),
                sentiment: if set.folder == "goemotions" {
                    feeling(label)
                } else {
                    None
                },
                auxiliary: names.get(label).copied(),
            });
        }
        public.used.push((set.folder, public.rows.len() - before));
        public
            .tasks
            .push(labels_before..labels_before + names.len());
        labels_before += names.len();
    }
    Ok(public)
}

/// Text and label of every row in the set's training splits.
fn records(dir: &Path, set: &PublicSet) -> Result<Vec<(String, String)>> {
    let path = dir.join(set.folder).join("data.tsv.gz");
    let mut content = String::new();
    let file = File::open(&path).with_context(|| {
        format!(
            "cannot open {}: the public sets are described in models/triage/CARD.md",
            path.display()
        )
    })?;
    GzDecoder::new(file)
        .read_to_string(&mut content)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = content.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let (Some(text), Some(label), Some(split)) = (column("text"), column("label"), column("split"))
    else {
        anyhow::bail!(
            "{}: the columns text, label and split are needed",
            path.display()
        );
    };
    let language = column("lang");
    let mut records = Vec::new();
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let wanted = set.splits.is_empty() || set.splits.contains(&field(split));
        if wanted && language.is_none_or(|at| field(at) == "en") {
            records.push((field(text).to_owned(), field(label).to_owned()));
        }
    }
    Ok(records)
}

/// The sentiment of a text with these emotions, if they agree on one.
fn feeling(emotions: &str) -> Option<usize> {
    let all_in = |names: &[&str]| emotions.split('|').all(|emotion| names.contains(&emotion));
    [&NEGATIVE[..], &NEUTRAL, &POSITIVE]
        .iter()
        .position(|names| all_in(names))
}
