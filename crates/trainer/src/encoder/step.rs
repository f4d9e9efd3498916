//! One step of training on two cores: every core takes its own batch, and the gradients are added up.

use std::collections::HashMap;
use std::thread;

use anyhow::{Result, anyhow};
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

use super::Batch;

/// The table of pieces. A batch touches few of its rows, so it is updated row by row, outside the autograd graph, by
/// Adam (Kingma and Ba 2015) with its moments kept per value and moved only where a row occurs.
#[derive(Clone)]
pub struct Table {
    pub width: usize,
    pub values: Vec<f32>,
    /// While training for it: each column's step that the values are rounded to.
    pub steps_of_columns: Option<Vec<f32>>,
    first: Vec<f32>,
    second: Vec<f32>,
    steps: Vec<i32>,
}

impl Table {
    pub fn new(values: Vec<f32>, width: usize) -> Self {
        let rows = values.len() / width;
        Self {
            width,
            first: vec![0.0; values.len()],
            second: vec![0.0; values.len()],
            steps: vec![0; rows],
            values,
            steps_of_columns: None,
        }
    }

    /// A batch of messages of one length. The second part is the leaf whose gradient the table wants, and its rows.
    pub fn batch<S: AsRef<[u32]>>(&self, messages: &[S]) -> Result<(Batch, Leaf)> {
        let length = messages.first().map_or(0, |message| message.as_ref().len());
        let mut place: HashMap<u32, u32> = HashMap::new();
        let mut rows = Vec::new();
        let mut index = Vec::with_capacity(length * messages.len());
        for id in messages.iter().flat_map(AsRef::as_ref) {
            index.push(*place.entry(*id).or_insert_with(|| {
                rows.push(*id);
                rows.len() as u32 - 1
            }));
        }
        let mut values: Vec<f32> = rows
            .iter()
            .flat_map(|&row| self.row(row))
            .copied()
            .collect();
        if let Some(steps) = &self.steps_of_columns {
            for (value, step) in values.iter_mut().zip(steps.iter().cycle()) {
                *value = (*value / step).round() * step;
            }
        }
        let leaf = Var::from_tensor(&Tensor::from_vec(
            values,
            (rows.len(), self.width),
            &Device::Cpu,
        )?)?;
        let batch = Batch {
            rows: leaf.as_tensor().clone(),
            index: Tensor::from_vec(index, messages.len() * length, &Device::Cpu)?,
            messages: messages.len(),
            length,
        };
        Ok((batch, Leaf { var: leaf, rows }))
    }

    fn row(&self, row: u32) -> &[f32] {
        let start = row as usize * self.width;
        &self.values[start..start + self.width]
    }

    fn update(&mut self, gradients: &HashMap<u32, Vec<f32>>, rate: f32) {
        let mut rows: Vec<_> = gradients.iter().collect();
        rows.sort_unstable_by_key(|(row, _)| **row);
        for (&row, gradient) in rows {
            let step = &mut self.steps[row as usize];
            *step += 1;
            let (bias1, bias2) = (1.0 - 0.9f32.powi(*step), 1.0 - 0.99f32.powi(*step));
            let start = row as usize * self.width;
            for (at, g) in (start..start + self.width).zip(gradient) {
                self.first[at] = 0.9 * self.first[at] + 0.1 * g;
                self.second[at] = 0.99 * self.second[at] + 0.01 * g * g;
                self.values[at] -=
                    rate * (self.first[at] / bias1) / ((self.second[at] / bias2).sqrt() + 1e-8);
            }
        }
    }
}

/// The rows of the table in one batch.
pub struct Leaf {
    pub var: Var,
    rows: Vec<u32>,
}

/// What is trained: the dense weights by AdamW (Loshchilov and Hutter 2019), the table by its own rule.
pub struct Trainer {
    vars: Vec<Var>,
    optimiser: AdamW,
}

/// What a batch gives.
pub struct Gradients {
    store: GradStore,
    leaf: Leaf,
    /// The batch's mean loss.
    pub loss: f32,
}

impl Gradients {
    /// From a batch's loss.
    pub fn of(loss: &Tensor, leaf: Leaf) -> Result<Self> {
        Ok(Self {
            store: loss.backward()?,
            leaf,
            loss: loss.to_scalar()?,
        })
    }
}

impl Trainer {
    pub fn new(vars: Vec<Var>, weight_decay: f64) -> Result<Self> {
        let parameters = ParamsAdamW {
            weight_decay,
            beta2: 0.99,
            ..ParamsAdamW::default()
        };
        Ok(Self {
            optimiser: AdamW::new(vars.clone(), parameters)?,
            vars,
        })
    }

    /// Computes the batches' gradients in parallel and moves the weights by their mean.
    pub fn step<J: Send>(
        &mut self,
        table: &mut Table,
        jobs: Vec<J>,
        rate: f64,
        table_rate: f32,
        work: impl Fn(&Table, J) -> Result<Gradients> + Sync,
    ) -> Result<f32> {
        Self::step_both([(self, rate)], table, jobs, table_rate, work)
    }

    /// The same for several groups of weights, each with its own rate.
    pub fn step_both<J: Send, const N: usize>(
        groups: [(&mut Self, f64); N],
        table: &mut Table,
        jobs: Vec<J>,
        table_rate: f32,
        work: impl Fn(&Table, J) -> Result<Gradients> + Sync,
    ) -> Result<f32> {
        let count = jobs.len().max(1) as f64;
        let mut found = parallel(jobs, |job| work(table, job))?;
        let loss = found.iter().map(|gradients| gradients.loss).sum::<f32>();
        if table_rate > 0.0 {
            table.update(&rows(&found, table.width, count)?, table_rate);
        }
        let Some(first) = found.pop() else {
            return Ok(0.0);
        };
        let mut store = first.store;
        for (trainer, rate) in groups {
            for var in &trainer.vars {
                let mut sum = store.remove(var);
                for gradients in &found {
                    if let Some(gradient) = gradients.store.get(var) {
                        sum = Some(match sum {
                            Some(sum) => (sum + gradient)?,
                            None => gradient.clone(),
                        });
                    }
                }
                if let Some(sum) = sum {
                    store.insert(var, (sum * (1.0 / count))?);
                }
            }
            trainer.optimiser.set_learning_rate(rate);
            trainer.optimiser.step(&store)?;
        }
        Ok(loss / count as f32)
    }
}

/// The mean gradient of every row of the table that occurs.
fn rows(found: &[Gradients], width: usize, count: f64) -> Result<HashMap<u32, Vec<f32>>> {
    let mut rows: HashMap<u32, Vec<f32>> = HashMap::new();
    for gradients in found {
        let Some(gradient) = gradients.store.get(&gradients.leaf.var) else {
            continue;
        };
        let values: Vec<f32> = gradient.flatten_all()?.to_vec1()?;
        for (row, values) in gradients.leaf.rows.iter().zip(values.chunks_exact(width)) {
            let sum = rows.entry(*row).or_insert_with(|| vec![0.0; width]);
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += value / count as f32;
            }
        }
    }
    Ok(rows)
}

/// Cores used. candle's own threads are switched off (see `main`): on matrices this small they wait for each other.
const CORES: usize = 2;

/// Does `work` on every job, the jobs spread over the cores in order; the results are in the jobs' order.
pub fn parallel<J: Send, R: Send>(
    jobs: Vec<J>,
    work: impl Fn(J) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let count = jobs.len();
    let mut shares: Vec<Vec<(usize, J)>> = (0..CORES).map(|_| Vec::new()).collect();
    for (at, job) in jobs.into_iter().enumerate() {
        shares[at % CORES].push((at, job));
    }
    let mut results: Vec<Option<R>> = (0..count).map(|_| None).collect();
    let done = thread::scope(|scope| {
        let threads: Vec<_> = shares
            .into_iter()
            .map(|share| {
                let work = &work;
                scope.spawn(move || {
                    share
                        .into_iter()
                        .map(|(at, job)| Ok((at, work(job)?)))
                        .collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .map_err(|_| anyhow!("a training thread panicked"))?
            })
            .collect::<Result<Vec<_>>>()
    })?;
    for (at, result) in done.into_iter().flatten() {
        results[at] = Some(result);
    }
    results
        .into_iter()
        .map(|result| result.ok_or_else(|| anyhow!("a job was lost")))
        .collect()
}
