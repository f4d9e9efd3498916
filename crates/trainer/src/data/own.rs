//! The project's own data: one training file per intent, and one test file that is never trained on.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use deskbell_triage::taxonomy::INTENTS;

use super::{OwnRow, Row, SENTIMENTS};

/// Reads `<intent>.tsv` of every intent: columns `text`, `sentiment`, `family`.
///
/// # Errors
/// If one is missing or malformed.
pub fn training(dir: &Path) -> Result<Vec<OwnRow>> {
    let mut rows = Vec::new();
    for (intent, name) in INTENTS.iter().enumerate() {
        let path = dir.join(format!("{name}.tsv"));
        for (line, [text, sentiment, family]) in table(&path, ["text", "sentiment", "family"])? {
            let place = || format!("{}:{line}", path.display());
            rows.push(OwnRow {
                row: Row {
                    text,
                    intent: Some(intent),
                    sentiment: Some(label(&SENTIMENTS, &sentiment).with_context(place)?),
                },
                family: family.parse().with_context(place)?,
            });
        }
    }
    Ok(rows)
}

/// Reads `test.tsv`: columns `text`, `intent`, `sentiment`.
///
/// # Errors
/// If it is missing or malformed.
pub fn test(dir: &Path) -> Result<Vec<Row>> {
    labelled(&dir.join("test.tsv"))
}

/// Reads `validation.tsv`, with the same columns.
///
/// # Errors
/// If it is missing or malformed.
pub fn validation(dir: &Path) -> Result<Vec<Row>> {
    labelled(&dir.join("validation.tsv"))
}

fn labelled(path: &Path) -> Result<Vec<Row>> {
    table(path, ["text", "intent", "sentiment"])?
        .into_iter()
        .map(|(line, [text, intent, sentiment])| {
            let place = || format!("{}:{line}", path.display());
            Ok(Row {
                text,
                intent: Some(label(&INTENTS, &intent).with_context(place)?),
                sentiment: Some(label(&SENTIMENTS, &sentiment).with_context(place)?),
            })
        })
        .collect()
}

fn label(names: &[&str], name: &str) -> Result<usize> {
    names
        .iter()
        .position(|known| *known == name)
        .with_context(|| format!("unknown label '{name}'"))
}

/// The rows of a tab-separated file with exactly these columns, each with its line number.
fn table<const N: usize>(path: &Path, columns: [&str; N]) -> Result<Vec<(usize, [String; N])>> {
    let content =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = content.lines();
    ensure!(
        lines.next() == Some(columns.join("\t").as_str()),
        "{}: the first line must be: {}",
        path.display(),
        columns.join(", ")
    );
    let rows = lines.enumerate().map(|(at, line)| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        match <[String; N]>::try_from(fields) {
            Ok(fields) if !fields[0].trim().is_empty() => Ok((at + 2, fields)),
            _ => bail!("{}:{}: expected {N} fields", path.display(), at + 2),
        }
    });
    rows.collect()
}
