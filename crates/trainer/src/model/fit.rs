//! Training.

use std::ops::Range;

use anyhow::{Context, Result};
use candle_core::{Device, Tensor};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use deskbell_triage::features;
use deskbell_triage::taxonomy::INTENTS;

use super::network::{Network, log_softmax};
use super::predict::prepare;
use super::{DIM, FEATURES, Model, Table};
use crate::data::augment::augment;
use crate::data::{Row, SENTIMENTS};
use crate::random::Random;

/// Messages per step.
const BATCH: usize = 64;
/// Batches whose rows are sorted by length together.
const POOL: usize = 16;
/// Variants of every own row per epoch, each typed differently.
const OWN_REPEATS: usize = 4;
/// Public rows per epoch, as a multiple of the own rows.
const PUBLIC_SHARE: usize = 1;
/// Weight of a public row's intent or sentiment beside an own row's.
const PUBLIC_WEIGHT: f32 = 0.3;
/// Weight of the auxiliary tasks.
const AUXILIARY_WEIGHT: f32 = 0.3;
/// Weight of the sentiment beside the intent.
const SENTIMENT_WEIGHT: f32 = 0.5;
/// Share of the messages that are seen typed differently.
const RETYPED: f32 = 0.7;
/// Share of a message's features left out at random.
const FEATURE_DROPOUT: f32 = 0.25;
/// Share of pooled and hidden values left out at random.
const DROPOUT: f32 = 0.3;
/// Probability spread over the other intents.
const SMOOTHING: f32 = 0.05;
/// Highest learning rates, reached early and then lowered in a straight line to a twentieth.
const TABLE_RATE: f32 = 0.03;
/// See [`TABLE_RATE`].
const NETWORK_RATE: f64 = 0.003;
/// Weight decay of the network.
const WEIGHT_DECAY: f64 = 0.02;

/// What to learn from.
pub struct Task<'a> {
    /// Own rows.
    pub own: Vec<&'a Row>,
    /// Public rows.
    pub public: &'a [Row],
    /// Labels of each auxiliary task.
    pub tasks: &'a [Range<usize>],
    /// Epochs of the schedule.
    pub epochs: usize,
    /// Decides all that is random.
    pub seed: u64,
}

impl Task<'_> {
    /// Steps of one epoch.
    pub fn steps(&self) -> usize {
        (self.own.len() * (OWN_REPEATS + PUBLIC_SHARE)).div_ceil(BATCH)
    }
}

/// Trains a model. `each_step` is called after every step; `each_epoch` after every epoch with its number, counted
/// from 1, and says whether to go on.
///
/// # Errors
/// If a tensor operation fails, or the callback does.
pub fn fit(
    task: &Task<'_>,
    mut each_step: impl FnMut(),
    mut each_epoch: impl FnMut(usize, &Model) -> Result<bool>,
) -> Result<Model> {
    let mut random = Random::new(task.seed, 1);
    let labels = task.tasks.last().map_or(1, |task| task.end);
    let mut model = Model {
        table: Table::new(FEATURES.buckets as usize, DIM),
        network: Network::new(labels, &mut random)?,
    };
    let parameters = ParamsAdamW {
        weight_decay: WEIGHT_DECAY,
        ..ParamsAdamW::default()
    };
    let mut optimiser = AdamW::new(model.network.vars(), parameters)?;
    let total = (task.steps() * task.epochs) as f32;
    let mut step = 0;
    for epoch in 1..=task.epochs {
        for rows in &epoch_batches(task, &mut random) {
            let rate = (step as f32 / (0.05 * total)).min(1.0) * (1.0 - 0.95 * step as f32 / total);
            step += 1;
            optimiser.set_learning_rate(NETWORK_RATE * f64::from(rate));
            learn(
                &mut model,
                &mut optimiser,
                task,
                rows,
                TABLE_RATE * rate,
                &mut random,
            )?;
            each_step();
        }
        if !each_epoch(epoch, &model)? {
            break;
        }
    }
    Ok(model)
}

/// The rows of one epoch in batches of similar length, so that little is computed on padding; true marks an own row.
/// Which rows meet in a batch, and the order of the batches, are random.
fn epoch_batches<'a>(task: &Task<'a>, random: &mut Random) -> Vec<Vec<(&'a Row, bool)>> {
    let mut rows: Vec<_> = task
        .own
        .iter()
        .flat_map(|row| [(*row, true); OWN_REPEATS])
        .collect();
    if !task.public.is_empty() {
        let public = task.own.len() * PUBLIC_SHARE;
        rows.extend((0..public).map(|_| (random.pick(task.public), false)));
    }
    random.shuffle(&mut rows);
    for pool in rows.chunks_mut(POOL * BATCH) {
        pool.sort_by_key(|(row, _)| row.text.len());
    }
    let mut batches: Vec<_> = rows.chunks(BATCH).map(<[_]>::to_vec).collect();
    random.shuffle(&mut batches);
    batches
}

fn learn(
    model: &mut Model,
    optimiser: &mut AdamW,
    task: &Task<'_>,
    rows: &[(&Row, bool)],
    rate: f32,
    random: &mut Random,
) -> Result<()> {
    let messages: Vec<Vec<i64>> = rows.iter().map(|(row, _)| seen(row, random)).collect();
    let prepared = prepare(&messages, &model.table)?;
    let logits = model
        .network
        .forward(&prepared.batch, Some((DROPOUT, random)))?;

    let weight = |own: bool| if own { 1.0 } else { PUBLIC_WEIGHT };
    let intent = targets(rows, INTENTS.len(), SMOOTHING, |row, own| {
        (row.intent, weight(own))
    })?;
    let sentiment = targets(rows, SENTIMENTS.len(), 0.0, |row, own| {
        (row.sentiment, SENTIMENT_WEIGHT * weight(own))
    })?;
    let mut loss =
        (cross_entropy(&logits.intent, &intent)? + cross_entropy(&logits.sentiment, &sentiment)?)?;
    for labels in task.tasks {
        let target = targets(rows, labels.len(), 0.0, |row, _| {
            let label = row.auxiliary.filter(|label| labels.contains(label));
            (label.map(|label| label - labels.start), AUXILIARY_WEIGHT)
        })?;
        let own_logits = logits.auxiliary.narrow(1, labels.start, labels.len())?;
        loss = (loss + cross_entropy(&own_logits, &target)?)?;
    }

    let gradients = loss.affine(1.0 / rows.len() as f64, 0.0)?.backward()?;
    optimiser.step(&gradients)?;
    let touched = gradients
        .get(&prepared.batch.rows)
        .context("the table has no gradient")?;
    model
        .table
        .update(&prepared.touched, &touched.flatten_all()?.to_vec1()?, rate);
    Ok(())
}

/// The features of a row as the model sees them in training: typed differently, some left out.
fn seen(row: &Row, random: &mut Random) -> Vec<i64> {
    const NOTHING_BUT_FRAME: [&str; 3] = ["greeting", "thanks_goodbye", "out_of_scope"];
    let framed = row
        .intent
        .is_some_and(|intent| !NOTHING_BUT_FRAME.contains(&INTENTS[intent]));
    let text = if random.chance(RETYPED) {
        augment(&row.text, framed, random)
    } else {
        row.text.clone()
    };
    let all = features(&text, &FEATURES);
    let kept: Vec<i64> = all
        .iter()
        .copied()
        .filter(|_| !random.chance(FEATURE_DROPOUT))
        .collect();
    if kept.is_empty() { all } else { kept }
}

/// One row of target probabilities per message, already weighted; zeros where the label is missing.
fn targets(
    rows: &[(&Row, bool)],
    labels: usize,
    smoothing: f32,
    of: impl Fn(&Row, bool) -> (Option<usize>, f32),
) -> Result<Tensor> {
    let mut values = vec![0.0; rows.len() * labels];
    for ((row, own), target) in rows.iter().zip(values.chunks_exact_mut(labels)) {
        if let (Some(label), weight) = of(row, *own) {
            target.fill(weight * smoothing / labels as f32);
            target[label] += weight * (1.0 - smoothing);
        }
    }
    Ok(Tensor::from_vec(
        values,
        (rows.len(), labels),
        &Device::Cpu,
    )?)
}

fn cross_entropy(logits: &Tensor, targets: &Tensor) -> candle_core::Result<Tensor> {
    log_softmax(logits)?.mul(targets)?.sum_all()?.neg()
}
