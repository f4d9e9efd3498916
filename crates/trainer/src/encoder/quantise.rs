//! Weights as few whole numbers. Every column gets a step that is a fixed share of its deviation, so that most weights
//! are small integers: stored as `int8`, they compress to the entropy of those integers, about
//! log2(4.13 / share) bits each for weights that are normally distributed (Gish and Pierce 1968).

use candle_core::{Result, Tensor};

/// Integers and each column's step; their product is the weights again, nearly.
pub struct Quantised {
    pub integers: Vec<i8>,
    pub steps: Vec<f32>,
}

/// Each column's step: `share` of the column's root mean square, but large enough for its largest value to fit.
pub fn steps(values: &[f32], columns: usize, share: f32) -> Vec<f32> {
    let mut squares = vec![0f32; columns];
    let mut largest = vec![0f32; columns];
    for row in values.chunks_exact(columns) {
        for ((square, largest), value) in squares.iter_mut().zip(&mut largest).zip(row) {
            *square += value * value;
            *largest = largest.max(value.abs());
        }
    }
    let rows = (values.len() / columns.max(1)).max(1) as f32;
    squares
        .iter()
        .zip(largest)
        .map(|(square, largest)| {
            (share * (square / rows).sqrt())
                .max(largest / 127.0)
                .max(1e-12)
        })
        .collect()
}

/// Rounds a matrix to whole steps.
pub fn quantise(values: &[f32], columns: usize, share: f32) -> Quantised {
    let steps = steps(values, columns, share);
    let integers = values
        .chunks_exact(columns)
        .flat_map(|row| {
            row.iter()
                .zip(&steps)
                .map(|(value, step)| (value / step).round() as i8)
        })
        .collect();
    Quantised { integers, steps }
}

/// The weights as they will be once rounded; gradients pass as if nothing were rounded (Bengio et al. 2013).
pub fn rounded(weights: &Tensor, share: f32) -> Result<Tensor> {
    let values = weights.detach();
    let steps = ((values.sqr()?.mean_keepdim(0)?.sqrt()? * f64::from(share))?
        .maximum(&(values.abs()?.max_keepdim(0)? * (1.0 / 127.0))?)?
        + 1e-12)?;
    let rounded = values
        .broadcast_div(&steps)?
        .round()?
        .broadcast_mul(&steps)?;
    weights + (rounded - values)?.detach()
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    #[test]
    fn weights_come_back_to_within_half_a_step_and_the_largest_fits() {
        let values = [0.1f32, -5.0, 0.2, 0.03, -0.15, 900.0];
        let Quantised { integers, steps } = quantise(&values, 2, 0.35);
        for ((value, integer), step) in values.iter().zip(&integers).zip(steps.iter().cycle()) {
            assert!((f32::from(*integer) * step - value).abs() <= step / 2.0 + 1e-6);
        }
    }

    #[test]
    fn rounding_is_the_files_rounding_and_lets_gradients_through() {
        let values = [0.11f32, -0.52, 0.23, 0.03, -0.15, 0.9];
        let weights =
            Var::from_tensor(&Tensor::from_slice(&values, (3, 2), &Device::Cpu).unwrap()).unwrap();
        let found = rounded(&weights, 0.35).unwrap();
        let Quantised { integers, steps } = quantise(&values, 2, 0.35);
        let filed = integers
            .iter()
            .zip(steps.iter().cycle())
            .map(|(integer, step)| f32::from(*integer) * step);
        let trained: Vec<f32> = found.flatten_all().unwrap().to_vec1().unwrap();
        assert!(trained.iter().zip(filed).all(|(a, b)| (a - b).abs() < 1e-5));
        let gradients = found.sum_all().unwrap().backward().unwrap();
        let gradient: Vec<f32> = gradients
            .get(&weights)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1()
            .unwrap();
        assert!(gradient.iter().all(|g| (g - 1.0).abs() < 1e-6));
    }
}
