//! A matrix product with constant weights, for WebAssembly. tract's kernel for it keeps 16 vectors at once, more than the
//! 16 registers of x86-64 allow beside its operands; this one keeps 8. Elsewhere tract has assembly, which is faster.
//!
//! The vectors are written out because the build for the browser, optimised for size, makes none by itself.

use std::hash::{Hash, Hasher};

use tract_core::internal::*;

use vector::Vector;

/// Values of a vector.
const LANES: usize = 4;
/// Columns of the result that are computed together: two vectors.
const COLUMNS: usize = 2 * LANES;
/// Rows of the result that are computed together.
const ROWS: usize = 4;

/// The product of a tensor's last axis with a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    /// The weights of [`COLUMNS`] columns after those of the others, with 0 where the last panel has fewer.
    panels: Arc<Vec<[Vector; 2]>>,
    length: usize,
    columns: usize,
}

impl Linear {
    /// Lays out weights of the shape `[length of the axis, columns]`.
    pub(crate) fn new(weights: &[f32], columns: usize) -> Self {
        let length = weights.len() / columns;
        let mut panels = Vec::with_capacity(columns.div_ceil(COLUMNS) * length);
        for first in (0..columns).step_by(COLUMNS) {
            for row in weights.chunks_exact(columns) {
                let row = &row[first..columns.min(first + COLUMNS)];
                let at = |lane: usize| row.get(lane).copied().unwrap_or(0.0);
                panels.push(
                    [0, LANES].map(|lane| {
                        vector::new(at(lane), at(lane + 1), at(lane + 2), at(lane + 3))
                    }),
                );
            }
        }
        Self {
            panels: panels.into(),
            length,
            columns,
        }
    }

    fn multiply(&self, x: &[f32], y: &mut [f32]) {
        let rows = x.len() / self.length;
        for (place, panel) in self.panels.chunks_exact(self.length).enumerate() {
            let first = place * COLUMNS;
            let mut row = 0;
            while row < rows {
                // The last four overlap with those before; fewer than four are computed one by one.
                if rows >= ROWS {
                    row = row.min(rows - ROWS);
                    let four = self.four(&x[row * self.length..], panel);
                    for sums in four {
                        self.store(sums, y, row, first);
                        row += 1;
                    }
                } else {
                    let sums = self.one(&x[row * self.length..], panel);
                    self.store(sums, y, row, first);
                    row += 1;
                }
            }
        }
    }

    fn store(&self, [low, high]: [Vector; 2], y: &mut [f32], row: usize, first: usize) {
        let ([a, b, c, d], [e, f, g, h]) = (vector::values(low), vector::values(high));
        let y = &mut y[row * self.columns..][..self.columns][first..];
        for (y, value) in y.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *y = value;
        }
    }

    /// Four rows times a panel. Each sum has a name of its own so that it stays in a register.
    #[inline(never)]
    fn four(&self, x: &[f32], panel: &[[Vector; 2]]) -> [[Vector; 2]; ROWS] {
        let (x0, x) = x.split_at(self.length);
        let (x1, x) = x.split_at(self.length);
        let (x2, x) = x.split_at(self.length);
        let zero = vector::splat(0.0);
        let (mut low0, mut low1, mut low2, mut low3) = (zero, zero, zero, zero);
        let (mut high0, mut high1, mut high2, mut high3) = (zero, zero, zero, zero);
        for ((((&[low, high], &x0), &x1), &x2), &x3) in panel.iter().zip(x0).zip(x1).zip(x2).zip(x)
        {
            let x0 = vector::splat(x0);
            low0 = vector::add_product(low0, x0, low);
            high0 = vector::add_product(high0, x0, high);
            let x1 = vector::splat(x1);
            low1 = vector::add_product(low1, x1, low);
            high1 = vector::add_product(high1, x1, high);
            let x2 = vector::splat(x2);
            low2 = vector::add_product(low2, x2, low);
            high2 = vector::add_product(high2, x2, high);
            let x3 = vector::splat(x3);
            low3 = vector::add_product(low3, x3, low);
            high3 = vector::add_product(high3, x3, high);
        }
        [[low0, high0], [low1, high1], [low2, high2], [low3, high3]]
    }

    /// One row times a panel.
    #[inline(never)]
    fn one(&self, x: &[f32], panel: &[[Vector; 2]]) -> [Vector; 2] {
        let (mut sum_low, mut sum_high) = (vector::splat(0.0), vector::splat(0.0));
        for (&[low, high], &x) in panel.iter().zip(x) {
            let x = vector::splat(x);
            sum_low = vector::add_product(sum_low, x, low);
            sum_high = vector::add_product(sum_high, x, high);
        }
        [sum_low, sum_high]
    }
}

/// Four numbers at once.
#[cfg(target_arch = "wasm32")]
mod vector {
    pub(super) use std::arch::wasm32::{f32x4 as new, f32x4_splat as splat};
    use std::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, v128};

    pub(super) type Vector = v128;

    #[inline(always)]
    pub(super) fn add_product(sum: Vector, a: Vector, b: Vector) -> Vector {
        f32x4_add(sum, f32x4_mul(a, b))
    }

    #[inline(always)]
    pub(super) fn values(vector: Vector) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(vector),
            f32x4_extract_lane::<1>(vector),
            f32x4_extract_lane::<2>(vector),
            f32x4_extract_lane::<3>(vector),
        ]
    }
}

/// The same without the processor's help, so that the layout is tested everywhere.
#[cfg(not(target_arch = "wasm32"))]
mod vector {
    pub(super) type Vector = [f32; 4];

    pub(super) fn new(a: f32, b: f32, c: f32, d: f32) -> Vector {
        [a, b, c, d]
    }

    pub(super) fn splat(value: f32) -> Vector {
        [value; 4]
    }

    pub(super) fn add_product(sum: Vector, a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|lane| sum[lane] + a[lane] * b[lane])
    }

    pub(super) fn values(vector: Vector) -> [f32; 4] {
        vector
    }
}

/// Two are the same if they share their weights.
impl PartialEq for Linear {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.panels, &other.panels)
    }
}

impl Eq for Linear {}

impl Hash for Linear {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.panels).hash(state);
    }
}

impl Op for Linear {
    fn name(&self) -> StaticName {
        "Linear".into()
    }

    op_as_typed_op!();
}

impl EvalOp for Linear {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = args_1!(inputs);
        let mut shape: TVec<usize> = x.shape().into();
        if let Some(last) = shape.last_mut() {
            *last = self.columns;
        }
        let mut y = Tensor::zero::<f32>(&shape)?;
        let from = x.try_as_plain_ram()?;
        self.multiply(
            from.as_slice::<f32>()?,
            y.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?,
        );
        Ok(tvec!(y.into_tvalue()))
    }
}

impl TypedOp for Linear {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut fact = inputs[0].without_value();
        let last = fact.rank().checked_sub(1).context("no axis to multiply")?;
        fact.shape.set(last, self.columns.to_dim());
        Ok(tvec!(fact))
    }

    as_op!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_number_of_rows_and_columns_gives_the_product() {
        for (rows, length, columns) in [(1, 3, 1), (2, 5, 8), (3, 1, 9), (4, 7, 16), (9, 4, 27)] {
            let x: Vec<f32> = (0..rows * length).map(|at| at as f32 - 5.0).collect();
            let weights: Vec<f32> = (0..length * columns).map(|at| (at % 11) as f32).collect();
            let mut y = vec![0f32; rows * columns];
            let linear = Linear::new(&weights, columns);
            linear.multiply(&x, &mut y);
            for (at, found) in y.iter().enumerate() {
                let (row, column) = (at / columns, at % columns);
                let terms =
                    (0..length).map(|k| x[row * length + k] * weights[k * columns + column]);
                assert_eq!(*found, terms.sum::<f32>(), "{rows} {length} {columns}");
            }
        }
    }
}
