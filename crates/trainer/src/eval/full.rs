//! The same architecture, starting from the shipped weights, tuned to a public set's training split and measured on its
//! test split through the shipped inference.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use deskbell_inference::Engine;
use deskbell_triage::{Manifest, Vocabulary};
use sha2::{Digest, Sha256};

use super::Settings;
use super::figures::{Figure, rows};
use super::published;
use crate::calibrate::likeliest;
use crate::data::corpus::{Record, records};
use crate::data::key;
use crate::data::tables::GROUPS;
use crate::encoder::heads::{Heads, Lesson, Tuning, tune};
use crate::encoder::{export, import};
use crate::progress::Progress;
use crate::random::Random;
use crate::train::{ROUNDING, accuracy};

/// A set to be tuned to.
struct Course<'a> {
    /// Names its file in the work folder.
    name: &'static str,
    /// Training rows: text and label.
    lessons: Vec<(&'a str, usize)>,
    /// Number of labels.
    labels: usize,
    epochs: usize,
}

/// What a tuned model needs to read a message.
struct Reader {
    engine: Engine,
    vocabulary: Vocabulary,
    most: usize,
}

impl Reader {
    fn read(&self, text: &str) -> Result<Vec<f32>> {
        let pieces = self.vocabulary.encode(text, self.most);
        let positions: Vec<i64> = (0..pieces.len() as i64).collect();
        let mut outputs = self
            .engine
            .run(&[("pieces", &pieces), ("positions", &positions)])?;
        outputs
            .take("label")
            .context("the tuned model lacks its output")
    }
}

/// A public set that the model can be tuned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Set {
    /// BANKING77: about ten minutes on two cores.
    Banking77,
    /// CLINC150, both protocols: about twenty.
    Clinc150,
    /// GoEmotions in four groups: about ten.
    Goemotions,
}

impl Set {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Banking77, Self::Clinc150, Self::Goemotions];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Banking77 => "BANKING77",
            Self::Clinc150 => "CLINC150",
            Self::Goemotions => "GoEmotions",
        }
    }
}

/// The figures of the full-data rows.
///
/// # Errors
/// If a set cannot be read or a model not be tuned.
pub fn measure(
    model: &[u8],
    manifest: &Manifest,
    data: &Path,
    settings: &Settings<'_>,
) -> Result<Vec<Figure>> {
    let tuned = |course: &Course<'_>| tuned(course, model, manifest, settings.work);
    let mut figures = Vec::new();
    for set in settings.full {
        let found = match set {
            Set::Banking77 => banking(data, &tuned)?,
            Set::Clinc150 => clinc(data, &tuned)?,
            Set::Goemotions => emotions(data, &tuned)?,
        };
        // Said at once, because the next set takes a while.
        eprint!("{}", rows(&found));
        figures.extend(found);
    }
    Ok(figures)
}

/// The records of some splits, without those whose text is also in a split that is measured on.
fn split<'a>(records: &'a [Record], wanted: &[&str], measured: &[&str]) -> Vec<&'a Record> {
    let of = |splits: &[&str]| {
        records
            .iter()
            .filter(|r| splits.contains(&r.split.as_str()))
            .collect::<Vec<_>>()
    };
    let held: HashSet<String> = of(measured)
        .iter()
        .map(|record| key(&record.text))
        .collect();
    let mut found = of(wanted);
    found.retain(|record| !held.contains(&key(&record.text)));
    found
}

fn names<'a>(records: &[&'a Record]) -> Vec<&'a str> {
    let names: BTreeSet<&str> = records.iter().map(|record| record.label.as_str()).collect();
    names.into_iter().collect()
}

fn banking(data: &Path, tuned: &dyn Fn(&Course<'_>) -> Result<Reader>) -> Result<Vec<Figure>> {
    let records = records(data, "banking77")?;
    let train = split(&records, &["train"], &["test"]);
    let names = names(&train);
    let place = |label: &str| names.iter().position(|name| *name == label);
    let reader = tuned(&Course {
        name: "banking77",
        lessons: train
            .iter()
            .filter_map(|r| Some((r.text.as_str(), place(&r.label)?)))
            .collect(),
        labels: names.len(),
        epochs: 8,
    })?;
    let test = split(&records, &["test"], &[]);
    let read = test
        .iter()
        .filter_map(|record| Some((record, place(&record.label)?)))
        .map(|(record, label)| Ok((reader.read(&record.text)?, label)))
        .collect::<Result<Vec<_>>>()?;
    let accuracy = accuracy(
        read.iter()
            .map(|(scores, label)| (scores.as_slice(), *label)),
    );
    let figure = Figure::new("BANKING77, full, accuracy, %", 100.0 * accuracy).goals(92.8, 93.7);
    Ok(vec![figure.published(published::BANKING77)])
}

/// Larson et al.'s label for what is out of scope.
const OOS: &str = "oos";

/// Share of validation's messages in scope that the threshold may turn away although they were read rightly. There are
/// 3,000 of them to choose by, but only 100 out of scope.
const TURNED_AWAY: f32 = 0.005;

/// Larson et al. 2019, section 4: `oos-threshold` knows no out-of-scope message in training and calls out of scope what
/// is less likely than a threshold, chosen on the validation split; `oos-train` learns out of scope as a label of its
/// own.
fn clinc(data: &Path, tuned: &dyn Fn(&Course<'_>) -> Result<Reader>) -> Result<Vec<Figure>> {
    let records = records(data, "clinc150")?;
    let measured = ["test", "oos_test", "val", "oos_val"];
    let train = split(&records, &["train"], &measured);
    let mut labels = names(&train);
    let inside = labels.len();
    labels.push(OOS);
    let place = |label: &str| labels.iter().position(|name| *name == label);
    let lessons = |rows: &[&'_ Record]| -> Vec<(String, usize)> {
        rows.iter()
            .filter_map(|r| Some((r.text.clone(), place(&r.label)?)))
            .collect()
    };
    let scores = |reader: &Reader, splits: &[&str]| -> Result<Vec<(Vec<f32>, usize)>> {
        split(&records, splits, &[])
            .iter()
            .filter_map(|record| Some((record, place(&record.label)?)))
            .map(|(record, label)| Ok((reader.read(&record.text)?, label)))
            .collect()
    };
    /// Share of the rows whose reading, `inside` if below the threshold, is right.
    fn right(rows: &[(Vec<f32>, usize)], threshold: f32, inside: usize) -> f32 {
        let right = rows.iter().filter(|(scores, label)| {
            let best = likeliest(scores);
            let read = if scores[best] < threshold {
                inside
            } else {
                best
            };
            read == *label
        });
        right.count() as f32 / rows.len().max(1) as f32
    }

    let known = lessons(&train);
    let reader = tuned(&Course {
        name: "clinc150-threshold",
        lessons: known
            .iter()
            .map(|(text, label)| (text.as_str(), *label))
            .collect(),
        labels: inside,
        epochs: 8,
    })?;
    let validation = scores(&reader, &["val"])?;
    let least = right(&validation, 0.0, inside) - TURNED_AWAY;
    let threshold = (0..100)
        .map(|step| step as f32 / 100.0)
        .take_while(|threshold| right(&validation, *threshold, inside) >= least)
        .last()
        .unwrap_or(0.0);
    let (test, outside) = (scores(&reader, &["test"])?, scores(&reader, &["oos_test"])?);
    let mut figures = vec![
        Figure::new(
            "CLINC150, oos-threshold, in scope, accuracy, %",
            100.0 * right(&test, threshold, inside),
        )
        .goals(95.4, 96.9)
        .published(published::CLINC150_THRESHOLD),
        Figure::new(
            "CLINC150, oos-threshold, out of scope, recall, %",
            100.0 * right(&outside, threshold, inside),
        )
        .goals(55.0, 65.0)
        .published(published::CLINC150_THRESHOLD_OOS),
    ];

    let known = lessons(&split(&records, &["train", "oos_train"], &measured));
    let reader = tuned(&Course {
        name: "clinc150-train",
        lessons: known
            .iter()
            .map(|(text, label)| (text.as_str(), *label))
            .collect(),
        labels: inside + 1,
        epochs: 8,
    })?;
    let (test, outside) = (scores(&reader, &["test"])?, scores(&reader, &["oos_test"])?);
    figures.extend([
        Figure::new(
            "CLINC150, oos-train, in scope, accuracy, %",
            100.0 * right(&test, 0.0, inside),
        )
        .published(published::CLINC150_TRAIN),
        Figure::new(
            "CLINC150, oos-train, out of scope, recall, %",
            100.0 * right(&outside, 0.0, inside),
        )
        .published(published::CLINC150_TRAIN_OOS),
    ]);
    Ok(figures)
}

/// GoEmotions in its four groups (Demszky et al. 2020, section 5.3). A text may be in several: it is read as being in
/// those that are likelier than a threshold, chosen on the development split.
fn emotions(data: &Path, tuned: &dyn Fn(&Course<'_>) -> Result<Reader>) -> Result<Vec<Figure>> {
    let records = records(data, "goemotions")?;
    let groups = |record: &Record| -> BTreeSet<usize> {
        let of = |emotion: &str| GROUPS.iter().position(|group| group.contains(&emotion));
        record.label.split('|').filter_map(of).collect()
    };
    let train = split(&records, &["train"], &["dev", "test"]);
    let reader = tuned(&Course {
        name: "goemotions",
        lessons: train
            .iter()
            .flat_map(|r| groups(r).into_iter().map(|group| (r.text.as_str(), group)))
            .collect(),
        labels: GROUPS.len(),
        epochs: 2,
    })?;
    let read = |name: &str| {
        let rows = split(&records, &[name], &[]);
        rows.iter()
            .map(|record| Ok((reader.read(&record.text)?, groups(record))))
            .collect::<Result<Vec<_>>>()
    };
    let f1 = |rows: &[(Vec<f32>, BTreeSet<usize>)], group: usize, threshold: f32| {
        let found = |scores: &[f32]| scores[group] >= threshold;
        let both = rows
            .iter()
            .filter(|(s, g)| found(s) && g.contains(&group))
            .count() as f32;
        let sum = rows.iter().filter(|(s, _)| found(s)).count()
            + rows.iter().filter(|(_, g)| g.contains(&group)).count();
        2.0 * both / (sum.max(1) as f32)
    };
    let (dev, test) = (read("dev")?, read("test")?);
    let mean = (0..GROUPS.len())
        .map(|group| {
            let thresholds = (10..90).map(|step| step as f32 / 100.0);
            let best =
                thresholds.max_by(|a, b| f1(&dev, group, *a).total_cmp(&f1(&dev, group, *b)));
            f1(&test, group, best.unwrap_or(0.5))
        })
        .sum::<f32>()
        / GROUPS.len() as f32;
    let figure = Figure::new("GoEmotions in four groups, macro F1, %", 100.0 * mean);
    Ok(vec![figure.published(published::GOEMOTIONS)])
}

/// The model tuned to a set: read from the work folder, or made and kept there. A file belongs to the shipped model
/// whose hash it carries.
fn tuned(course: &Course<'_>, model: &[u8], manifest: &Manifest, work: &Path) -> Result<Reader> {
    let hash: String = Sha256::digest(model)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = work
        .join("benchmarks")
        .join(format!("{}-{hash}.onnx", course.name));
    let file = match fs::read(&path) {
        Ok(file) => file,
        Err(_) => {
            let file = tune_to(course, model, manifest)?;
            fs::create_dir_all(work.join("benchmarks"))?;
            let partial = path.with_extension("partial");
            fs::write(&partial, &file)?;
            fs::rename(&partial, &path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            file
        }
    };
    Ok(Reader {
        engine: Engine::load(&file)?,
        vocabulary: manifest.pieces()?,
        most: manifest.max_pieces,
    })
}

/// Share of a message's words that are left out each time it is learnt from. On CLINC150's validation split it is worth
/// 0.4 points in scope, at the same recall of what is out of scope.
const GAPS: f32 = 0.1;

/// The text without some of its words, but never empty.
fn with_gaps(text: &str, random: &mut Random) -> String {
    let words = text.split_whitespace();
    let kept: Vec<&str> = words.filter(|_| !random.chance(GAPS)).collect();
    if kept.is_empty() {
        return text.to_owned();
    }
    kept.join(" ")
}

fn tune_to(course: &Course<'_>, model: &[u8], manifest: &Manifest) -> Result<Vec<u8>> {
    let pieces: Vec<String> = manifest.vocabulary.split(' ').map(str::to_owned).collect();
    let mut student = import::student(model, &pieces)?;
    let width = student.encoder.shape.width;
    let heads = Heads::new(width, 0, &[course.labels], &mut Random::new(1, 30))?;
    let lessons: Vec<Lesson<'_>> = course
        .lessons
        .iter()
        .map(|(text, label)| Lesson {
            text: (*text).to_owned(),
            labels: vec![Some(*label)],
            weight: 1.0,
            taught: None,
        })
        .collect();
    let tuning = Tuning {
        epochs: course.epochs,
        rate: 3e-4,
        table_rate: 8e-4,
        head_rate: 3e-3,
        dropout: 0.15,
        smoothing: 0.1,
        task_weights: vec![1.0],
        teacher_weight: 0.0,
        rounding: Some(ROUNDING),
        seed: 1,
    };
    let progress = Progress::new(format!("tuning to {}", course.name));
    tune(
        &mut student,
        &heads,
        &lessons,
        &tuning,
        |lesson, random| with_gaps(&lesson.text, random),
        |step, steps, loss| {
            progress.at(step, steps, &format!("loss {loss:.3}"));
        },
    )?;
    progress.end();
    export::onnx(&student, &heads, &["label"], ROUNDING)
}
