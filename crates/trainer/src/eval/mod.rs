//! `deskbell-trainer eval`: how good the shipped model is, through the inference that ships, beside what others published.

mod few_shot;
pub mod figures;
mod full;
mod latency;
mod published;
pub mod report;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use deskbell_inference::Classifier;
use serde::Serialize;

use crate::data::own;
use crate::explore;
use crate::report::{Report, measure};
use figures::Figure;
pub use full::Set;

/// What to measure.
pub struct Settings<'a> {
    /// Folder of the public sets; without it only the own test is measured.
    pub data: Option<&'a Path>,
    /// Folder of the own data.
    pub own: &'a Path,
    /// Folder of the model.
    pub model: &'a Path,
    /// Folder where models tuned to a public set are kept, so that they are tuned once.
    pub work: &'a Path,
    /// The public sets to tune to and measure in full.
    pub full: &'a [Set],
    /// Print JSON instead of text.
    pub json: bool,
    /// Also print every message of the own test that was misread.
    pub mistakes: bool,
}

/// Everything measured.
#[derive(Serialize)]
pub struct Evaluation {
    /// Each beside its floor, its aim and what others published.
    pub figures: Vec<Figure>,
    /// The own test, label by label.
    pub own: Report,
    /// Public sets that were not measured in full.
    pub left_out: Vec<&'static str>,
}

/// Measures, prints, and writes `REPORT.md` beside the model if everything was measured.
///
/// # Errors
/// If the model or the data cannot be read.
pub fn eval(settings: &Settings<'_>) -> Result<()> {
    let read = |name: &str| {
        let path = settings.model.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let (model, manifest) = (read("model.onnx")?, read("manifest.json")?);
    let classifier = Classifier::from_bytes(&model, &manifest)?;
    let (own, wrong) = measure(&classifier, &own::test(settings.own)?)?;
    let mut figures = figures::own(&own);
    figures.push(figures::model_size(explore::compressed(&model)));
    figures.push(latency::native(&classifier)?);
    if let Some(data) = settings.data {
        figures.extend(few_shot::measure(&classifier, data)?);
        figures.extend(full::measure(
            &model,
            classifier.manifest(),
            data,
            settings,
        )?);
    }
    let evaluation = Evaluation {
        figures,
        own,
        left_out: Set::ALL
            .iter()
            .filter(|set| !settings.full.contains(set))
            .map(|set| set.name())
            .collect(),
    };
    if settings.json {
        println!("{}", serde_json::to_string_pretty(&evaluation)?);
    } else {
        print!(
            "{}\n{}",
            evaluation.own,
            figures::table(&evaluation.figures)
        );
    }
    for mistake in wrong.iter().filter(|_| settings.mistakes) {
        let read = &mistake.read;
        println!(
            "{} read as {} ({:.2}): {}",
            mistake.is, read.intent, read.confidence, mistake.text
        );
    }
    if settings.data.is_some() {
        let path = settings.model.join("REPORT.md");
        fs::write(&path, report::markdown(&evaluation, settings.model)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("written to {}", path.display());
    }
    Ok(())
}
