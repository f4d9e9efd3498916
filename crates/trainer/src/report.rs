//! How good a model is, measured on labelled rows through the shipped inference.

use std::time::Instant;

use anyhow::Result;
use deskbell_inference::Classifier;
use deskbell_protocol::{Reading, Sentiment};
use deskbell_triage::policy::{SENSITIVE, TALK_TO_HUMAN};
use deskbell_triage::taxonomy::INTENTS;
use serde::Serialize;

use crate::data::{Row, SENTIMENTS};

/// Quality of one label. Shares are in 0..=1; one that has nothing to be a share of is 0.
#[derive(Clone, Debug, Serialize)]
pub struct LabelQuality {
    /// The label.
    pub label: &'static str,
    /// Of the messages read as this, how many are.
    pub precision: f32,
    /// Of the messages that are this, how many were read so.
    pub recall: f32,
    /// Harmonic mean of the two.
    pub f1: f32,
    /// Messages that are this.
    pub messages: usize,
}

/// Quality on a set of rows, thresholds applied.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Rows measured.
    pub messages: usize,
    /// Share of rows with the right intent.
    pub intent_accuracy: f32,
    /// Mean F1 over the intents.
    pub intent_macro_f1: f32,
    /// Share of rows with the right sentiment.
    pub sentiment_accuracy: f32,
    /// Mean F1 over the sentiments.
    pub sentiment_macro_f1: f32,
    /// Expected calibration error of the intent's confidence, 15 bins (Guo et al. 2017); in 0..=1.
    pub calibration_error: f32,
    /// Share of those who ask for a person that get one.
    pub human_recall: f32,
    /// Share of the others that are sent to a person for having asked.
    pub human_false_alarms: f32,
    /// Share of sensitive messages read as some sensitive intent or as asking for a person: a person gets them.
    pub sensitive_reaching_a_person: f32,
    /// Share of routine messages read as a sensitive intent or as asking for a person.
    pub routine_sent_to_a_person: f32,
    /// Mean milliseconds per message on this machine, in this build.
    pub milliseconds: f32,
    /// Per intent, in the taxonomy's order.
    pub intents: Vec<LabelQuality>,
    /// Per sentiment.
    pub sentiments: Vec<LabelQuality>,
}

/// One wrong reading.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The message.
    pub text: String,
    /// What it is.
    pub is: &'static str,
    /// How it was read.
    pub read: Reading,
}

/// Reads every row with `classifier`. Rows must have both labels.
///
/// # Errors
/// If a message cannot be read.
pub fn measure(classifier: &Classifier, rows: &[Row]) -> Result<(Report, Vec<Mistake>)> {
    let start = Instant::now();
    let readings: Vec<Reading> = rows
        .iter()
        .map(|row| classifier.classify(&row.text))
        .collect::<Result<_, _>>()?;
    let seconds = start.elapsed().as_secs_f32();

    let mut intents = Vec::with_capacity(rows.len());
    let mut sentiments = Vec::with_capacity(rows.len());
    let mut confidences = Vec::with_capacity(rows.len());
    let mut mistakes = Vec::new();
    for (row, reading) in rows.iter().zip(&readings) {
        let (Some(intent), Some(sentiment)) = (row.intent, row.sentiment) else {
            continue;
        };
        let (is, read) = (INTENTS[intent], reading.intent.as_str());
        intents.push((
            is,
            INTENTS
                .iter()
                .find(|known| **known == read)
                .copied()
                .unwrap_or(""),
        ));
        sentiments.push((SENTIMENTS[sentiment], name(reading.sentiment)));
        confidences.push((reading.confidence, is == read));
        if is != read {
            mistakes.push(Mistake {
                text: row.text.clone(),
                is,
                read: reading.clone(),
            });
        }
    }

    let to_person = |label: &str| label == TALK_TO_HUMAN || SENSITIVE.contains(&label);
    let asked = |label: &str| label == TALK_TO_HUMAN;
    let by_intent = quality(&INTENTS, &intents);
    let by_sentiment = quality(&SENTIMENTS, &sentiments);
    let report = Report {
        messages: intents.len(),
        intent_accuracy: share(&intents, |_| true, |(is, read)| is == read),
        intent_macro_f1: mean_f1(&by_intent),
        sentiment_accuracy: share(&sentiments, |_| true, |(is, read)| is == read),
        sentiment_macro_f1: mean_f1(&by_sentiment),
        calibration_error: calibration_error(&confidences),
        human_recall: share(&intents, |(is, _)| asked(is), |(_, read)| asked(read)),
        human_false_alarms: share(&intents, |(is, _)| !asked(is), |(_, read)| asked(read)),
        sensitive_reaching_a_person: share(
            &intents,
            |(is, _)| SENSITIVE.contains(&is),
            |(_, read)| to_person(read),
        ),
        routine_sent_to_a_person: share(
            &intents,
            |(is, _)| !to_person(is),
            |(_, read)| to_person(read),
        ),
        milliseconds: 1_000.0 * seconds / rows.len().max(1) as f32,
        intents: by_intent,
        sentiments: by_sentiment,
    };
    Ok((report, mistakes))
}

/// The wire name of a sentiment.
pub const fn name(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Negative => SENTIMENTS[0],
        Sentiment::Neutral => SENTIMENTS[1],
        Sentiment::Positive => SENTIMENTS[2],
    }
}

/// Expected calibration error: how far confidence and share of right ones are apart, on average over 15 bins of equal
/// width (Guo et al. 2017, equation 3).
pub fn calibration_error(confidences: &[(f32, bool)]) -> f32 {
    const BINS: usize = 15;
    let mut bins = [(0.0f32, 0.0f32); BINS];
    for &(confidence, right) in confidences {
        let bin = ((confidence * BINS as f32) as usize).min(BINS - 1);
        bins[bin].0 += confidence;
        bins[bin].1 += f32::from(u8::from(right));
    }
    let apart: f32 = bins
        .iter()
        .map(|(confidence, right)| (confidence - right).abs())
        .sum();
    apart / confidences.len().max(1) as f32
}

type Pair = (&'static str, &'static str);

fn quality(labels: &[&'static str], pairs: &[Pair]) -> Vec<LabelQuality> {
    let of = |&label: &&'static str| {
        let precision = share(pairs, |(_, read)| read == label, |(is, _)| is == label);
        let recall = share(pairs, |(is, _)| is == label, |(_, read)| read == label);
        let sum = precision + recall;
        LabelQuality {
            label,
            precision,
            recall,
            f1: if sum > 0.0 {
                2.0 * precision * recall / sum
            } else {
                0.0
            },
            messages: pairs.iter().filter(|(is, _)| *is == label).count(),
        }
    };
    labels.iter().map(of).collect()
}

fn mean_f1(labels: &[LabelQuality]) -> f32 {
    labels.iter().map(|label| label.f1).sum::<f32>() / labels.len().max(1) as f32
}

/// Of the pairs that are `among`, the share that is `counted`.
fn share(pairs: &[Pair], among: impl Fn(Pair) -> bool, counted: impl Fn(Pair) -> bool) -> f32 {
    let all = pairs.iter().filter(|pair| among(**pair)).count();
    let some = pairs
        .iter()
        .filter(|pair| among(**pair) && counted(**pair))
        .count();
    if all == 0 {
        0.0
    } else {
        some as f32 / all as f32
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |share: f32| format!("{:.1}", 100.0 * share);
        writeln!(
            f,
            "{:22} {:>9} {:>7} {:>6} {:>9}",
            "intent", "precision", "recall", "F1", "messages"
        )?;
        for label in self.intents.iter().chain(&self.sentiments) {
            if label.label == SENTIMENTS[0] {
                writeln!(
                    f,
                    "\n{:22} {:>9} {:>7} {:>6} {:>9}",
                    "sentiment", "precision", "recall", "F1", "messages"
                )?;
            }
            writeln!(
                f,
                "{:22} {:>9} {:>7} {:>6} {:>9}",
                label.label,
                percent(label.precision),
                percent(label.recall),
                percent(label.f1),
                label.messages
            )?;
        }
        let lines = [
            ("messages", self.messages.to_string()),
            ("intent accuracy, %", percent(self.intent_accuracy)),
            ("intent macro F1, %", percent(self.intent_macro_f1)),
            ("sentiment accuracy, %", percent(self.sentiment_accuracy)),
            ("sentiment macro F1, %", percent(self.sentiment_macro_f1)),
            (
                "intent calibration error (ECE), %",
                percent(self.calibration_error),
            ),
            (
                "asks for a person: recognised, %",
                percent(self.human_recall),
            ),
            (
                "does not ask for a person: false alarms, %",
                percent(self.human_false_alarms),
            ),
            (
                "sensitive: reaching a person, %",
                percent(self.sensitive_reaching_a_person),
            ),
            (
                "routine: sent to a person, %",
                percent(self.routine_sent_to_a_person),
            ),
            (
                "milliseconds per message",
                format!("{:.2}", self.milliseconds),
            ),
        ];
        writeln!(f)?;
        for (what, value) in lines {
            writeln!(f, "{what:44} {value:>8}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_that_is_kept_has_no_calibration_error_and_boasting_has_one() {
        let kept: Vec<_> = (0..10).map(|at| (0.8, at < 8)).collect();
        assert!(calibration_error(&kept) < 1e-6);
        let boasting: Vec<_> = (0..10).map(|at| (0.9, at < 5)).collect();
        assert!((calibration_error(&boasting) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn precision_and_recall_are_shares_of_the_right_things() {
        // Three are "a", of which two were read so; three were read as "a", of which two are.
        let pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "a")];
        let quality = quality(&["a", "b"], &pairs);
        assert!((quality[0].precision - 2.0 / 3.0).abs() < 1e-6);
        assert!((quality[0].recall - 2.0 / 3.0).abs() < 1e-6);
        assert_eq!((quality[1].f1, quality[1].messages), (0.0, 1));
    }
}
