//! The embedding table. A batch touches few of its rows, so it is updated row by row, outside the autograd graph.

/// Rows of [`super::DIM`] values.
pub struct Table {
    dim: usize,
    values: Vec<f32>,
    /// Running mean of the squared gradients, over all values.
    square: f32,
    step: i32,
}

/// How much of the running mean stays from step to step.
const DECAY: f32 = 0.999;

impl Table {
    /// A table of zeros: a feature that was never seen then says nothing.
    pub fn new(rows: usize, dim: usize) -> Self {
        Self {
            dim,
            values: vec![0.0; rows * dim],
            square: 0.0,
            step: 0,
        }
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The values of these rows, one after the other.
    pub fn gather(&self, rows: &[u32]) -> Vec<f32> {
        let values = rows.iter().flat_map(|&row| &self.values[self.range(row)]);
        values.copied().collect()
    }

    /// One step down the gradients of these rows. All are divided by one number, the size of recent gradients, and
    /// not value by value as Adam does: a feature seen once must not move as far as one seen often.
    pub fn update(&mut self, rows: &[u32], gradients: &[f32], rate: f32) {
        self.step += 1;
        let mean = gradients.iter().map(|g| g * g).sum::<f32>() / gradients.len().max(1) as f32;
        self.square = DECAY * self.square + (1.0 - DECAY) * mean;
        let size = (self.square / (1.0 - DECAY.powi(self.step)))
            .sqrt()
            .max(1e-12);
        for (&row, gradient) in rows.iter().zip(gradients.chunks_exact(self.dim)) {
            let range = self.range(row);
            for (value, g) in self.values[range].iter_mut().zip(gradient) {
                *value -= rate * g / size;
            }
        }
    }

    fn range(&self, row: u32) -> std::ops::Range<usize> {
        let start = row as usize * self.dim;
        start..start + self.dim
    }
}
