//! What was read instead of what: counts, rates, and a page to look at.

use std::collections::BTreeMap;

use deskbell_protocol::IntentId;

use crate::Label;
pub use crate::page::page;

/// How one message was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<'a> {
    /// The message.
    pub text: &'a str,
    /// The label that it has.
    pub label: usize,
    /// What was read.
    pub read: IntentId,
    /// How sure that was, from 0 to 1.
    pub confidence: f32,
}

/// How well one label is read. Rates are from 0 to 1; none where there is nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Messages that have it.
    pub examples: usize,
    /// Of those read as this label, the share that has it.
    pub precision: Option<f64>,
    /// Of those that have it, the share read as it.
    pub recall: Option<f64>,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
}

/// What was read instead of what.
#[derive(Clone, Debug)]
pub struct Confusion<'a> {
    /// The labels; the rows of `counts` in this order.
    pub labels: &'a [Label],
    /// What was measured.
    pub outcomes: &'a [Outcome<'a>],
    /// For each label how often each was read; the last column is for whatever is none of the labels, which the built-in
    /// ones decide.
    pub counts: Vec<Vec<usize>>,
}

impl<'a> Confusion<'a> {
    /// Counts. Outcomes whose label is not among `labels` are left out.
    #[must_use]
    pub fn new(labels: &'a [Label], outcomes: &'a [Outcome<'a>]) -> Self {
        let columns: BTreeMap<&IntentId, usize> =
            labels.iter().map(|label| &label.id).zip(0..).collect();
        let mut counts = vec![vec![0; labels.len() + 1]; labels.len()];
        for outcome in outcomes {
            if let Some(row) = counts.get_mut(outcome.label) {
                row[columns.get(&outcome.read).copied().unwrap_or(labels.len())] += 1;
            }
        }
        Self {
            labels,
            outcomes,
            counts,
        }
    }

    /// The share that was read rightly; 0 if nothing was measured.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.labels.len()).map(|at| self.counts[at][at]).sum();
        share(right, self.total()).unwrap_or(0.0)
    }

    /// The share that was left to the built-in labels; 0 if nothing was measured.
    #[must_use]
    pub fn left(&self) -> f64 {
        let left: usize = self.counts.iter().map(|row| row[self.labels.len()]).sum();
        share(left, self.total()).unwrap_or(0.0)
    }

    /// How many were measured.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// How well a label is read, by its place among the labels.
    #[must_use]
    pub fn rates(&self, label: usize) -> Rates {
        let right = self.counts[label][label];
        let examples = self.counts[label].iter().sum();
        let read = self.counts.iter().map(|row| row[label]).sum();
        Rates {
            examples,
            precision: share(right, read),
            recall: share(right, examples),
            f1: share(2 * right, examples + read),
        }
    }

    /// The pairs that were mixed up, the most frequent first: a label, what was read instead (none for what is left to
    /// the built-in labels), and how often.
    #[must_use]
    pub fn mixed_up(&self) -> Vec<(&Label, Option<&Label>, usize)> {
        let mut pairs = Vec::new();
        for (at, (label, row)) in self.labels.iter().zip(&self.counts).enumerate() {
            let wrong = row
                .iter()
                .enumerate()
                .filter(|&(read, &count)| read != at && count > 0);
            pairs.extend(wrong.map(|(read, &count)| (label, self.labels.get(read), count)));
        }
        pairs.sort_by_key(|&(_, _, count)| std::cmp::Reverse(count));
        pairs
    }

    /// The messages that were not read as what they are, in the order of their labels.
    #[must_use]
    pub fn misread(&self) -> Vec<(&Label, &Outcome<'a>)> {
        let mut misread: Vec<_> = self
            .outcomes
            .iter()
            .filter_map(|outcome| Some((self.labels.get(outcome.label)?, outcome)))
            .filter(|(label, outcome)| label.id != outcome.read)
            .collect();
        misread.sort_by_key(|(_, outcome)| outcome.label);
        misread
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
