//! What is read from a message's vector, and how encoder and heads learn it together.

use anyhow::Result;
use candle_core::{D, Device, Tensor, Var};

use super::distil::{batches, warmed};
use super::step::{Gradients, Table, Trainer, parallel};
use super::student::Student;
use super::{Dropout, Encoder, Linear, log_softmax, mean, normal, softmax, unit};
use crate::random::Random;

/// A hidden layer and a linear head for each task.
#[derive(Clone)]
pub struct Heads {
    /// Width to hidden units; none: the heads read the vector itself.
    pub hidden: Option<Linear>,
    /// A head's outputs are its labels' scores before softmax.
    pub tasks: Vec<Linear>,
}

impl Heads {
    /// Random heads with these numbers of labels.
    ///
    /// # Errors
    /// If a tensor operation fails.
    pub fn new(width: usize, hidden: usize, labels: &[usize], random: &mut Random) -> Result<Self> {
        let layer = match hidden {
            0 => None,
            units => Some(Linear::random(
                width,
                units,
                std::f32::consts::SQRT_2,
                random,
            )?),
        };
        let inputs = if hidden == 0 { width } else { hidden };
        let tasks = labels
            .iter()
            .map(|&count| Linear::random(inputs, count, 0.5, random));
        Ok(Self {
            hidden: layer,
            tasks: tasks.collect::<candle_core::Result<_>>()?,
        })
    }

    /// All weights, for the optimiser.
    pub fn vars(&self) -> Vec<Var> {
        self.hidden
            .iter()
            .chain(&self.tasks)
            .flat_map(|Linear(w, b)| [w.clone(), b.clone()])
            .collect()
    }

    /// Every task's scores before softmax.
    ///
    /// # Errors
    /// If a tensor operation fails.
    pub fn forward(
        &self,
        vectors: &Tensor,
        rounding: Option<f32>,
        dropout: &mut Dropout<'_>,
    ) -> Result<Vec<Tensor>> {
        let input = dropout.apply(vectors)?;
        let input = match &self.hidden {
            Some(layer) => dropout.apply(&layer.forward(&input, rounding)?.relu()?)?,
            None => input,
        };
        Ok(self
            .tasks
            .iter()
            .map(|task| task.forward(&input, None))
            .collect::<candle_core::Result<_>>()?)
    }
}

/// One message to learn from.
pub struct Lesson<'a> {
    pub text: String,
    /// A label per task, if known.
    pub labels: Vec<Option<usize>>,
    /// Weight beside other lessons.
    pub weight: f32,
    /// The teacher's vector of it, to stay close to.
    pub taught: Option<&'a [f32]>,
}

/// How to learn.
#[derive(Clone, Debug)]
pub struct Tuning {
    pub epochs: usize,
    pub rate: f64,
    pub table_rate: f32,
    pub head_rate: f64,
    pub dropout: f32,
    /// Probability spread over the other labels.
    pub smoothing: f32,
    /// Weight of each task.
    pub task_weights: Vec<f32>,
    /// Weight of staying close to the teacher.
    pub teacher_weight: f64,
    /// Share of the deviation that weights are rounded to, in the last part of the epochs.
    pub rounding: Option<f32>,
    pub seed: u64,
}

/// Messages in a batch, and batches in a step.
const BATCH: usize = 32;
const BATCHES: usize = 2;
/// Share of the steps after which the weights are rounded.
const ROUND_FROM: f32 = 0.6;

/// Trains encoder and heads on lessons. `typed` gives a lesson's text as somebody else would type it, or as it is.
/// `each` hears of every step: steps done and in all, and the mean loss of late.
///
/// # Errors
/// If a tensor operation fails.
pub fn tune(
    student: &mut Student,
    heads: &Heads,
    lessons: &[Lesson<'_>],
    tuning: &Tuning,
    typed: impl Fn(&Lesson<'_>, &mut Random) -> String,
    mut each: impl FnMut(usize, usize, f32),
) -> Result<()> {
    let mut random = Random::new(tuning.seed, 20);
    let mut encoder = Trainer::new(student.encoder.vars(), 0.01)?;
    let mut head = Trainer::new(heads.vars(), 0.05)?;
    let steps = tuning.epochs * lessons.len().div_ceil(BATCH * BATCHES);
    let (mut step, mut recent) = (0, 0.0);
    while step < steps {
        let mut order: Vec<(usize, Vec<u32>)> = lessons
            .iter()
            .enumerate()
            .map(|(at, lesson)| (at, student.encode(&typed(lesson, &mut random))))
            .collect();
        random.shuffle(&mut order);
        let mut order = batches(order, |(_, ids)| ids.len(), BATCH);
        random.shuffle(&mut order);
        // Lengths that few messages have make small batches; a step takes as many as make it a full one.
        let mut start = 0;
        while start < order.len() && step < steps {
            let mut end = start;
            let mut messages = 0;
            while end < order.len() && (messages < BATCH * BATCHES || end - start < BATCHES) {
                messages += order[end].len();
                end += 1;
            }
            let jobs: Vec<_> = order[start..end]
                .iter()
                .map(|batch| (batch, random.fork()))
                .collect();
            start = end;
            if let Some(share) = tuning.rounding
                && step as f32 >= ROUND_FROM * steps as f32
            {
                student.encoder.rounding = Some(share);
                if student.table.steps_of_columns.is_none() {
                    let table = &student.table;
                    student.table.steps_of_columns =
                        Some(super::quantise::steps(&table.values, table.width, share));
                }
            }
            let share = warmed(step, steps);
            let weights = &student.encoder;
            let total: f32 = messages as f32;
            let count = jobs.len() as f32;
            let loss = Trainer::step_both(
                [
                    (&mut encoder, tuning.rate * share),
                    (&mut head, tuning.head_rate * share),
                ],
                &mut student.table,
                jobs,
                tuning.table_rate * share as f32,
                |table, (batch, mut random)| {
                    let share = batch.len() as f32 / total * count;
                    loss(
                        weights,
                        heads,
                        table,
                        lessons,
                        batch,
                        tuning,
                        share,
                        &mut random,
                    )
                },
            )?;
            step += 1;
            recent += (loss - recent) * if step == 1 { 1.0 } else { 0.02 };
            each(step, steps, recent);
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one call, from the loop above")]
fn loss(
    encoder: &Encoder,
    heads: &Heads,
    table: &Table,
    lessons: &[Lesson<'_>],
    messages: &[(usize, Vec<u32>)],
    tuning: &Tuning,
    share: f32,
    random: &mut Random,
) -> Result<Gradients> {
    let ids: Vec<&Vec<u32>> = messages.iter().map(|(_, ids)| ids).collect();
    let (batch, leaf) = table.batch(&ids)?;
    let mut dropout = Dropout(Some((tuning.dropout, random)));
    let states = encoder.forward(&batch, &mut dropout)?;
    let pooled = mean(&states, &batch)?;
    let scores = heads.forward(&normal(&pooled)?, encoder.rounding, &mut dropout)?;
    let mut sum = Tensor::zeros((), candle_core::DType::F32, &Device::Cpu)?;
    for (task, scores) in scores.iter().enumerate() {
        let labels = scores.dim(1)?;
        let spread = tuning.smoothing / (labels - 1).max(1) as f32;
        let mut targets = vec![0f32; messages.len() * labels];
        for ((at, _), row) in messages.iter().zip(targets.chunks_exact_mut(labels)) {
            let lesson = &lessons[*at];
            if let Some(label) = lesson.labels[task] {
                row.fill(spread * lesson.weight);
                row[label] = (1.0 - tuning.smoothing) * lesson.weight;
            }
        }
        let targets = Tensor::from_vec(targets, (messages.len(), labels), &Device::Cpu)?;
        let likelihood = (log_softmax(scores)? * targets)?.sum_all()?;
        let weight = f64::from(tuning.task_weights[task]) / messages.len() as f64;
        sum = (sum - (likelihood * weight)?)?;
    }
    if tuning.teacher_weight > 0.0 {
        let width = encoder.shape.width;
        let wanted: Vec<f32> = messages
            .iter()
            .flat_map(|(at, _)| {
                lessons[*at]
                    .taught
                    .map_or_else(|| vec![0.0; width], <[f32]>::to_vec)
            })
            .collect();
        let wanted = Tensor::from_vec(wanted, (messages.len(), width), &Device::Cpu)?;
        let cosine = (unit(&pooled)? * wanted)?.sum(D::Minus1)?.mean_all()?;
        sum = (sum + ((1.0 - cosine)? * tuning.teacher_weight)?)?;
    }
    Gradients::of(&(sum * f64::from(share))?, leaf)
}

/// Every task's probabilities for every text.
///
/// # Errors
/// If a tensor operation fails.
pub fn predict(student: &Student, heads: &Heads, texts: &[&str]) -> Result<Vec<Vec<Vec<f32>>>> {
    let ids: Vec<(usize, Vec<u32>)> = texts
        .iter()
        .map(|text| student.encode(text))
        .enumerate()
        .collect();
    let order = batches(ids, |(_, ids)| ids.len(), 48);
    let found = parallel(
        order.iter().collect(),
        |messages: &Vec<(usize, Vec<u32>)>| {
            let ids: Vec<&Vec<u32>> = messages.iter().map(|(_, ids)| ids).collect();
            let (batch, _) = student.table.batch(&ids)?;
            let states = student.encoder.forward(&batch, &mut Dropout(None))?;
            let vectors = normal(&mean(&states, &batch)?)?;
            let scores = heads.forward(&vectors, student.encoder.rounding, &mut Dropout(None))?;
            scores
                .iter()
                .map(|scores| Ok(softmax(scores)?.to_vec2::<f32>()?))
                .collect::<Result<Vec<_>>>()
        },
    )?;
    let mut predictions = vec![vec![Vec::new(); heads.tasks.len()]; texts.len()];
    for (messages, tasks) in order.iter().zip(found) {
        for (task, rows) in tasks.into_iter().enumerate() {
            for ((at, _), row) in messages.iter().zip(rows) {
                predictions[*at][task] = row;
            }
        }
    }
    Ok(predictions)
}
