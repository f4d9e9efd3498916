//! Distillation: a student learns to give the teacher's sentence vectors (Reimers and Gurevych 2020, section 2).

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use candle_core::{Device, Tensor};

use super::step::{Gradients, Table, Trainer, parallel};
use super::student::Student;
use super::teacher::Teacher;
use super::{Dropout, mean, unit};
use crate::progress::Progress;
use crate::random::Random;

/// Texts in a piece of work that one core does.
const BATCH: usize = 48;
/// Batches in a step.
const BATCHES: usize = 4;
/// Texts embedded between two writes of the cache.
const CHUNK: usize = 2_048;

/// The teacher's vectors, each of length 1, one after the other in the texts' order. They are kept in the file `cache`
/// under a hash of the text: what was computed once is not computed again, and an interrupted run goes on where it
/// stopped.
///
/// # Errors
/// If the cache cannot be read or written.
pub fn teach(
    teacher: &Teacher,
    texts: &[String],
    cache: &Path,
    progress: &Progress,
) -> Result<Vec<f32>> {
    let width = teacher.encoder.shape.width;
    let record = 8 + 4 * width;
    if let Some(dir) = cache.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut bytes = if cache.exists() {
        fs::read(cache)?
    } else {
        Vec::new()
    };
    bytes.truncate(bytes.len() / record * record);
    let mut known: HashMap<u64, Vec<f32>> = bytes
        .chunks_exact(record)
        .map(|record| {
            let (hash, values) = record.split_at(8);
            (
                u64::from_le_bytes(hash.try_into().unwrap_or_default()),
                floats(values),
            )
        })
        .collect();
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(cache)
        .with_context(|| format!("cannot write {}", cache.display()))?;
    file.set_len(bytes.len() as u64)?;
    drop(bytes);
    let missing: Vec<&String> = texts
        .iter()
        .filter(|text| !known.contains_key(&hash(text)))
        .collect();
    let mut done = 0;
    let table = Table::new(teacher.table.clone(), width);
    for chunk in missing.chunks(CHUNK) {
        let ids: Vec<Vec<u32>> = chunk.iter().map(|text| teacher.encode(text)).collect();
        let vectors = embed(&ids, |batch| {
            let (batch, _) = table.batch(batch)?;
            let states = teacher.encoder.forward(&batch, &mut Dropout(None))?;
            Ok(unit(&mean(&states, &batch)?)?)
        })?;
        let mut bytes = Vec::with_capacity(chunk.len() * record);
        for (text, vector) in chunk.iter().zip(vectors) {
            bytes.extend_from_slice(&hash(text).to_le_bytes());
            bytes.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
            known.insert(hash(text), vector);
        }
        file.write_all(&bytes)?;
        done += chunk.len();
        progress.at(done, missing.len(), "");
    }
    progress.end();
    Ok(texts
        .iter()
        .flat_map(|text| known[&hash(text)].iter().copied())
        .collect())
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A student's vectors, each of length 1.
///
/// # Errors
/// If a tensor operation fails.
pub fn vectors(student: &Student, texts: &[String]) -> Result<Vec<Vec<f32>>> {
    let ids: Vec<Vec<u32>> = texts.iter().map(|text| student.encode(text)).collect();
    embed(&ids, |batch| {
        let (batch, _) = student.table.batch(batch)?;
        let states = student.encoder.forward(&batch, &mut Dropout(None))?;
        Ok(unit(&mean(&states, &batch)?)?)
    })
}

fn embed(
    ids: &[Vec<u32>],
    work: impl Fn(&[&Vec<u32>]) -> Result<Tensor> + Sync,
) -> Result<Vec<Vec<f32>>> {
    let order = batches((0..ids.len()).collect(), |&at| ids[at].len(), BATCH);
    let found = parallel(order.clone(), |places| {
        let batch: Vec<&Vec<u32>> = places.iter().map(|&at| &ids[at]).collect();
        Ok(work(&batch)?.to_vec2::<f32>()?)
    })?;
    let mut vectors = vec![Vec::new(); ids.len()];
    for (at, vector) in order.into_iter().flatten().zip(found.into_iter().flatten()) {
        vectors[at] = vector;
    }
    Ok(vectors)
}

/// Items of one length in batches of at most `most`, the order within a length kept.
pub fn batches<T>(items: Vec<T>, length: impl Fn(&T) -> usize, most: usize) -> Vec<Vec<T>> {
    let mut by_length: std::collections::BTreeMap<usize, Vec<Vec<T>>> =
        std::collections::BTreeMap::new();
    for item in items {
        let batches = by_length.entry(length(&item)).or_default();
        match batches.last_mut() {
            Some(last) if last.len() < most => last.push(item),
            _ => batches.push(vec![item]),
        }
    }
    by_length.into_values().flatten().collect()
}

/// How to distil.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub epochs: usize,
    /// Highest learning rates of the weights and of the table; reached early, then lowered in a straight line.
    pub rate: f64,
    pub table_rate: f32,
    pub seed: u64,
}

/// The learning rate's share at a step: up in the first twentieth, then down in a straight line to a fiftieth.
pub fn warmed(step: usize, steps: usize) -> f64 {
    let at = step as f64 / steps.max(1) as f64;
    (at / 0.05).min(1.0) * (1.0 - 0.98 * at)
}

/// One epoch of distillation, its number counted from 0: the student sees every text once. Every epoch begins with fresh
/// moments and its own random order, so that a run that goes on from a kept epoch gives what an uninterrupted one gives.
/// `each` hears the number of texts done and the mean cosine distance of late.
///
/// # Errors
/// If a tensor operation fails.
pub fn distil(
    student: &mut Student,
    texts: &[String],
    targets: &[f32],
    schedule: &Schedule,
    epoch: usize,
    mut each: impl FnMut(usize, f32),
) -> Result<()> {
    let width = student.encoder.shape.width;
    ensure!(
        targets.len() == texts.len() * width,
        "the teacher's vectors do not fit the texts"
    );
    let ids: Vec<Vec<u32>> = texts.iter().map(|text| student.encode(text)).collect();
    let mut random = Random::new(schedule.seed, 1_000 + epoch as u64);
    let mut trainer = Trainer::new(student.encoder.vars(), 0.01)?;
    student.table = Table::new(std::mem::take(&mut student.table.values), width);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    random.shuffle(&mut order);
    let mut order = batches(order, |&at| ids[at].len(), BATCH);
    random.shuffle(&mut order);
    let steps = order.len().div_ceil(BATCHES);
    let (mut done, mut recent) = (0, None);
    for (step, jobs) in order.chunks(BATCHES).enumerate() {
        let share = warmed(epoch * steps + step, schedule.epochs * steps) * eased(step);
        let encoder = &student.encoder;
        let loss = trainer.step(
            &mut student.table,
            jobs.to_vec(),
            schedule.rate * share,
            schedule.table_rate * share as f32,
            |table, places: Vec<usize>| {
                let messages: Vec<&Vec<u32>> = places.iter().map(|&at| &ids[at]).collect();
                let (batch, leaf) = table.batch(&messages)?;
                let states = encoder.forward(&batch, &mut Dropout(None))?;
                let found = unit(&mean(&states, &batch)?)?;
                let wanted: Vec<f32> = places
                    .iter()
                    .flat_map(|&at| &targets[at * width..(at + 1) * width])
                    .copied()
                    .collect();
                let wanted = Tensor::from_vec(wanted, (places.len(), width), &Device::Cpu)?;
                let cosine = (found * wanted)?.sum(1)?.mean_all()?;
                Gradients::of(&(1.0 - cosine)?, leaf)
            },
        )?;
        done += jobs.iter().map(Vec::len).sum::<usize>();
        let so_far = *recent.get_or_insert(loss);
        recent = Some(so_far + 0.02 * (loss - so_far));
        each(done, recent.unwrap_or(loss));
    }
    Ok(())
}

/// Fresh moments are rough: the first steps of an epoch are small.
fn eased(step: usize) -> f64 {
    ((step + 1) as f64 / 50.0).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_one_length_and_nothing_is_lost() {
        let items = vec!["a", "bb", "c", "dd", "e", "fff"];
        let batches = batches(items, |item| item.len(), 2);
        assert_eq!(
            batches,
            [vec!["a", "c"], vec!["e"], vec!["bb", "dd"], vec!["fff"]]
        );
    }

    #[test]
    fn the_rate_rises_early_and_then_falls() {
        let rates: Vec<f64> = (0..=100).map(|step| warmed(step, 100)).collect();
        assert!(
            rates[0] < rates[3]
                && rates[5] > rates[50]
                && rates[50] > rates[100]
                && rates[100] > 0.0
        );
    }
}
