//! `deskbell triage`.

use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::Context as _;
use deskbell_inference::Classifier;
use deskbell_protocol::{MessageText, Reading, Verdict};
use deskbell_triage::policy::{self, BotStretch, Policy};
use serde::Serialize;

use super::commands::TriageOptions;
use crate::built_in_classifier;

/// What is printed for a message.
#[derive(Serialize)]
struct Triaged<'a> {
    text: &'a str,
    #[serde(flatten)]
    reading: Reading,
    #[serde(flatten)]
    verdict: Verdict,
}

/// What is printed for a line that is no message.
#[derive(Serialize)]
struct Failed<'a> {
    text: &'a str,
    error: String,
}

pub(super) fn run(
    options: &TriageOptions,
    input: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<()> {
    let classifier = match &options.model {
        Some(folder) => load(folder)?,
        None => built_in_classifier().context("the built-in model")?,
    };
    for line in input.split(b'\n') {
        let line = line.context("standard input cannot be read")?;
        let answer = triage(&classifier, line.strip_suffix(b"\r").unwrap_or(&line))?;
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn load(folder: &Path) -> anyhow::Result<Classifier> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
    };
    Classifier::from_bytes(&read("model.onnx")?, &read("manifest.json")?)
        .with_context(|| format!("the model in {} cannot be used", folder.display()))
}

fn triage(classifier: &Classifier, line: &[u8]) -> serde_json::Result<String> {
    let shown = String::from_utf8_lossy(line);
    let failed = |error: String| {
        serde_json::to_string(&Failed {
            text: &shown,
            error,
        })
    };
    if std::str::from_utf8(line).is_err() {
        return failed("The message is not UTF-8.".to_owned());
    }
    let text = match MessageText::new(&shown) {
        Ok(text) => text,
        Err(error) => return failed(error.to_string()),
    };
    match classifier.classify(text.as_str()) {
        Ok(reading) => {
            let verdict = policy::decide(&reading, &BotStretch::default(), &Policy::default());
            serde_json::to_string(&Triaged {
                text: &shown,
                reading,
                verdict,
            })
        }
        Err(error) => failed(error.to_string()),
    }
}
