//! From examples to a model: what the encoder makes of each, a head for that, and both in one file.

use std::num::NonZero;
use std::thread;

use anyhow::{Context as _, anyhow, bail};
use deskbell_inference::{Classifier, Scores};
use deskbell_triage::Manifest;
use deskbell_tuner::{Examples, Grafted, Head, fit, graft, in_scope, not_claimed};

use super::progress::Progress;
use crate::ModelFiles;

/// A trained model and what is needed to say how good it is.
pub(super) struct Learnt {
    pub(super) model: Vec<u8>,
    pub(super) manifest: Manifest,
    pub(super) manifest_json: Vec<u8>,
    /// What the base model says of each example.
    pub(super) scores: Vec<Scores>,
    /// For each example what a head that did not see it says.
    pub(super) held_out: Vec<Vec<f32>>,
    /// Everyday messages that are none of the labels, and how many of them a head that did not see them took for one.
    pub(super) others: usize,
    pub(super) taken: usize,
}

pub(super) fn learn(
    files: &ModelFiles,
    base: &Classifier,
    data: &Examples,
    progress: &Progress,
) -> anyhow::Result<Learnt> {
    let texts: Vec<&str> = data.examples.iter().map(|it| it.text.as_str()).collect();
    let mut scores = scores(base, &texts[..1], progress, "example")?;
    if scores.iter().any(|scores| scores.embedding.is_empty()) {
        bail!(
            "the model gives nothing to learn from: it has no output `embedding`; \
             without --model, the model that comes with this version is used"
        );
    }
    scores.extend(self::scores(base, &texts[1..], progress, "examples")?);
    let built_in: Vec<String> = scores
        .iter()
        .map(|scores| {
            let manifest = base.manifest();
            manifest
                .interpret(&scores.intent, &scores.sentiment, &[])
                .intent
                .into()
        })
        .collect();
    let own = data.labels.len();
    let read = data.examples.iter().zip(&built_in);
    let read =
        read.map(|(example, built_in)| (data.labels[example.label].id.as_str(), built_in.as_str()));
    let others: Vec<&str> = not_claimed(read).iter().map(|it| it.text).collect();
    let other_scores = self::scores(base, &others, progress, "everyday messages")?;

    let names = names(base, data)?;
    let (head, labels) = fitted(data, &scores, &names, &other_scores, progress)?;
    let limit = in_scope(&head.held_out, &labels, own);
    let grafted = graft(&files.model, base.manifest(), &head, &data.labels, limit);
    let Grafted { model, manifest } =
        grafted.context("the new labels cannot be added to the model")?;
    let mut manifest_json = serde_json::to_vec_pretty(&manifest)?;
    manifest_json.push(b'\n');
    let mut held_out = head.held_out;
    let rest = held_out.split_off(held_out.len().min(data.examples.len()));
    let taken = rest
        .iter()
        .filter(|own_and_none| own_and_none[..own].iter().any(|&it| it >= limit));
    Ok(Learnt {
        model,
        manifest,
        manifest_json,
        scores,
        taken: taken.count(),
        others: rest.len(),
        held_out,
    })
}

/// The vectors of what labels are called, each with its label's place, where the model knows the words.
fn names(base: &Classifier, data: &Examples) -> anyhow::Result<Vec<(Vec<f32>, usize)>> {
    let vocabulary = base.manifest().pieces()?;
    let said = data.labels.iter().enumerate().filter_map(|(at, label)| {
        let said = label.said(|word| vocabulary.knows(word))?;
        // An example that says just that is there already, and is not to be predicted from itself.
        let mut texts = data.examples.iter().map(|it| it.text.to_lowercase());
        (!texts.any(|text| text == said.to_lowercase())).then_some((said, at))
    });
    said.map(|(said, at)| Ok((base.scores(&said)?.embedding, at)))
        .collect()
}

/// A head for the labels and, last, for none of them; and the label of each row that it was fitted to.
fn fitted(
    data: &Examples,
    scores: &[Scores],
    names: &[(Vec<f32>, usize)],
    others: &[Scores],
    progress: &Progress,
) -> anyhow::Result<(Head, Vec<usize>)> {
    /// Fewer say nothing about what is none of the labels.
    const FEWEST: usize = 10;
    let own = data.labels.len();
    let mut vectors: Vec<Vec<f32>> = scores.iter().map(|it| it.embedding.clone()).collect();
    let mut labels: Vec<usize> = data.examples.iter().map(|it| it.label).collect();
    let step = progress.step("Fitting the new labels", 1);
    let mut told = |done, all| step.done(done, all);
    if others.len() < FEWEST {
        let head = fit(&vectors, &labels, names, own, &mut told)?;
        return Ok((head.with_unlikely(), labels));
    }
    vectors.extend(others.iter().map(|it| it.embedding.clone()));
    labels.extend(others.iter().map(|_| own));
    Ok((fit(&vectors, &labels, names, own + 1, &mut told)?, labels))
}

/// What a model says of each text, read on all processors.
pub(super) fn scores(
    classifier: &Classifier,
    texts: &[&str],
    progress: &Progress,
    what: &str,
) -> anyhow::Result<Vec<Scores>> {
    let step = progress.step(&format!("Reading {} {what}", texts.len()), texts.len());
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = texts.len().div_ceil(threads).max(1);
    let read = |texts: &[&str]| {
        let scores = texts.iter().map(|text| {
            let scores = classifier.scores(text)?;
            step.one_more();
            Ok(scores)
        });
        scores.collect::<anyhow::Result<Vec<_>>>()
    };
    let read = &read;
    let parts: Vec<_> = thread::scope(|scope| {
        let shares = texts.chunks(share);
        let running: Vec<_> = shares
            .map(|texts| scope.spawn(move || read(texts)))
            .collect();
        running
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    let mut all = Vec::with_capacity(texts.len());
    for part in parts {
        all.extend(part.map_err(|_| anyhow!("a reading thread panicked"))??);
    }
    Ok(all)
}
