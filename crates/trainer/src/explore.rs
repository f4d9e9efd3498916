//! `deskbell-trainer explore`: cuts several students out of the teacher, distils each on the same texts for the same
//! short time, and writes what each costs and gives: `candidates.json`, and `candidates.svg` to look at.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use deskbell_inference::Engine;
use deskbell_tuner::fit;
use serde::{Deserialize, Serialize};

use crate::data::corpus::{self, records};
use crate::data::{measured, own};
use crate::encoder::distil::{Schedule, distil, teach, vectors};
use crate::encoder::export::onnx;
use crate::encoder::fetch;
use crate::encoder::heads::Heads;
use crate::encoder::student::{Cut, Student};
use crate::encoder::teacher::Teacher;
use crate::plot;
use crate::progress::Progress;
use crate::random::Random;
use crate::train::{POSITIONS, ROUNDING, accuracy};

/// Layers of the teacher, feed-forward units and pieces of each candidate.
const CANDIDATES: [(&[usize], usize, usize); 7] = [
    (&[], 0, 8_000),
    (&[0], 1_536, 8_000),
    (&[5], 1_536, 8_000),
    (&[0, 5], 768, 4_000),
    (&[0, 5], 768, 8_000),
    (&[0, 5], 1_536, 8_000),
    (&[0, 3, 5], 576, 8_000),
];
/// Texts that each is distilled on, once; and texts kept apart to compare it with the teacher on.
const TEXTS: usize = 16_000;
const HELD_OUT: usize = 2_000;
/// Examples of each CLINC150 label: the figure that candidates are compared by.
const SHOTS: usize = 10;
/// Runs that a time is the best of, and pieces of the message.
const RUNS: usize = 100;
const PIECES: usize = 20;

/// What a candidate is, costs and gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// The teacher's layers kept.
    pub layers: Vec<usize>,
    /// Feed-forward units of each.
    pub feed: usize,
    /// Pieces in the vocabulary.
    pub pieces: usize,
    /// Cosine with the teacher's vectors on texts not distilled on.
    pub cosine: f32,
    /// Accuracy on CLINC150's validation split with ten examples a label, %. Nothing is distilled on its texts, and no test
    /// split is looked at to choose.
    pub few: f32,
    /// The ONNX file under brotli, bytes.
    pub bytes: usize,
    /// Native time for a message of twenty pieces, the best of many runs: whatever else the machine does only adds to it.
    /// Milliseconds.
    pub milliseconds: f32,
}

/// Where things are.
pub struct Settings<'a> {
    /// Folder of the public sets.
    pub data: &'a Path,
    /// Folder of the own data.
    pub own: &'a Path,
    /// Folder of the teacher.
    pub teacher: &'a Path,
    /// Folder of what is kept between runs.
    pub work: &'a Path,
    /// Folder to write to.
    pub out: &'a Path,
}

/// Tries every candidate.
///
/// # Errors
/// If data or teacher are missing, or nothing can be written.
pub fn explore(settings: &Settings<'_>) -> Result<()> {
    fs::create_dir_all(settings.out)?;
    fetch::teacher(settings.teacher)?;
    let teacher = Teacher::read(settings.teacher)?;
    let own: Vec<String> = own::training(settings.own)?
        .into_iter()
        .map(|own| own.row.text)
        .collect();
    let mut texts = corpus::texts(settings.data, &own, &measured(settings.own)?)?;
    Random::new(1, 5).shuffle(&mut texts);
    let cut_by = texts.clone();
    texts.truncate(TEXTS + HELD_OUT);
    let progress = Progress::new("texts through the teacher");
    let taught = teach(
        &teacher,
        &texts,
        &settings.work.join("teacher.f32"),
        &progress,
    )?;
    let mut found: Vec<Candidate> = Vec::new();
    for (layers, feed, pieces) in CANDIDATES {
        let cut = Cut {
            layers: layers.to_vec(),
            feed,
            pieces,
            positions: POSITIONS,
        };
        let mut student = Student::cut(&teacher, &cut, cut_by.iter().map(String::as_str))?;
        let schedule = Schedule {
            epochs: 1,
            rate: 8e-4,
            table_rate: 1.5e-3,
            seed: 1,
        };
        let width = student.encoder.shape.width;
        let start = HELD_OUT * width;
        let progress = Progress::new(format!("layers {layers:?}, {feed} units, {pieces} pieces"));
        distil(
            &mut student,
            &texts[HELD_OUT..],
            &taught[start..],
            &schedule,
            0,
            |done, distance| {
                progress.at(done, TEXTS, &format!("distance {distance:.3}"));
            },
        )?;
        progress.end();
        let heads = Heads::new(width, 0, &[27, 3], &mut Random::new(1, 30))?;
        let file = onnx(&student, &heads, &["intent", "sentiment"], ROUNDING)?;
        let held = vectors(&student, &texts[..HELD_OUT])?;
        let cosine = |(a, b): (&Vec<f32>, &[f32])| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let candidate = Candidate {
            layers: layers.to_vec(),
            feed,
            pieces: student.pieces.len(),
            cosine: held
                .iter()
                .zip(taught.chunks_exact(width))
                .map(cosine)
                .sum::<f32>()
                / HELD_OUT as f32,
            few: few(&student, settings.data)?,
            bytes: compressed(&file),
            milliseconds: milliseconds(&file)?,
        };
        println!("{}", row(&candidate));
        found.push(candidate);
    }
    fs::write(
        settings.out.join("candidates.json"),
        serde_json::to_string_pretty(&found)? + "\n",
    )?;
    fs::write(
        settings.out.join("candidates.svg"),
        plot::candidates(&found),
    )?;
    Ok(())
}

/// A candidate as a row of a markdown table.
pub fn row(candidate: &Candidate) -> String {
    let Candidate {
        layers,
        feed,
        pieces,
        cosine,
        few,
        bytes,
        milliseconds,
    } = candidate;
    let layers: Vec<String> = layers.iter().map(usize::to_string).collect();
    let layers = if layers.is_empty() {
        "none".to_owned()
    } else {
        layers.join(", ")
    };
    let megabytes = *bytes as f32 / 1e6;
    format!(
        "| {layers} | {feed} | {pieces} | {cosine:.3} | {few:.1} | {megabytes:.2} | {milliseconds:.2} |"
    )
}

/// The bytes as they travel: brotli, quality 11.
pub fn compressed(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    // Writing to memory does not fail.
    match brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters) {
        Ok(_) => out.len(),
        Err(_) => bytes.len(),
    }
}

fn few(student: &Student, data: &Path) -> Result<f32> {
    let records = records(data, "clinc150")?;
    let train = records.iter().filter(|record| record.split == "train");
    let mut names: Vec<&str> = train.map(|record| record.label.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let of = |split: &str| {
        let rows = records.iter().filter(|record| record.split == split);
        let rows = rows.filter_map(|record| {
            Some((
                record.text.clone(),
                names.iter().position(|name| *name == record.label)?,
            ))
        });
        rows.collect::<Vec<_>>()
    };
    let (mut train, asked) = (of("train"), of("val"));
    Random::new(1, 40).shuffle(&mut train);
    let mut taken = vec![0; names.len()];
    train.retain(|(_, label)| {
        taken[*label] += 1;
        taken[*label] <= SHOTS
    });
    let read = |rows: Vec<(String, usize)>| {
        let (texts, labels): (Vec<String>, Vec<usize>) = rows.into_iter().unzip();
        anyhow::Ok((vectors(student, &texts)?, labels))
    };
    let (train, labels) = read(train)?;
    let head = fit(&train, &labels, &[], names.len(), &mut |_, _| ())?;
    let (asked, labels) = read(asked)?;
    let scores: Vec<Vec<f32>> = asked
        .iter()
        .map(|vector| head.probabilities(vector))
        .collect();
    Ok(100.0 * accuracy(scores.iter().map(Vec::as_slice).zip(labels)))
}

fn milliseconds(file: &[u8]) -> Result<f32> {
    let engine = Engine::load(file)?;
    let ids: Vec<i64> = (0..PIECES as i64).collect();
    let mut times = Vec::with_capacity(RUNS);
    for run in 0..RUNS + 10 {
        let start = Instant::now();
        engine.run(&[("pieces", &ids), ("positions", &ids)])?;
        if run >= 10 {
            times.push(start.elapsed().as_secs_f32() * 1_000.0);
        }
    }
    Ok(times.into_iter().fold(f32::INFINITY, f32::min))
}
