//! `deskbell triage`.

use std::io::{BufRead, Write};

use anyhow::Context as _;
use deskbell_inference::Classifier;
use deskbell_protocol::{IntentId, MessageText, Reading, Verdict};
use deskbell_triage::policy::{self, BotStretch, Policy};
use serde::Serialize;

use super::commands::TriageOptions;
use crate::model::ModelFiles;

/// What is printed for a message.
#[derive(Serialize)]
struct Triaged<'a> {
    text: &'a str,
    #[serde(flatten)]
    reading: Reading,
    #[serde(flatten)]
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    built_in: Option<BuiltIn>,
}

/// What a model with a merchant's labels would read without them.
#[derive(Serialize)]
struct BuiltIn {
    intent: IntentId,
    confidence: f32,
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
    let classifier = ModelFiles::open(options.model.as_deref())?.classifier()?;
    if !options.texts.is_empty() {
        for text in &options.texts {
            writeln!(out, "{}", triage(&classifier, text.as_bytes())?)?;
        }
        return Ok(());
    }
    for line in input.split(b'\n') {
        let line = line.context("standard input cannot be read")?;
        let answer = triage(&classifier, line.strip_suffix(b"\r").unwrap_or(&line))?;
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
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
    match classifier.scores(text.as_str()) {
        Ok(mut scores) => {
            let reading = classifier.interpret(text.as_str(), &scores);
            let built_in = classifier.manifest().own.as_ref().map(|_| {
                scores.own.clear();
                let reading = classifier.interpret(text.as_str(), &scores);
                BuiltIn {
                    intent: reading.intent,
                    confidence: reading.confidence,
                }
            });
            let verdict = policy::decide(&reading, &BotStretch::default(), &Policy::default());
            serde_json::to_string(&Triaged {
                text: &shown,
                reading,
                verdict,
                built_in,
            })
        }
        Err(error) => failed(error.to_string()),
    }
}
