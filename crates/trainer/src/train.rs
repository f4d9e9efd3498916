//! `deskbell-trainer train`: from labelled text to everything in `models/triage`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use deskbell_inference::Classifier;
use deskbell_protocol::{IntentId, Sentiment};
use deskbell_triage::manifest::FORMAT;
use deskbell_triage::policy::{OUT_OF_SCOPE, SENSITIVE, TALK_TO_HUMAN};
use deskbell_triage::taxonomy::INTENTS;
use deskbell_triage::{Manifest, Thresholds};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use crate::card::{self, Run};
use crate::data::{Corpus, OwnRow, Row, SENTIMENTS, own};
use crate::model::calibrate::{likeliest, thresholds};
use crate::model::export::onnx;
use crate::model::fit::{Task, fit};
use crate::model::predict::{Prediction, predict};
use crate::model::{FEATURES, Model};
use crate::random::Random;
use crate::{golden, report};

/// Parts of the own data; each is held out once.
const FOLDS: usize = 4;

/// What to train from and where to.
pub struct Settings<'a> {
    /// Folder of the public sets.
    pub data: &'a Path,
    /// Folder of the own data.
    pub own: &'a Path,
    /// Folder to write to.
    pub out: &'a Path,
    /// Decides everything random.
    pub seed: u64,
    /// Epochs of the schedule.
    pub epochs: usize,
    /// Stop after one fold of validation.
    pub dry_run: bool,
}

/// Trains, chooses, exports, measures and writes.
///
/// # Errors
/// If data are missing or malformed, test texts are among them, or nothing can be written.
pub fn train(settings: &Settings<'_>) -> Result<()> {
    let corpus = Corpus::read(settings.own, settings.data, settings.seed)?;
    println!(
        "{} own rows in {} families; {} public rows ({} left out because the test set has them)",
        corpus.own.len(),
        families(&corpus.own),
        corpus.public.len(),
        corpus.dropped
    );

    let validation = validate(&corpus, settings)?;
    println!(
        "epoch {} is best on held-out families: intent {:.1} %, sentiment {:.1} %",
        validation.epochs,
        100.0 * validation.intent_accuracy,
        100.0 * validation.sentiment_accuracy
    );

    if settings.dry_run {
        return Ok(());
    }

    let task = task(
        &corpus,
        corpus.own.iter().map(|own| &own.row).collect(),
        settings,
    );
    let bar = bar(task.steps() * validation.epochs, "training on everything");
    let model = fit(
        &task,
        || bar.inc(1),
        |epoch, _| Ok(epoch < validation.epochs),
    )?;
    bar.finish();

    let onnx = onnx(&model, INTENTS.len(), SENTIMENTS.len())?;
    let manifest = manifest(&onnx, validation.thresholds.clone())?;
    let json = serde_json::to_string_pretty(&manifest)? + "\n";
    let classifier = Classifier::from_bytes(&onnx, json.as_bytes())?;
    let (test, _) = report::measure(&classifier, &own::test(settings.own)?)?;
    println!("\n{test}");

    fs::create_dir_all(settings.out)?;
    let write = |name: &str, content: &[u8]| {
        let path = settings.out.join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
    };
    write("model.onnx", &onnx)?;
    write("manifest.json", json.as_bytes())?;
    write("golden.jsonl", golden::rows(&classifier)?.as_bytes())?;
    let run = Run {
        corpus: &corpus,
        families: families(&corpus.own),
        seed: settings.seed,
        folds: FOLDS,
        validation: &validation,
        test: &test,
        model_bytes: onnx.len(),
    };
    write("CARD.md", card::card(&run).as_bytes())?;
    println!("written to {}", settings.out.display());
    Ok(())
}

/// What was learnt from families held out.
pub struct Validation {
    /// The best number of epochs.
    pub epochs: usize,
    /// Share of held-out rows whose likeliest intent is right.
    pub intent_accuracy: f32,
    /// Share of held-out rows whose likeliest sentiment is right.
    pub sentiment_accuracy: f32,
    /// Chosen on the held-out rows.
    pub thresholds: Thresholds,
}

/// Trains once per fold without the fold's families and reads them after every epoch.
fn validate(corpus: &Corpus, settings: &Settings<'_>) -> Result<Validation> {
    let fold_of = folds(&corpus.own, settings.seed);
    let mut read: Vec<Vec<Prediction>> = vec![Vec::new(); settings.epochs];
    let mut truth: Vec<&Row> = Vec::new();
    for fold in 0..if settings.dry_run { 1 } else { FOLDS } {
        let (held, learnt): (Vec<_>, Vec<_>) = corpus
            .own
            .iter()
            .zip(&fold_of)
            .partition(|(_, in_fold)| **in_fold == fold);
        let held: Vec<&Row> = held.into_iter().map(|(own, _)| &own.row).collect();
        let texts: Vec<&str> = held.iter().map(|row| row.text.as_str()).collect();
        let learnt = learnt.into_iter().map(|(own, _)| &own.row).collect();
        let task = task(corpus, learnt, settings);
        let bar = bar(
            task.steps() * task.epochs,
            &format!("validation {} of {FOLDS}", fold + 1),
        );
        let note = |epoch: usize, model: &Model| {
            let predictions = predict(model, &texts)?;
            let (intent, sentiment) = accuracy(&predictions, &held);
            let loss = loss(&predictions, &intents(&held));
            let found = format!("epoch {epoch}: {:.1} %, loss {loss:.3}", 100.0 * intent);
            if bar.is_hidden() {
                println!(
                    "fold {}, {found}, sentiment {:.1} %",
                    fold + 1,
                    100.0 * sentiment
                );
            }
            bar.set_message(found);
            read[epoch - 1].extend(predictions);
            Ok(true)
        };
        fit(&task, || bar.inc(1), note)?;
        bar.finish();
        truth.extend(held);
    }
    let intents = intents(&truth);
    let (best, predictions) = read
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| loss(a, &intents).total_cmp(&loss(b, &intents)))
        .context("at least one epoch is needed")?;
    let (intent_accuracy, sentiment_accuracy) = accuracy(predictions, &truth);
    Ok(Validation {
        epochs: best + 1,
        intent_accuracy,
        sentiment_accuracy,
        thresholds: thresholds(predictions, &intents),
    })
}

fn task<'a>(corpus: &'a Corpus, own: Vec<&'a Row>, settings: &Settings<'_>) -> Task<'a> {
    Task {
        own,
        public: &corpus.public,
        tasks: &corpus.tasks,
        epochs: settings.epochs,
        seed: settings.seed,
    }
}

/// The fold of each row; families stay together and every intent is spread evenly.
fn folds(own: &[OwnRow], seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed, 2);
    let mut families: Vec<_> = own.iter().map(|own| (own.row.intent, own.family)).collect();
    families.sort_unstable();
    families.dedup();
    random.shuffle(&mut families);
    families.sort_by_key(|(intent, _)| *intent);
    let place: std::collections::HashMap<_, _> = families
        .into_iter()
        .enumerate()
        .map(|(at, family)| (family, at % FOLDS))
        .collect();
    own.iter()
        .map(|own| place[&(own.row.intent, own.family)])
        .collect()
}

fn families(own: &[OwnRow]) -> usize {
    let distinct: std::collections::HashSet<_> =
        own.iter().map(|own| (own.row.intent, own.family)).collect();
    distinct.len()
}

/// The true intents of rows that all have one.
fn intents(rows: &[&Row]) -> Vec<usize> {
    rows.iter().filter_map(|row| row.intent).collect()
}

/// Mean negative log-likelihood of the true intents.
fn loss(predictions: &[Prediction], truth: &[usize]) -> f32 {
    let sum: f32 = predictions
        .iter()
        .zip(truth)
        .map(|(prediction, &label)| -prediction.intent[label].max(1e-9).ln())
        .sum();
    sum / truth.len().max(1) as f32
}

/// Shares of rows whose likeliest intent and sentiment are right.
fn accuracy(predictions: &[Prediction], rows: &[&Row]) -> (f32, f32) {
    let share = |right: &dyn Fn(&Prediction, &Row) -> bool| {
        let right = predictions
            .iter()
            .zip(rows)
            .filter(|(prediction, row)| right(prediction, row))
            .count();
        right as f32 / rows.len().max(1) as f32
    };
    (
        share(&|prediction, row| Some(likeliest(&prediction.intent)) == row.intent),
        share(&|prediction, row| Some(likeliest(&prediction.sentiment)) == row.sentiment),
    )
}

fn manifest(onnx: &[u8], thresholds: Thresholds) -> Result<Manifest> {
    let intents = INTENTS
        .iter()
        .map(|name| IntentId::new(*name))
        .collect::<Result<Vec<_>, _>>()?;
    let sensitive = SENSITIVE
        .iter()
        .map(|name| IntentId::new(*name))
        .collect::<Result<Vec<_>, _>>()?;
    let manifest = Manifest {
        format: FORMAT,
        model_sha256: Sha256::digest(onnx)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        intents,
        sentiments: vec![Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive],
        human: IntentId::new(TALK_TO_HUMAN)?,
        out_of_scope: IntentId::new(OUT_OF_SCOPE)?,
        sensitive,
        features: FEATURES,
        thresholds,
    };
    if let Err(error) = manifest.check() {
        bail!("the trainer made a manifest that nobody can use: {error}");
    }
    Ok(manifest)
}

fn bar(steps: usize, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    let style =
        ProgressStyle::with_template("{prefix:24} {wide_bar} {percent:>3} %  {eta} left  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(what.to_owned());
    bar
}
