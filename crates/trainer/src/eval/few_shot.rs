//! Ten examples a label on the frozen encoder: what `deskbell train` gives a merchant.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::Result;
use deskbell_inference::Classifier;
use deskbell_tuner::{Label, fit};

use super::figures::{Figure, rows};
use super::published;
use crate::data::corpus::{Record, records};
use crate::data::key;
use crate::progress::Progress;
use crate::random::Random;
use crate::train::accuracy;

/// Examples of each label.
const SHOTS: usize = 10;
/// Draws of examples; their mean is reported.
const DRAWS: u64 = 10;

/// Mean accuracy on the test splits of BANKING77 and CLINC150 (in scope).
///
/// # Errors
/// If a set cannot be read.
pub fn measure(classifier: &Classifier, data: &Path) -> Result<Vec<Figure>> {
    let banking = set(classifier, data, "banking77")?;
    let clinc = set(classifier, data, "clinc150")?;
    let figures = vec![
        Figure::new("BANKING77, 10 examples a label, accuracy, %", banking)
            .goals(82.0, 85.2)
            .published(published::BANKING77_FEW),
        Figure::new("CLINC150, 10 examples a label, accuracy, %", clinc)
            .goals(91.0, 93.3)
            .published(published::CLINC150_FEW),
    ];
    eprint!("{}", rows(&figures));
    Ok(figures)
}

fn set(classifier: &Classifier, data: &Path, folder: &str) -> Result<f32> {
    let records = records(data, folder)?;
    let of = |split: &str| {
        records
            .iter()
            .filter(|record| record.split == split)
            .collect::<Vec<_>>()
    };
    let (mut train, test) = (of("train"), of("test"));
    let measured: HashSet<String> = test.iter().map(|record| key(&record.text)).collect();
    train.retain(|record| !measured.contains(&key(&record.text)));
    let mut labels: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in train {
        labels.entry(&record.label).or_default().push(record);
    }
    let names: Vec<&str> = labels.keys().copied().collect();
    let truth = |record: &Record| names.iter().position(|name| *name == record.label);

    let progress = Progress::new(format!("{folder}: reading"));
    let all = test.len();
    let vector = |text: &str| anyhow::Ok(classifier.scores(text)?.embedding);
    let test: Vec<(Vec<f32>, usize)> = test
        .into_iter()
        .filter_map(|record| Some((record, truth(record)?)))
        .enumerate()
        .map(|(at, (record, label))| {
            progress.at(at + 1, all, "");
            Ok((vector(&record.text)?, label))
        })
        .collect::<Result<_>>()?;
    progress.end();
    let vocabulary = classifier.manifest().pieces()?;
    let mut called = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let said = Label::new(name)?.said(|word| vocabulary.knows(word));
        // Some labels are called what a test message says.
        if let Some(said) = said.filter(|said| !measured.contains(&key(said))) {
            called.push((vector(&said)?, at));
        }
    }
    let mut sum = 0.0;
    for draw in 0..DRAWS {
        let mut random = Random::new(draw, 40);
        let (mut vectors, mut of) = (Vec::new(), Vec::new());
        for (label, records) in labels.values().enumerate() {
            let mut records = records.clone();
            random.shuffle(&mut records);
            for record in records.into_iter().take(SHOTS) {
                vectors.push(vector(&record.text)?);
                of.push(label);
            }
        }
        let head = fit(&vectors, &of, &called, names.len(), &mut |_, _| ())?;
        let read: Vec<Vec<f32>> = test
            .iter()
            .map(|(vector, _)| head.probabilities(vector))
            .collect();
        sum += accuracy(
            read.iter()
                .zip(&test)
                .map(|(scores, (_, label))| (scores.as_slice(), *label)),
        );
    }
    Ok(100.0 * sum / DRAWS as f32)
}
