//! Layer normalisation over the last axis as one operation: tract has it only as a chain of seven.

use tract_core::internal::*;

/// Sums are kept in this many parts, which the compiler puts into vector registers.
const LANES: usize = 8;

/// `(x - mean) / sqrt(variance + epsilon) * scale + bias`, with mean and variance of the last axis.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(crate) struct LayerNorm {
    /// As long as the last axis.
    pub(crate) scale: Arc<Tensor>,
    /// As long as the last axis.
    pub(crate) bias: Arc<Tensor>,
    /// The bits of epsilon: floating-point numbers have no `Eq`.
    pub(crate) epsilon: u32,
}

impl Op for LayerNorm {
    fn name(&self) -> StaticName {
        "LayerNorm".into()
    }

    op_as_typed_op!();
}

impl EvalOp for LayerNorm {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut output = args_1!(inputs).into_tensor();
        let scale = self.scale.try_as_plain_ram()?.as_slice::<f32>()?;
        let bias = self.bias.try_as_plain_ram()?.as_slice::<f32>()?;
        let epsilon = f32::from_bits(self.epsilon);
        let mut view = output.try_as_plain_ram_mut()?;
        for row in view.as_slice_mut::<f32>()?.chunks_exact_mut(scale.len()) {
            normalise(row, scale, bias, epsilon);
        }
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for LayerNorm {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}

fn normalise(row: &mut [f32], scale: &[f32], bias: &[f32], epsilon: f32) {
    let length = row.len() as f32;
    let mean = sum(row, |value| value) / length;
    let variance = sum(row, |value| (value - mean) * (value - mean)) / length;
    let factor = (variance + epsilon).sqrt().recip();
    for ((value, scale), bias) in row.iter_mut().zip(scale).zip(bias) {
        *value = (*value - mean) * factor * scale + bias;
    }
}

fn sum(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<LANES>();
    let mut parts = [0f32; LANES];
    for chunk in chunks {
        for (part, value) in parts.iter_mut().zip(chunk) {
            *part += term(*value);
        }
    }
    parts.iter().sum::<f32>() + rest.iter().map(|value| term(*value)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gets_mean_and_spread_of_bias_and_scale() {
        let mut row: Vec<f32> = (0..11).map(|value| value as f32 * 3.0 + 100.0).collect();
        normalise(&mut row, &[2.0; 11], &[5.0; 11], 0.0);
        let mean = row.iter().sum::<f32>() / 11.0;
        let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 11.0;
        assert!((mean - 5.0).abs() < 1e-4, "{mean}");
        assert!((variance - 4.0).abs() < 1e-4, "{variance}");
    }

    #[test]
    fn a_row_of_equal_values_becomes_the_bias() {
        let mut row = [7.0; 3];
        normalise(&mut row, &[2.0; 3], &[0.5; 3], 1e-12);
        assert_eq!(row, [0.5; 3]);
    }
}
