//! Multinomial logistic regression by L-BFGS: the loss is convex, so what is found does not depend on where it began.

use std::collections::VecDeque;

use ndarray::{Array2, ArrayView2, Axis, Zip};

/// Steps remembered to estimate the curvature.
const MEMORY: usize = 8;
/// A few examples per label need about 25; with a hundred the steps after this one change no prediction that matters.
const MAX_STEPS: usize = 40;
/// Where no weight would change the mean loss by more, the fit is good enough: a smaller limit changes no prediction
/// that matters.
const TOLERANCE: f32 = 1e-4;

/// What is to be fitted.
pub(crate) struct Task<'a> {
    /// One row per example; the last value of each is 1, for the bias.
    pub(crate) rows: ArrayView2<'a, f32>,
    /// The label of each row.
    pub(crate) labels: &'a [usize],
    /// Weight of the examples against the size of the weights (the inverse of the L2 penalty), as in scikit-learn's `C`.
    pub(crate) strength: f32,
}

impl Task<'_> {
    /// The weights that make the loss smallest: one column per label, its last row the bias. Begins at `from`.
    pub(crate) fn minimise(&self, from: Array2<f32>) -> Array2<f32> {
        let mut at = from;
        let (mut loss, mut slope) = self.evaluate(&at);
        let mut memory: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
        let enough = TOLERANCE * self.labels.len() as f32;
        for _ in 0..MAX_STEPS {
            if slope.iter().all(|value| value.abs() <= enough) {
                break;
            }
            let direction = downhill(&slope, &memory);
            let expected = dot(&slope, &direction);
            if expected >= 0.0 {
                // The rounding of the estimate has eaten up the direction: no better point can be told.
                break;
            }
            let mut size = if memory.is_empty() {
                (1.0 / dot(&slope, &slope).sqrt()) as f32
            } else {
                1.0
            };
            let mut found = None;
            for _ in 0..20 {
                let next = &at + &(&direction * size);
                let (next_loss, next_slope) = self.evaluate(&next);
                if next_loss <= loss + 1e-4 * f64::from(size) * expected {
                    found = Some((next, next_loss, next_slope));
                    break;
                }
                size *= 0.5;
            }
            let Some((next, next_loss, next_slope)) = found else {
                break;
            };
            let pair = Pair::new(&next - &at, &next_slope - &slope);
            if let Some(pair) = pair {
                if memory.len() == MEMORY {
                    memory.pop_front();
                }
                memory.push_back(pair);
            }
            (at, loss, slope) = (next, next_loss, next_slope);
        }
        at
    }

    /// The loss at these weights, and how it changes with each.
    fn evaluate(&self, weights: &Array2<f32>) -> (f64, Array2<f32>) {
        let mut errors = self.rows.dot(weights);
        let mut loss = 0.0;
        for (mut row, &label) in errors.axis_iter_mut(Axis(0)).zip(self.labels) {
            let true_logit = row[label];
            let log_sum = softmax(row.as_slice_mut().unwrap_or_default());
            loss += f64::from(log_sum - true_logit);
            row[label] -= 1.0;
        }
        let mut slope = self.rows.t().dot(&errors);
        let biases = weights.nrows() - 1;
        let penalty = 1.0 / self.strength;
        let mut size = 0.0;
        // The bias is free.
        Zip::from(slope.rows_mut())
            .and(weights.rows())
            .for_each(|mut slope, weights| {
                slope.scaled_add(penalty, &weights);
                size += f64::from(weights.dot(&weights));
            });
        let free = weights.row(biases);
        slope.row_mut(biases).scaled_add(-penalty, &free);
        size -= f64::from(free.dot(&free));
        (loss + 0.5 * f64::from(penalty) * size, slope)
    }
}

/// Turns logits into probabilities; gives the logarithm of the sum of their exponentials.
pub(crate) fn softmax(values: &mut [f32]) -> f32 {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in &mut *values {
        *value = (*value - largest).exp();
        sum += *value;
    }
    for value in &mut *values {
        *value /= sum;
    }
    largest + sum.ln()
}

/// One step and how the slope changed with it.
struct Pair {
    step: Array2<f32>,
    change: Array2<f32>,
    /// Their product, which is positive where the loss is convex.
    curvature: f64,
}

impl Pair {
    fn new(step: Array2<f32>, change: Array2<f32>) -> Option<Self> {
        let curvature = dot(&step, &change);
        (curvature > 1e-10).then_some(Self {
            step,
            change,
            curvature,
        })
    }
}

/// The two loops of L-BFGS.
fn downhill(slope: &Array2<f32>, memory: &VecDeque<Pair>) -> Array2<f32> {
    let mut direction = slope.mapv(|value| -value);
    let mut shares = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let share = dot(&pair.step, &direction) / pair.curvature;
        direction.scaled_add(-share as f32, &pair.change);
        shares.push(share);
    }
    if let Some(last) = memory.back() {
        direction *= (last.curvature / dot(&last.change, &last.change)) as f32;
    }
    for (pair, share) in memory.iter().zip(shares.into_iter().rev()) {
        let other = dot(&pair.change, &direction) / pair.curvature;
        direction.scaled_add((share - other) as f32, &pair.step);
    }
    direction
}

/// In lanes, so that it is quick, and summed in twice the precision.
fn dot(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    const LANES: usize = 8;
    let (a, b) = (
        a.as_slice().unwrap_or_default(),
        b.as_slice().unwrap_or_default(),
    );
    let mut sums = [0.0_f64; LANES];
    let (chunks_a, chunks_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let ends = chunks_a.remainder().iter().zip(chunks_b.remainder());
    let end: f64 = ends.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    for (a, b) in chunks_a.zip(chunks_b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += f64::from(*a) * f64::from(*b);
        }
    }
    sums.iter().sum::<f64>() + end
}
