//! The embedding table. A batch touches few of its rows, so it is updated row by row, outside the autograd graph.

/// Rows of [`super::DIM`] values with the moments of Adam, which are updated only when a row is touched.
pub struct Table {
    dim: usize,
    values: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    step: i32,
    pub idf: Vec<f32>,
    scale: f32,
}

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

impl Table {
    /// A table of zeros: a feature that was never seen then says nothing.
    pub fn new(rows: usize, dim: usize) -> Self {
        let zeros = vec![0.0; rows * dim];
        Self {
            dim,
            values: zeros.clone(),
            first: zeros.clone(),
            second: zeros,
            step: 0,
            idf: vec![1.0; rows],
            scale: 0.0,
        }
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The values of these rows, one after the other.
    pub fn gather(&self, rows: &[u32]) -> Vec<f32> {
        rows.iter()
            .flat_map(|&row| {
                self.values[self.range(row)]
                    .iter()
                    .map(move |v| v * self.idf[row as usize])
            })
            .collect()
    }

    /// One step of Adam on these rows, given their gradients.
    pub fn update(&mut self, rows: &[u32], gradients: &[f32], rate: f32) {
        self.step += 1;
        let correct1 = 1.0 - BETA1.powi(self.step);
        let twd = super::fit::knob("TWD", 0.0);
        let correct2 = 1.0 - BETA2.powi(self.step);
        if super::fit::knob("OPT", 1.0) > 0.5 {
            let mean = gradients.iter().map(|g| g * g).sum::<f32>() / gradients.len() as f32;
            self.scale = BETA2 * self.scale + (1.0 - BETA2) * mean;
            let norm = (self.scale / correct2).sqrt() + 1e-12;
            for (&row, gradient) in rows.iter().zip(gradients.chunks_exact(self.dim)) {
                let range = self.range(row);
                for (value, &g) in self.values[range].iter_mut().zip(gradient) {
                    *value -= rate * twd * *value + rate * self.idf[row as usize] * g / norm;
                }
            }
            return;
        }
        for (&row, gradient) in rows.iter().zip(gradients.chunks_exact(self.dim)) {
            let range = self.range(row);
            let moments = self.first[range.clone()]
                .iter_mut()
                .zip(&mut self.second[range.clone()]);
            for ((value, (m, v)), &g) in self.values[range].iter_mut().zip(moments).zip(gradient) {
                *m = BETA1 * *m + (1.0 - BETA1) * g;
                *v = BETA2 * *v + (1.0 - BETA2) * g * g;
                *value -= rate * twd * *value;
                *value -= rate * (*m / correct1) / ((*v / correct2).sqrt() + EPSILON);
            }
        }
    }

    fn range(&self, row: u32) -> std::ops::Range<usize> {
        let start = row as usize * self.dim;
        start..start + self.dim
    }
}
