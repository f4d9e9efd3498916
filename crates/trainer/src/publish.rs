//! The last stage of training: thresholds, and everything in `models/triage` written.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use deskbell_inference::Classifier;
use deskbell_protocol::{IntentId, Sentiment};
use deskbell_triage::manifest::FORMAT;
use deskbell_triage::policy::{OUT_OF_SCOPE, SENSITIVE, TALK_TO_HUMAN};
use deskbell_triage::taxonomy::INTENTS;
use deskbell_triage::{Manifest, Thresholds};
use sha2::{Digest, Sha256};

use crate::calibrate::thresholds;
use crate::card::{self, Run};
use crate::data::{Corpus, Row, own};
use crate::encoder::Shape;
use crate::train::{Settings, hex};
use crate::{golden, report};

/// A trained model and where it comes from.
pub struct Made<'a> {
    /// The file.
    pub onnx: Vec<u8>,
    /// What its ids stand for.
    pub pieces: &'a [String],
    /// Its layers and their sizes.
    pub shape: &'a Shape,
    /// Texts that it was distilled on.
    pub distilled: usize,
}

/// Chooses the thresholds by what the file gives through the inference that ships, measures, and writes everything.
///
/// # Errors
/// If the file cannot be read by the inference that ships, or nothing can be written.
pub fn publish(
    made: &Made<'_>,
    corpus: &Corpus,
    validation: &[Row],
    settings: &Settings<'_>,
) -> Result<()> {
    let open = |thresholds| {
        let manifest = manifest(made, thresholds)?;
        let json = serde_json::to_string_pretty(&manifest)? + "\n";
        anyhow::Ok((Classifier::from_bytes(&made.onnx, json.as_bytes())?, json))
    };
    let none = Thresholds {
        human: 1.0,
        sensitive: BTreeMap::new(),
        in_scope: 0.0,
    };
    let (classifier, _) = open(none)?;
    let scores: Vec<Vec<f32>> = validation
        .iter()
        .map(|row| Ok(classifier.scores(&row.text)?.intent))
        .collect::<Result<_>>()?;
    let truth: Vec<usize> = validation.iter().filter_map(|row| row.intent).collect();
    let (classifier, json) = open(thresholds(&scores, &truth))?;
    let (validated, _) = report::measure(&classifier, validation)?;
    let (test, _) = report::measure(&classifier, &own::test(settings.own)?)?;
    println!("\n{test}");

    fs::create_dir_all(settings.out)?;
    let write = |name: &str, content: &[u8]| {
        let path = settings.out.join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
    };
    write("model.onnx", &made.onnx)?;
    write("manifest.json", json.as_bytes())?;
    write("golden.jsonl", golden::rows(&classifier)?.as_bytes())?;
    let run = Run {
        corpus,
        distilled: made.distilled,
        shape: made.shape,
        seed: settings.seed,
        validation: &validated,
        test: &test,
        model_bytes: made.onnx.len(),
    };
    write("CARD.md", card::card(&run).as_bytes())?;
    println!("written to {}", settings.out.display());
    Ok(())
}

fn manifest(made: &Made<'_>, thresholds: Thresholds) -> Result<Manifest> {
    let ids = |names: &[&str]| {
        names
            .iter()
            .map(|name| IntentId::new(*name))
            .collect::<Result<Vec<_>, _>>()
    };
    let manifest = Manifest {
        format: FORMAT,
        model_sha256: hex(&Sha256::digest(&made.onnx)),
        intents: ids(&INTENTS)?,
        sentiments: vec![Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive],
        human: IntentId::new(TALK_TO_HUMAN)?,
        out_of_scope: IntentId::new(OUT_OF_SCOPE)?,
        sensitive: ids(&SENSITIVE)?,
        vocabulary: made.pieces.join(" "),
        max_pieces: made.shape.positions,
        own: None,
        thresholds,
    };
    if let Err(error) = manifest.check() {
        bail!("the trainer made a manifest that nobody can use: {error}");
    }
    Ok(manifest)
}
