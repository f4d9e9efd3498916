//! Batches of texts, and what a model in training makes of them.

use std::collections::HashMap;

use candle_core::{Device, Result, Tensor, Var};
use deskbell_triage::features;

use super::network::{Batch, softmax};
use super::{DIM, FEATURES, Model, Table};

/// Added to the attention score of padding: its weight becomes exactly 0.
const PADDING: f32 = -1e9;

/// The features of some messages with the rows of the table that they touch.
pub struct Prepared {
    /// For the network.
    pub batch: Batch,
    /// Numbers of `batch.rows` in the table.
    pub touched: Vec<u32>,
}

/// Puts the features of some messages, each at least one, into a batch.
pub fn prepare(messages: &[Vec<i64>], table: &Table) -> Result<Prepared> {
    let longest = messages.iter().map(Vec::len).max().unwrap_or(1);
    let mut touched = Vec::new();
    let mut places = HashMap::new();
    let mut index = Vec::with_capacity(messages.len() * longest);
    let mut padding = Vec::with_capacity(messages.len() * longest);
    for ids in messages {
        for &id in ids {
            let row = id as u32;
            let place = *places.entry(row).or_insert_with(|| {
                touched.push(row);
                touched.len() as u32 - 1
            });
            index.push(place);
            padding.push(0.0);
        }
        let missing = longest - ids.len();
        index.extend(std::iter::repeat_n(0, missing));
        padding.extend(std::iter::repeat_n(PADDING, missing));
    }
    let rows = Tensor::from_vec(table.gather(&touched), (touched.len(), DIM), &Device::Cpu)?;
    let batch = Batch {
        rows: Var::from_tensor(&rows)?,
        index: Tensor::from_vec(index, (messages.len(), longest), &Device::Cpu)?,
        padding: Tensor::from_vec(padding, (messages.len(), 1, longest), &Device::Cpu)?,
    };
    Ok(Prepared { batch, touched })
}

/// The probabilities of one message.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// Of each intent.
    pub intent: Vec<f32>,
    /// Of each sentiment.
    pub sentiment: Vec<f32>,
}

/// Reads texts with a model in training.
pub fn predict(model: &Model, texts: &[&str]) -> Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(texts.len());
    for chunk in texts.chunks(64) {
        let messages: Vec<_> = chunk.iter().map(|text| features(text, &FEATURES)).collect();
        let prepared = prepare(&messages, &model.table)?;
        let logits = model.network.forward(&prepared.batch, None)?;
        let intents = softmax(&logits.intent)?.to_vec2()?;
        let sentiments = softmax(&logits.sentiment)?.to_vec2()?;
        predictions.extend(
            intents
                .into_iter()
                .zip(sentiments)
                .map(|(intent, sentiment)| Prediction { intent, sentiment }),
        );
    }
    Ok(predictions)
}
