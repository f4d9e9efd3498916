//! Everything behind the embedding table, as a candle graph.

use candle_core::{D, Device, Result, Tensor, Var};
use deskbell_triage::taxonomy::INTENTS;

use super::{DIM, HEADS, HIDDEN, POOLED_SCALE};
use crate::data::SENTIMENTS;
use crate::random::Random;

/// The dense weights.
pub struct Network {
    /// What each attention head looks for, `[DIM, HEADS]`.
    pub queries: Var,
    /// `[HEADS * DIM, HIDDEN]` and `[HIDDEN]`.
    pub hidden: (Var, Var),
    /// `[HIDDEN, intents]` and `[intents]`.
    pub intent: (Var, Var),
    /// `[HIDDEN, sentiments]` and `[sentiments]`.
    pub sentiment: (Var, Var),
    /// `[HIDDEN, labels of all auxiliary tasks]` and as many biases.
    pub auxiliary: (Var, Var),
}

/// The features of some messages, padded to the longest.
pub struct Batch {
    /// Rows of the table that occur, `[unique, DIM]`.
    pub rows: Var,
    /// Which of them, `[messages, longest]`.
    pub index: Tensor,
    /// 0 for a feature and a large negative number for padding, `[messages, 1, longest]`.
    pub padding: Tensor,
}

/// The outputs before softmax, one row per message.
pub struct Logits {
    /// Of the intents.
    pub intent: Tensor,
    /// Of the sentiments.
    pub sentiment: Tensor,
    /// Of the labels of all auxiliary tasks.
    pub auxiliary: Tensor,
}

impl Network {
    /// Random weights for this many labels of auxiliary tasks.
    pub fn new(auxiliary: usize, random: &mut Random) -> Result<Self> {
        let layer = |inputs: usize, outputs: usize, gain: f32, random: &mut Random| {
            let deviation = gain / (inputs as f32).sqrt();
            let values: Vec<f32> = (0..inputs * outputs)
                .map(|_| deviation * random.normal())
                .collect();
            let weights =
                Var::from_tensor(&Tensor::from_vec(values, (inputs, outputs), &Device::Cpu)?)?;
            let bias = Var::zeros(outputs, candle_core::DType::F32, &Device::Cpu)?;
            Result::Ok((weights, bias))
        };
        Ok(Self {
            queries: layer(DIM, HEADS, 1.0, random)?.0,
            hidden: layer(HEADS * DIM, HIDDEN, std::f32::consts::SQRT_2, random)?,
            intent: layer(HIDDEN, INTENTS.len(), 0.5, random)?,
            sentiment: layer(HIDDEN, SENTIMENTS.len(), 0.5, random)?,
            auxiliary: layer(HIDDEN, auxiliary, 0.5, random)?,
        })
    }

    /// All weights, for the optimiser.
    pub fn vars(&self) -> Vec<Var> {
        [&self.hidden, &self.intent, &self.sentiment, &self.auxiliary]
            .into_iter()
            .flat_map(|(weights, bias)| [weights.clone(), bias.clone()])
            .chain([self.queries.clone()])
            .collect()
    }

    /// Reads a batch. While training, `dropout` is the share of pooled and hidden values left out.
    pub fn forward(
        &self,
        batch: &Batch,
        mut dropout: Option<(f32, &mut Random)>,
    ) -> Result<Logits> {
        let (messages, longest) = batch.index.dims2()?;
        let features = batch.rows.index_select(&batch.index.flatten_all()?, 0)?;
        let scores = features
            .matmul(&self.queries)?
            .reshape((messages, longest, HEADS))?
            .transpose(1, 2)?
            .broadcast_add(&batch.padding)?;
        let weights = softmax(&scores)?;
        let pooled = weights
            .matmul(&features.reshape((messages, longest, DIM))?)?
            .reshape((messages, HEADS * DIM))?
            .affine(POOLED_SCALE, 0.0)?;
        let pooled = drop(&pooled, &mut dropout)?;
        let hidden = linear(&pooled, &self.hidden)?.relu()?;
        let hidden = drop(&hidden, &mut dropout)?;
        Ok(Logits {
            intent: linear(&hidden, &self.intent)?,
            sentiment: linear(&hidden, &self.sentiment)?,
            auxiliary: linear(&hidden, &self.auxiliary)?,
        })
    }
}

fn linear(input: &Tensor, (weights, bias): &(Var, Var)) -> Result<Tensor> {
    input.matmul(weights)?.broadcast_add(bias)
}

fn drop(values: &Tensor, dropout: &mut Option<(f32, &mut Random)>) -> Result<Tensor> {
    let Some((share, random)) = dropout else {
        return Ok(values.clone());
    };
    let kept = 1.0 / (1.0 - *share);
    let mask: Vec<f32> = (0..values.elem_count())
        .map(|_| if random.chance(*share) { 0.0 } else { kept })
        .collect();
    values.mul(&Tensor::from_vec(mask, values.shape(), values.device())?)
}

/// Softmax over the last dimension; the largest value is subtracted as a constant, which changes no gradient.
pub fn softmax(values: &Tensor) -> Result<Tensor> {
    let powers = values
        .broadcast_sub(&values.max_keepdim(D::Minus1)?.detach())?
        .exp()?;
    powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)
}

/// The logarithm of [`softmax`].
pub fn log_softmax(values: &Tensor) -> Result<Tensor> {
    let shifted = values.broadcast_sub(&values.max_keepdim(D::Minus1)?.detach())?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}
