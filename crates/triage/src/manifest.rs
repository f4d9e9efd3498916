//! What goes with a model file: its labels, its features and how to read its probabilities.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_protocol::{IntentId, Reading, Sentiment, SentimentScores};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::language::Foreign;
use crate::pieces::{Vocabulary, VocabularyError};
use crate::policy::UNKNOWN_LANGUAGE;

/// The manifest format that this code reads and writes.
pub const FORMAT: u32 = 2;

/// What [`Manifest::max_pieces`] may be: room for a start, an end and a word, and attention that stays quick.
pub const PIECES: std::ops::RangeInclusive<usize> = 8..=512;

/// From this probability on, a sensitive label stands whatever a merchant taught.
const LIKELY: f32 = 0.5;
/// A greeting in a few words and in whatever language ("Hola!") is taken for one from this probability on. English chats
/// are full of them, so the model has learnt them.
const GREETING: (&str, usize, f32) = ("greeting", 3, 0.8);

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
    /// The pieces of words that the model knows, in the order of its table's rows, with a space between them.
    pub vocabulary: String,
    /// Most pieces of a message that the model reads; its table of positions has as many rows. In [`PIECES`].
    pub max_pieces: usize,
    /// When a probability suffices.
    pub thresholds: Thresholds,
    /// What a merchant taught the model on top; nothing in the built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnLabels>,
}

/// A merchant's labels. They come on top of the built-in ones, which decide first about a person and sensitive matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnLabels {
    /// The labels in the order of the output `own`, which has one value more: the probability of none of them. One that
    /// a built-in label has the name of is that same intent.
    pub labels: Vec<IntentId>,
    /// What the merchant calls them, in the same order.
    pub names: Vec<String>,
    /// The likeliest is believed from this probability on, in 0..=1.
    pub in_scope: f32,
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
    /// The vocabulary cannot be used.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// Messages would be cut too short, or not at all.
    #[error("the manifest's max_pieces must be in 8 to 512")]
    MaxPieces,
    /// The merchant's labels are none, not distinct, or not named one by one.
    #[error(
        "the manifest must name the merchant's own labels, each once and with what it is called"
    )]
    OwnLabels,
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
        if let Some(own) = &self.own {
            own.check()?;
        }
        let limits = [self.thresholds.human, self.thresholds.in_scope];
        if !limits
            .iter()
            .chain(self.thresholds.sensitive.values())
            .all(|limit| (0.0..=1.0).contains(limit))
        {
            return Err(ManifestError::Threshold);
        }
        if !PIECES.contains(&self.max_pieces) {
            return Err(ManifestError::MaxPieces);
        }
        self.pieces().map(|_| ())
    }

    /// The vocabulary, ready to cut messages up.
    ///
    /// # Errors
    /// If a piece occurs twice or a special one is missing.
    pub fn pieces(&self) -> Result<Vocabulary, ManifestError> {
        let pieces: Vec<&str> = self.vocabulary.split(' ').collect();
        Ok(Vocabulary::new(&pieces)?)
    }

    /// What becomes of the model's reading of a message in a language that it did not learn: its guess is not acted on, not even
    /// that somebody asks for a person, who comes anyway; only the words tell that. A label that the merchant taught, perhaps
    /// in that very language, stays. A greeting alone is no more than that in any language.
    #[must_use]
    pub fn unread(&self, guess: Reading, own: &[f32], foreign: Foreign) -> Reading {
        // Not a built-in label's guess that has the name of the merchant's.
        let taught = |taught: &OwnLabels| {
            let mut scored = taught.labels.iter().zip(own);
            scored.any(|(label, score)| *label == guess.intent && *score >= taught.in_scope)
        };
        let (greeting, words, confidence) = GREETING;
        let greets = guess.intent.as_str() == greeting
            && foreign.words <= words
            && guess.confidence >= confidence;
        let kept = greets || self.own.as_ref().is_some_and(taught);
        if kept && !foreign.asks_for_person {
            return guess;
        }
        let unknown = IntentId::new(UNKNOWN_LANGUAGE).unwrap_or_else(|_| self.out_of_scope.clone());
        Reading {
            intent: if foreign.asks_for_person {
                self.human.clone()
            } else {
                unknown
            },
            confidence: 1.0,
            sentiment: Sentiment::Neutral,
            sentiment_scores: SentimentScores {
                negative: 0.0,
                neutral: 1.0,
                positive: 0.0,
            },
        }
    }

    /// Turns the model's probabilities into a reading. Asking for a person wins from a low probability on, then the
    /// sensitive labels from theirs (or, where the merchant's label below is believed, from even odds on), then the
    /// merchant's likeliest own label if it is likely enough, then the likeliest
    /// built-in one; if even that one is unlikely, the message is out of scope. So nothing that a merchant teaches keeps
    /// anybody from a person, and what they did not teach is read as without it.
    /// The confidence is always the model's own probability of the label given.
    ///
    /// `intent`, `sentiment` and `own` follow the manifest's order; missing or undefined values count as 0.
    #[must_use]
    pub fn interpret(&self, intent: &[f32], sentiment: &[f32], own: &[f32]) -> Reading {
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

        let taught = self.own.as_ref().and_then(|taught| {
            let scored = taught.labels.iter().enumerate();
            let scored = scored.map(|(at, label)| (label, likely(own, Some(at))));
            let best = scored.max_by(|(_, a), (_, b)| a.total_cmp(b));
            best.filter(|(_, score)| *score >= taught.in_scope)
        });
        // What is only possibly sensitive yields to what the merchant taught; what is likely to be does not.
        let even = if taught.is_some() { LIKELY } else { 0.0 };
        let sensitive = self
            .thresholds
            .sensitive
            .iter()
            .filter(|(label, limit)| of(label) >= limit.max(even))
            .max_by(|(a, _), (b, _)| of(a).total_cmp(&of(b)))
            .map(|(label, _)| label);
        let likeliest = self.intents.iter().max_by(|a, b| of(a).total_cmp(&of(b)));
        let (chosen, confidence) = if of(&self.human) >= self.thresholds.human {
            (&self.human, of(&self.human))
        } else if let Some(label) = sensitive {
            (label, of(label))
        } else if let Some(taught) = taught {
            taught
        } else {
            let label = likeliest
                .filter(|label| of(label) >= self.thresholds.in_scope)
                .unwrap_or(&self.out_of_scope);
            (label, of(label))
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
            confidence,
            sentiment,
            sentiment_scores,
        }
    }
}

impl OwnLabels {
    fn check(&self) -> Result<(), ManifestError> {
        let distinct: BTreeSet<_> = self.labels.iter().collect();
        if distinct.is_empty()
            || distinct.len() != self.labels.len()
            || self.names.len() != self.labels.len()
        {
            return Err(ManifestError::OwnLabels);
        }
        if !(0.0..=1.0).contains(&self.in_scope) {
            return Err(ManifestError::Threshold);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::SPECIAL;

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
            vocabulary: SPECIAL.join(" "),
            max_pieces: 64,
            thresholds: Thresholds {
                human: 0.2,
                sensitive: [(id("fraud"), 0.3), (id("privacy"), 0.3)].into(),
                in_scope: 0.4,
            },
            own: None,
        }
    }

    /// With two labels of a merchant's, one of which is a built-in one, too.
    fn taught() -> Manifest {
        Manifest {
            own: Some(OwnLabels {
                labels: ["brakes", "refund"].map(id).into(),
                names: ["Brakes", "Money back"].map(String::from).into(),
                in_scope: 0.5,
            }),
            ..manifest()
        }
    }

    fn read(intent: [f32; 5]) -> (String, f32) {
        let reading = manifest().interpret(&intent, &[0.2, 0.5, 0.3], &[]);
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
    fn what_a_merchant_taught_is_read_where_it_is_likely_enough_and_else_as_without_it() {
        let read = |intent: [f32; 5], own: [f32; 3]| {
            let reading = taught().interpret(&intent, &[0.2, 0.5, 0.3], &own);
            (String::from(reading.intent), reading.confidence)
        };
        let refund = [0.8, 0.1, 0.05, 0.0, 0.05];
        assert_eq!(read(refund, [0.6, 0.1, 0.3]), ("brakes".into(), 0.6));
        assert_eq!(read(refund, [0.1, 0.7, 0.2]), ("refund".into(), 0.7));
        assert_eq!(read(refund, [0.45, 0.05, 0.5]), ("refund".into(), 0.8));
        // The value behind the labels is none of them, however likely.
        assert_eq!(read(refund, [0.0, 0.0, 1.0]), ("refund".into(), 0.8));
        let nothing = [0.35, 0.1, 0.2, 0.2, 0.15];
        assert_eq!(read(nothing, [0.4, 0.1, 0.5]), ("other".into(), 0.15));
    }

    #[test]
    fn nothing_that_a_merchant_teaches_keeps_away_a_person_or_what_is_likely_to_need_one() {
        let read = |intent: [f32; 5]| {
            let reading = taught().interpret(&intent, &[0.2, 0.5, 0.3], &[1.0, 0.0, 0.0]);
            (String::from(reading.intent), reading.confidence)
        };
        assert_eq!(read([0.4, 0.2, 0.4, 0.0, 0.0]), ("human".into(), 0.2));
        assert_eq!(read([0.4, 0.1, 0.5, 0.0, 0.0]), ("fraud".into(), 0.5));
        // Squeaking brakes sound a little like a complaint: a workshop knows better.
        assert_eq!(read([0.6, 0.1, 0.3, 0.0, 0.0]), ("brakes".into(), 1.0));
    }

    #[test]
    fn contradictions_among_the_merchants_labels_are_found() {
        assert_eq!(taught().check(), Ok(()));
        let broken = |change: fn(&mut OwnLabels)| {
            let mut manifest = taught();
            manifest.own.iter_mut().for_each(change);
            manifest.check().unwrap_err()
        };
        assert_eq!(
            broken(|own| own.labels[0] = id("refund")),
            ManifestError::OwnLabels
        );
        assert_eq!(broken(|own| own.names.clear()), ManifestError::OwnLabels);
        assert_eq!(
            broken(|own| *own = OwnLabels {
                labels: vec![],
                names: vec![],
                in_scope: 0.5
            }),
            ManifestError::OwnLabels
        );
        assert_eq!(broken(|own| own.in_scope = 1.5), ManifestError::Threshold);
    }

    #[test]
    fn a_manifest_without_anything_taught_does_not_mention_it() {
        let json = serde_json::to_string(&manifest()).unwrap();
        assert!(!json.contains("own"));
        assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), manifest());
        let json = serde_json::to_string(&taught()).unwrap();
        assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), taught());
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed_at_and_words_tell_who_asks_for_a_person() {
        let foreign = |asks_for_person, words| Foreign {
            asks_for_person,
            words,
        };
        let refund = manifest().interpret(&[0.9, 0.0, 0.0, 0.0, 0.1], &[1.0, 0.0, 0.0], &[]);
        let read = manifest().unread(refund.clone(), &[], foreign(false, 5));
        assert_eq!(read.intent, id(UNKNOWN_LANGUAGE));
        assert_eq!(read.sentiment, Sentiment::Neutral);
        let asks = manifest().unread(refund, &[], foreign(true, 5));
        assert_eq!(asks.intent, id("human"));
        let human = manifest().interpret(&[0.1, 0.9, 0.0, 0.0, 0.0], &[0.0, 1.0, 0.0], &[]);
        let read = manifest().unread(human, &[], foreign(false, 1));
        assert_eq!(read.intent, id(UNKNOWN_LANGUAGE));
    }

    #[test]
    fn a_greeting_and_what_the_merchant_taught_are_read_in_any_language() {
        let greets = |confidence| Reading {
            intent: id("greeting"),
            confidence,
            ..taught().interpret(&[], &[], &[])
        };
        let alone = Foreign {
            asks_for_person: false,
            words: 1,
        };
        let read = |guess, foreign| taught().unread(guess, &[0.9], foreign).intent;
        assert_eq!(read(greets(0.9), alone), id("greeting"));
        assert_eq!(read(greets(0.5), alone), id(UNKNOWN_LANGUAGE));
        let long = Foreign { words: 8, ..alone };
        assert_eq!(read(greets(0.9), long), id(UNKNOWN_LANGUAGE));
        let own = taught().own.map(|own| own.labels[0].clone());
        let own = Reading {
            intent: own.expect("taught"),
            ..greets(0.9)
        };
        assert_eq!(read(own.clone(), long), own.intent);
    }

    #[test]
    fn outputs_that_are_missing_or_undefined_are_read_as_nothing() {
        let nothing = taught().interpret(&[], &[f32::NAN], &[f32::NAN]);
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
        assert_eq!(broken(|m| m.format = 1), ManifestError::Format(1));
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
        assert_eq!(broken(|m| m.max_pieces = 7), ManifestError::MaxPieces);
        assert_eq!(
            broken(|m| m.vocabulary.push_str(" [UNK]")),
            ManifestError::Vocabulary(VocabularyError::Repeated("[UNK]".into()))
        );
    }
}
