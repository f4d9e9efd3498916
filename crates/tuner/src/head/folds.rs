//! Cross-validation: predictions for examples that the head did not see.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use ndarray::{Array2, ArrayView2, Axis};

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

/// The logits of the first `asked` examples, in their order, each predicted from the others' folds. `progress` is told
/// what is done of what.
pub(super) fn held_out(
    rows: ArrayView2<'_, f32>,
    labels: &[usize],
    asked: usize,
    count: usize,
    strength: f32,
    progress: &mut dyn FnMut(usize, usize),
) -> Array2<f32> {
    let folds = assign(labels, asked, count);
    let examples = Examples {
        rows,
        labels,
        asked,
        count,
        folds: &folds,
        strength,
    };
    let mut done = 0;
    examples.predict(&mut || {
        done += 1;
        progress(done, FOLDS);
    })
}

struct Examples<'a> {
    rows: ArrayView2<'a, f32>,
    labels: &'a [usize],
    /// So many are to be predicted, the first ones.
    asked: usize,
    count: usize,
    /// The fold of each.
    folds: &'a [usize],
    strength: f32,
}

impl Examples<'_> {
    /// Predicts all folds, on all processors. `step` is called when a fold is done.
    fn predict(&self, step: &mut dyn FnMut()) -> Array2<f32> {
        let mut all = Array2::zeros((self.asked, self.count));
        let next = AtomicUsize::new(0);
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..threads.min(FOLDS) {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let fold = next.fetch_add(1, Ordering::Relaxed);
                        if fold >= FOLDS {
                            break;
                        }
                        drop(send.send(self.fold(fold)));
                    }
                });
            }
            drop(send);
            for (asked, logits) in receive {
                for (row, logits) in asked.iter().zip(logits.axis_iter(Axis(0))) {
                    all.row_mut(*row).assign(&logits);
                }
                step();
            }
        });
        all
    }

    /// The examples of a fold, and their logits.
    fn fold(&self, fold: usize) -> (Vec<usize>, Array2<f32>) {
        let (known, asked): (Vec<usize>, Vec<usize>) =
            (0..self.labels.len()).partition(|&at| self.folds[at] != fold);
        let labels: Vec<usize> = known.iter().map(|&at| self.labels[at]).collect();
        let known = self.rows.select(Axis(0), &known);
        let rows = self.rows.select(Axis(0), &asked);
        let task = Task {
            rows: known.view(),
            labels: &labels,
            strength: self.strength,
        };
        let weights = task.minimise(Array2::zeros((rows.ncols(), self.count)));
        (asked, rows.dot(&weights))
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
