//! Thresholds, chosen on rows that the model did not learn from.

use std::collections::BTreeMap;

use deskbell_protocol::IntentId;
use deskbell_triage::Thresholds;
use deskbell_triage::policy::{OUT_OF_SCOPE, SENSITIVE, TALK_TO_HUMAN};
use deskbell_triage::taxonomy::INTENTS;

/// Share of other validation messages that may be read as asking for a person. A person too many costs minutes; a
/// customer who asks for one and does not get one is what this product exists to prevent. A tenth of the validation
/// messages were written to be mistaken for a request, so in a shop's day the share is lower.
const HUMAN_FALSE_ALARMS: f32 = 0.01;
/// Share of other messages that may be read as one sensitive intent.
const SENSITIVE_FALSE_ALARMS: f32 = 0.01;
/// Whatever the validation rows say: from even odds on a label is believed, and below this never.
const RANGE: (f32, f32) = (0.03, 0.5);

/// What the model gives for one message: a probability per intent.
type Prediction = Vec<f32>;

/// The temperature in 0.25..=4 that makes the true labels likeliest. Rows without a label are passed over.
pub fn temperature(scores: &[&[f32]], truth: &[Option<usize>]) -> f32 {
    let loss = |temperature: f32| -> f32 {
        let of = |(scores, label): (&&[f32], &Option<usize>)| {
            let label = (*label)?;
            let power = |p: f32| p.max(1e-12).powf(1.0 / temperature);
            let sum: f32 = scores.iter().map(|&p| power(p)).sum();
            Some(-(power(scores[label]) / sum).ln())
        };
        scores.iter().zip(truth).filter_map(of).sum()
    };
    let candidates = (0..=80).map(|step| 0.25 * 16f32.powf(step as f32 / 80.0));
    candidates
        .min_by(|a, b| loss(*a).total_cmp(&loss(*b)))
        .unwrap_or(1.0)
}

/// Chooses the thresholds from predictions and true intents of held-out rows.
pub fn thresholds(predictions: &[Prediction], truth: &[usize]) -> Thresholds {
    let lowest = |name: &str, budget: f32| {
        let label = position(name);
        let mut others: Vec<f32> = predictions
            .iter()
            .zip(truth)
            .filter(|(_, intent)| **intent != label)
            .map(|(prediction, _)| prediction[label])
            .collect();
        others.sort_by(|a, b| b.total_cmp(a));
        let allowed = (others.len() as f32 * budget) as usize;
        let threshold = others.get(allowed).copied().unwrap_or(RANGE.1);
        // Just above the first score that would be one false alarm too many.
        let above = ((threshold * 1_000.0).floor() + 1.0) / 1_000.0;
        above.clamp(RANGE.0, RANGE.1)
    };
    let sensitive: BTreeMap<IntentId, f32> = SENSITIVE
        .iter()
        .filter_map(|name| {
            Some((
                IntentId::new(*name).ok()?,
                lowest(name, SENSITIVE_FALSE_ALARMS),
            ))
        })
        .collect();
    Thresholds {
        human: lowest(TALK_TO_HUMAN, HUMAN_FALSE_ALARMS),
        sensitive,
        in_scope: in_scope(predictions, truth),
    }
}

/// The threshold below which "out of scope" is right more often than the likeliest label is.
fn in_scope(predictions: &[Prediction], truth: &[usize]) -> f32 {
    let right = |threshold: f32| {
        let read = predictions.iter().map(|prediction| {
            let best = likeliest(prediction);
            if prediction[best] >= threshold {
                best
            } else {
                position(OUT_OF_SCOPE)
            }
        });
        read.zip(truth)
            .filter(|(read, truth)| read == *truth)
            .count()
    };
    let candidates = (0..=20).map(|step| step as f32 / 50.0);
    // Of equally good ones the lowest: `max_by_key` keeps the last.
    candidates
        .rev()
        .max_by_key(|&threshold| right(threshold))
        .unwrap_or(0.0)
}

/// The index of the largest value.
pub fn likeliest(scores: &[f32]) -> usize {
    (0..scores.len())
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
        .unwrap_or(0)
}

fn position(name: &str) -> usize {
    INTENTS
        .iter()
        .position(|known| *known == name)
        .unwrap_or(INTENTS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temperature_above_one_is_found_for_a_model_that_is_too_sure() {
        // Right nine times of ten, but always 99 % sure.
        let scores: Vec<&[f32]> = vec![&[0.99, 0.01]; 10];
        let mut truth = vec![Some(0); 10];
        truth[3] = Some(1);
        let found = temperature(&scores, &truth);
        let power = |p: f32| p.powf(1.0 / found);
        let sure = power(0.99) / (power(0.99) + power(0.01));
        assert!((sure - 0.9).abs() < 0.02, "{found} {sure}");
    }

    #[test]
    fn the_human_threshold_is_as_low_as_the_allowed_false_alarms_permit() {
        let human = position(TALK_TO_HUMAN);
        let scored = |score: f32| {
            let mut intent = vec![0.0; INTENTS.len()];
            intent[human] = score;
            intent
        };
        // Two hundred messages that ask for something else, scored 0.00, 0.002, … 0.398: two may be false alarms.
        let predictions: Vec<_> = (0..200).map(|score| scored(score as f32 / 500.0)).collect();
        let chosen = thresholds(&predictions, &[position("refund"); 200]).human;
        let alarms = predictions.iter().filter(|p| p[human] >= chosen).count();
        assert_eq!(alarms, 2);
    }
}
