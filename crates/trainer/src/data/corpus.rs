//! The text that students are distilled on: everything public in English but the test splits, and our own. Labels play
//! no part in it.

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::key;
use crate::random::Random;

/// A public set's texts.
struct Source {
    folder: &'static str,
    /// Splits that may be read.
    splits: &'static [&'static str],
    /// Splits that are measured on: a text that occurs in one of them is not read, whatever set it is from.
    measured: &'static [&'static str],
    /// Most texts taken.
    most: usize,
}

const SOURCES: [Source; 8] = [
    Source {
        folder: "banking77",
        splits: &["train"],
        measured: &["test"],
        most: usize::MAX,
    },
    Source {
        folder: "clinc150",
        splits: &["train", "oos_train"],
        measured: &["test", "oos_test", "val", "oos_val"],
        most: usize::MAX,
    },
    Source {
        folder: "nlupp",
        splits: &[],
        measured: &[],
        most: usize::MAX,
    },
    Source {
        folder: "bitext_8k",
        splits: &["train"],
        measured: &[],
        most: 8_000,
    },
    Source {
        folder: "bitext_20k",
        splits: &["train"],
        measured: &[],
        most: 8_000,
    },
    Source {
        folder: "massive51",
        splits: &["train"],
        measured: &[],
        most: 11_600,
    },
    Source {
        folder: "multidogo",
        splits: &["train"],
        measured: &[],
        most: 24_000,
    },
    Source {
        folder: "goemotions",
        splits: &["train"],
        measured: &["test", "dev"],
        most: 20_000,
    },
];

/// SHA-256 of each public set's file as it was when the shipped model was made.
const SUMS: [(&str, &str); 8] = [
    (
        "banking77",
        "c99e1799a68484f8e2cfbacb2068c05d965ee0558533269c286581bf6b2fe3e3",
    ),
    (
        "clinc150",
        "6fb40640515a6b3aa46da69bf876cb1487c68026c111b9f1e9392e935e06df90",
    ),
    (
        "nlupp",
        "ecde6d4383f288e3c24a7493093bce1137892c5e5838a230e8a0bdcca042731b",
    ),
    (
        "bitext_8k",
        "6a680038adb13ee9fcef3c46b56e8a80b41ecd873146f543e5a4b19ce8548798",
    ),
    (
        "bitext_20k",
        "937b2e8e7a4c6f80dcc0192e4ea96962742a981d6fd7ecbe01558ee2c51a5857",
    ),
    (
        "massive51",
        "8e373302220cc2f6f29138d015fd582d20bcc7eaec7053bf914bf9136ed550c7",
    ),
    (
        "multidogo",
        "9bcc82335bbf714a99a42c0d92434847011515bb8e013a6c9c09afa962b31e23",
    ),
    (
        "goemotions",
        "24dae85bdb2c3b724903a6870c6a784ea0cd8a82b385c281574dd0d3dd191425",
    ),
];

/// One record of a public set.
pub struct Record {
    pub text: String,
    pub label: String,
    pub split: String,
}

/// Reads a public set's English rows.
///
/// # Errors
/// If the file is missing or malformed.
pub fn records(dir: &Path, folder: &str) -> Result<Vec<Record>> {
    let path = dir.join(folder).join("data.tsv.gz");
    let bytes = fs::read(&path).with_context(|| {
        format!(
            "cannot read {}: the public sets are described in models/triage/CARD.md",
            path.display()
        )
    })?;
    let sum: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if SUMS
        .iter()
        .any(|(known, expected)| *known == folder && *expected != sum)
    {
        eprintln!(
            "note: {} is not the file that the shipped model was made and measured with (its SHA-256 is {sum})",
            path.display()
        );
    }
    let mut content = String::new();
    GzDecoder::new(bytes.as_slice())
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
        if language.is_none_or(|at| field(at) == "en") {
            records.push(Record {
                text: field(text).to_owned(),
                label: field(label).to_owned(),
                split: field(split).to_owned(),
            });
        }
    }
    Ok(records)
}

/// The texts, each once and in an order that depends on nothing but the data; none is among `measured` or in a public
/// set's test split, case and punctuation aside.
///
/// # Errors
/// If a set is missing or malformed.
pub fn texts(dir: &Path, own: &[String], measured: &HashSet<String>) -> Result<Vec<String>> {
    let sets = SOURCES
        .iter()
        .map(|source| Ok((source, records(dir, source.folder)?)))
        .collect::<Result<Vec<_>>>()?;
    let mut seen = measured.clone();
    for (source, records) in &sets {
        let held = records
            .iter()
            .filter(|record| source.measured.contains(&record.split.as_str()));
        seen.extend(held.map(|record| key(&record.text)));
    }
    let mut texts: Vec<String> = own
        .iter()
        .filter(|text| seen.insert(key(text)))
        .cloned()
        .collect();
    for (at, (source, mut records)) in sets.into_iter().enumerate() {
        Random::new(1, 200 + at as u64).shuffle(&mut records);
        let allowed = |split: &str| source.splits.is_empty() || source.splits.contains(&split);
        texts.extend(
            records
                .into_iter()
                .filter(|record| allowed(&record.split) && seen.insert(key(&record.text)))
                .map(|record| record.text)
                .take(source.most),
        );
    }
    Ok(texts)
}
