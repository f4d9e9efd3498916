//! What goes with a model file: its labels, its features and how to read its probabilities.

use std::collections::BTreeMap;

use deskbell_protocol::{IntentId, Reading, Sentiment, SentimentScores};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::features::FeatureParams;

/// The manifest format that this code reads and writes.
pub const FORMAT: u32 = 1;

/// `manifest.json` beside `model.onnx`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// SHA-256 of `model.onnx` in lower-case hexadecimal.
    pub model_sha256: String,
    /// The labels in the order of the output `intent`.
    pub intents: Vec<IntentId>,
    /// The labels in the order of the output `sentiment`: each of the three once.
    pub sentiments: Vec<Sentiment>,
    /// The label of somebody who wants a person.
    pub human: IntentId,
    /// The label of what the model knows nothing about.
    pub out_of_scope: IntentId,
    /// Labels that always go to a person.
    pub sensitive: Vec<IntentId>,
    /// How messages are cut up for this model.
    pub features: FeatureParams,
    /// When a probability suffices.
    pub thresholds: Thresholds,
}

/// Probabilities, chosen on validation data, from which a label is believed. All in 0..=1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The human label is read from this probability on, whatever else is likelier.
    pub human: f32,
    /// A sensitive label is read from this probability on, whatever else but the human label is likelier.
    pub sensitive: BTreeMap<IntentId, f32>,
    /// Below this, the likeliest label is not believed and the message is out of scope.
    pub in_scope: f32,
}

/// Why a manifest cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ManifestError {
    /// Written for other code.
    #[error("the manifest has format {0}, this reads {FORMAT}")]
    Format(u32),
    /// The intents are too few or not distinct.
    #[error("the manifest must name at least two intents, each once")]
    Intents,
    /// The sentiments are not the three, each once.
    #[error("the manifest must name negative, neutral and positive, each once")]
    Sentiments,
    /// A role is given to a label that the model does not have.
    #[error("the manifest's '{0}' is not among its intents")]
    UnknownLabel(IntentId),
    /// A threshold is not a probability.
    #[error("the manifest has a threshold outside 0 to 1")]
    Threshold,
    /// The feature parameters make no sense.
    #[error("the manifest's feature parameters are out of range")]
    Features,
}

impl Manifest {
    /// Checks that the parts agree with each other.
    ///
    /// # Errors
    /// The first disagreement found.
    pub fn check(&self) -> Result<(), ManifestError> {
        if self.format != FORMAT {
            return Err(ManifestError::Format(self.format));
        }
        let mut distinct: Vec<_> = self.intents.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < 2 || distinct.len() != self.intents.len() {
            return Err(ManifestError::Intents);
        }
        let all = [Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive];
        if self.sentiments.len() != all.len() || !all.iter().all(|s| self.sentiments.contains(s)) {
            return Err(ManifestError::Sentiments);
        }
        let roles = [&self.human, &self.out_of_scope];
        let unknown = roles
            .into_iter()
            .chain(&self.sensitive)
            .chain(self.thresholds.sensitive.keys())
            .find(|label| !self.intents.contains(label));
        if let Some(label) = unknown {
            return Err(ManifestError::UnknownLabel(label.clone()));
        }
        let limits = [self.thresholds.human, self.thresholds.in_scope];
        if !limits
            .iter()
            .chain(self.thresholds.sensitive.values())
            .all(|limit| (0.0..=1.0).contains(limit))
        {
            return Err(ManifestError::Threshold);
        }
        if !self.features.are_valid() {
            return Err(ManifestError::Features);
        }
        Ok(())
    }

    /// Turns the model's probabilities into a reading. Asking for a person wins from a low probability on, then the
    /// sensitive labels from theirs, then the likeliest; if even that one is unlikely, the message is out of scope.
    /// The confidence is always the model's own probability of the label given.
    ///
    /// `intent` and `sentiment` follow the manifest's order; missing or undefined values count as 0.
    #[must_use]
    pub fn interpret(&self, intent: &[f32], sentiment: &[f32]) -> Reading {
        let likely = |scores: &[f32], at: Option<usize>| {
            let score = at.and_then(|at| scores.get(at)).copied().unwrap_or(0.0);
            if score.is_nan() {
                0.0
            } else {
                score.clamp(0.0, 1.0)
            }
        };
        let of = |label: &IntentId| likely(intent, self.intents.iter().position(|l| l == label));
        let felt =
            |label: Sentiment| likely(sentiment, self.sentiments.iter().position(|&l| l == label));

        let sensitive = self
            .thresholds
            .sensitive
            .iter()
            .filter(|(label, limit)| of(label) >= **limit)
            .max_by(|(a, _), (b, _)| of(a).total_cmp(&of(b)))
            .map(|(label, _)| label);
        let likeliest = self.intents.iter().max_by(|a, b| of(a).total_cmp(&of(b)));
        let chosen = if of(&self.human) >= self.thresholds.human {
            &self.human
        } else if let Some(label) = sensitive {
            label
        } else {
            likeliest
                .filter(|label| of(label) >= self.thresholds.in_scope)
                .unwrap_or(&self.out_of_scope)
        };

        let sentiment_scores = SentimentScores {
            negative: felt(Sentiment::Negative),
            neutral: felt(Sentiment::Neutral),
            positive: felt(Sentiment::Positive),
        };
        // Neutral comes last so that it wins a tie.
        let sentiment = [Sentiment::Negative, Sentiment::Positive, Sentiment::Neutral]
            .into_iter()
            .max_by(|&a, &b| felt(a).total_cmp(&felt(b)))
            .unwrap_or(Sentiment::Neutral);
        Reading {
            intent: chosen.clone(),
            confidence: of(chosen),
            sentiment,
            sentiment_scores,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> IntentId {
        IntentId::new(name).unwrap()
    }

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            model_sha256: String::new(),
            intents: ["refund", "human", "fraud", "privacy", "other"]
                .map(id)
                .into(),
            sentiments: vec![Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive],
            human: id("human"),
            out_of_scope: id("other"),
            sensitive: vec![id("fraud"), id("privacy")],
            features: FeatureParams {
                buckets: 8,
                char_ngrams: (3, 5),
                max_tokens: 10,
                max_word_chars: 10,
            },
            thresholds: Thresholds {
                human: 0.2,
                sensitive: [(id("fraud"), 0.3), (id("privacy"), 0.3)].into(),
                in_scope: 0.4,
            },
        }
    }

    fn read(intent: [f32; 5]) -> (String, f32) {
        let reading = manifest().interpret(&intent, &[0.2, 0.5, 0.3]);
        (reading.intent.into(), reading.confidence)
    }

    #[test]
    fn the_likeliest_label_is_read_when_nothing_is_at_stake() {
        assert_eq!(read([0.8, 0.1, 0.05, 0.0, 0.05]), ("refund".into(), 0.8));
    }

    #[test]
    fn a_small_chance_of_wanting_a_person_wins_over_everything() {
        assert_eq!(read([0.4, 0.2, 0.4, 0.0, 0.0]), ("human".into(), 0.2));
    }

    #[test]
    fn a_sensitive_label_wins_from_its_threshold_on_and_the_likelier_of_two_is_named() {
        assert_eq!(read([0.6, 0.1, 0.3, 0.0, 0.0]), ("fraud".into(), 0.3));
        assert_eq!(read([0.0, 0.1, 0.4, 0.5, 0.0]), ("privacy".into(), 0.5));
        assert_eq!(read([0.65, 0.1, 0.25, 0.0, 0.0]), ("refund".into(), 0.65));
    }

    #[test]
    fn when_nothing_is_likely_the_message_is_out_of_scope() {
        assert_eq!(read([0.35, 0.1, 0.2, 0.2, 0.15]), ("other".into(), 0.15));
    }

    #[test]
    fn outputs_that_are_missing_or_undefined_are_read_as_nothing() {
        let nothing = manifest().interpret(&[], &[f32::NAN]);
        assert_eq!(nothing.intent, id("other"));
        assert_eq!(nothing.sentiment, Sentiment::Neutral);
        assert!(nothing.sentiment_scores.negative.abs() < f32::EPSILON);
    }

    #[test]
    fn contradictions_are_found() {
        assert_eq!(manifest().check(), Ok(()));
        let broken = |change: fn(&mut Manifest)| {
            let mut manifest = manifest();
            change(&mut manifest);
            manifest.check().unwrap_err()
        };
        assert_eq!(broken(|m| m.format = 2), ManifestError::Format(2));
        assert_eq!(
            broken(|m| m.intents[0] = id("human")),
            ManifestError::Intents
        );
        assert_eq!(
            broken(|m| m.sentiments[0] = Sentiment::Neutral),
            ManifestError::Sentiments
        );
        assert_eq!(
            broken(|m| m.human = id("boss")),
            ManifestError::UnknownLabel(id("boss"))
        );
        assert_eq!(
            broken(|m| m.thresholds.human = f32::NAN),
            ManifestError::Threshold
        );
        assert_eq!(broken(|m| m.features.buckets = 7), ManifestError::Features);
    }
}
