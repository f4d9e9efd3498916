//! Cross-validation: predictions for examples that the head did not see.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use ndarray::{Array2, ArrayView2, Axis};

use super::calibrate::Calibration;
use crate::descent::Task;

/// Parts that the examples are divided into; each is predicted from the others.
const FOLDS: usize = 5;

/// The fold of each example. Every label is spread over the folds, its neighbours in the file staying together: people
/// write variants of a message one after the other, and a variant of what was learnt measures nothing. Two examples are
/// enough for each to be predicted from the other. Those from `asked` on are in no fold: known to all, never predicted.
fn assign(labels: &[usize], asked: usize, count: usize) -> Vec<usize> {
    let mut sizes = vec![0_usize; count];
    for &label in &labels[..asked] {
        sizes[label] += 1;
    }
    let mut seen = vec![0; count];
    let folds = labels[..asked].iter().map(|&label| {
        let at = seen[label];
        seen[label] += 1;
        (at * FOLDS / sizes[label] + label) % FOLDS
    });
    folds.chain(labels[asked..].iter().map(|_| FOLDS)).collect()
}

/// Predictions are wanted for so many examples to choose a strength by; more tell the same.
const TO_CHOOSE: usize = 400;

/// What cross-validation found.
pub(super) struct HeldOut {
    /// The strength whose predictions are best, once they are as sure as they should be.
    pub(super) strength: f32,
    /// The logits of the examples that were asked with that strength, in their order.
    pub(super) logits: Array2<f32>,
}

/// Chooses a strength by the first folds and predicts the first `asked` examples, those of all folds.
pub(super) fn held_out(
    rows: ArrayView2<'_, f32>,
    labels: &[usize],
    asked: usize,
    count: usize,
    strengths: &[f32],
    progress: &mut dyn FnMut(usize, usize),
) -> HeldOut {
    let folds = assign(labels, asked, count);
    let to_choose = match strengths {
        [_] => 0,
        _ => TO_CHOOSE.div_ceil(asked.div_ceil(FOLDS)).min(FOLDS),
    };
    let steps = to_choose * strengths.len() + FOLDS - to_choose;
    let mut done = 0;
    let examples = Examples {
        rows,
        labels,
        asked,
        count,
        folds: &folds,
    };
    let mut step = || {
        done += 1;
        progress(done, steps);
    };
    let tried = examples.predict(0..to_choose, strengths, &mut step);
    let seen: Vec<usize> = (0..asked).filter(|&at| folds[at] < to_choose).collect();
    let seen_labels: Vec<usize> = seen.iter().map(|&at| labels[at]).collect();
    let losses = tried
        .iter()
        .map(|logits| Calibration::of(&logits.select(Axis(0), &seen), &seen_labels).loss);
    let best = losses.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
    let best = best.map_or(0, |(at, _)| at);
    let strength = strengths[best];
    let rest = examples.predict(to_choose..FOLDS, &[strength], &mut step);
    // Where a fold was not predicted there are zeros.
    let logits = &tried[best] + &rest[0];
    HeldOut { strength, logits }
}

struct Examples<'a> {
    rows: ArrayView2<'a, f32>,
    labels: &'a [usize],
    /// So many are to be predicted, the first ones.
    asked: usize,
    count: usize,
    /// The fold of each.
    folds: &'a [usize],
}

impl Examples<'_> {
    /// For each strength the logits of the examples in the folds wanted; zeros for the others. `step` is called when a
    /// fold is done with one strength.
    fn predict(
        &self,
        wanted: Range<usize>,
        strengths: &[f32],
        step: &mut dyn FnMut(),
    ) -> Vec<Array2<f32>> {
        let mut all = vec![Array2::zeros((self.asked, self.count)); strengths.len()];
        let next = AtomicUsize::new(wanted.start);
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..threads.min(wanted.len()) {
                let (send, next, end) = (send.clone(), &next, wanted.end);
                scope.spawn(move || {
                    loop {
                        let fold = next.fetch_add(1, Ordering::Relaxed);
                        if fold >= end {
                            break;
                        }
                        self.fold(fold, strengths, &|found| drop(send.send(found)));
                    }
                });
            }
            drop(send);
            for (strength, asked, logits) in receive {
                for (row, logits) in asked.iter().zip(logits.axis_iter(Axis(0))) {
                    all[strength].row_mut(*row).assign(&logits);
                }
                step();
            }
        });
        all
    }

    /// Predicts one fold with each strength: the strength's place, the examples, and their logits.
    fn fold(
        &self,
        fold: usize,
        strengths: &[f32],
        found: &dyn Fn((usize, Vec<usize>, Array2<f32>)),
    ) {
        let (known, asked): (Vec<usize>, Vec<usize>) =
            (0..self.labels.len()).partition(|&at| self.folds[at] != fold);
        let labels: Vec<usize> = known.iter().map(|&at| self.labels[at]).collect();
        let known = self.rows.select(Axis(0), &known);
        let rows = self.rows.select(Axis(0), &asked);
        let mut weights = Array2::zeros((rows.ncols(), self.count));
        for (at, &strength) in strengths.iter().enumerate() {
            let task = Task {
                rows: known.view(),
                labels: &labels,
                strength,
            };
            // What suits one strength is near to what suits the next.
            weights = task.minimise(weights);
            found((at, asked.clone(), rows.dot(&weights)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_in_several_folds_and_neighbours_stay_together() {
        let labels: Vec<_> = (0..20).map(|at| at / 10).chain([2, 2]).collect();
        let folds = assign(&labels, 22, 3);
        assert_eq!(folds[..10], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(folds[10..20], [1, 1, 2, 2, 3, 3, 4, 4, 0, 0]);
        assert_ne!(folds[20], folds[21]);
    }

    #[test]
    fn what_labels_are_called_is_known_to_all_folds() {
        assert_eq!(assign(&[0, 0, 1, 1, 0, 1], 4, 2)[4..], [FOLDS, FOLDS]);
    }
}
