//! Makes probabilities mean what they say.

use ndarray::{Array2, Axis};

use crate::descent::softmax;

/// What to divide held-out logits by so that the right labels are likeliest.
pub(super) fn temperature(logits: &Array2<f32>, labels: &[usize]) -> f32 {
    // The loss has one minimum over the logarithm of the temperature: golden section.
    let golden = (5.0_f32.sqrt() - 1.0) / 2.0;
    let loss = |power: f32| mean_loss(logits, labels, power.exp());
    let (mut low, mut high) = (0.05_f32.ln(), 5.0_f32.ln());
    let mut left = high - golden * (high - low);
    let mut right = low + golden * (high - low);
    let (mut at_left, mut at_right) = (loss(left), loss(right));
    for _ in 0..24 {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = loss(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = loss(right);
        }
    }
    ((low + high) / 2.0).exp()
}

/// Mean negative logarithm of the right label's probability.
fn mean_loss(logits: &Array2<f32>, labels: &[usize], temperature: f32) -> f64 {
    let mut values = Vec::new();
    let losses = logits.axis_iter(Axis(0)).zip(labels).map(|(row, &label)| {
        values.clear();
        values.extend(row.iter().map(|logit| logit / temperature));
        let own = values[label];
        f64::from(softmax(&mut values) - own)
    });
    losses.sum::<f64>() / labels.len() as f64
}
