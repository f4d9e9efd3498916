//! `deskbell train`.

mod folder;
mod learn;
mod progress;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use deskbell_inference::Classifier;
use deskbell_triage::Manifest;
use deskbell_tuner::confusion::{self, Confusion, Outcome};
use deskbell_tuner::{Examples, Label, Purpose};

use super::commands::TrainOptions;
use crate::ModelFiles;
use crate::model::{MANIFEST, MODEL};
use learn::Learnt;
use progress::Progress;

/// The page about what is mixed up.
const CONFUSION: &str = "confusion.html";
/// So many pairs that are mixed up are printed.
const PAIRS: usize = 8;

pub(super) fn run(options: &TrainOptions, mut out: impl Write) -> anyhow::Result<()> {
    let began = Instant::now();
    // Asked before anything takes time.
    folder::check(&options.out)?;
    let data = read(&options.data, Purpose::Training)?;
    let test = options
        .test
        .as_deref()
        .map(|path| read_test(path, &data, &options.data));
    let test = test.transpose()?;
    let files = ModelFiles::open(options.model.as_deref())?;
    let base = files.classifier()?;
    let progress = Progress::new();
    let learnt = learn::learn(&files, &base, &data, &progress)?;
    let trained = Classifier::from_bytes(&learnt.model, &learnt.manifest_json);
    let trained = trained.context("the new model cannot be used")?;

    let cross_validated = cross_validated(&data, &learnt);
    let cross_validated = Confusion::new(&data.labels, &cross_validated);
    let tested = match &test {
        Some(test) => {
            let texts: Vec<&str> = test.examples.iter().map(|it| it.text.as_str()).collect();
            let scores = learn::scores(&trained, &texts, &progress, "test messages")?;
            let read = scores.iter().zip(&test.examples).map(|(scores, example)| {
                outcome(
                    trained.manifest(),
                    scores,
                    &scores.own,
                    &example.text,
                    example.label,
                )
            });
            Some(read.collect::<Vec<_>>())
        }
        None => None,
    };
    let tested = tested
        .as_deref()
        .map(|read| Confusion::new(&data.labels, read));

    let page = page(options, &cross_validated, tested.as_ref());
    folder::write(
        &options.out,
        [
            (CONFUSION, page.as_bytes()),
            (MODEL, &learnt.model),
            (MANIFEST, &learnt.manifest_json),
        ],
    )?;
    let seconds = began.elapsed().as_secs_f64();
    writeln!(
        out,
        "Learnt {} from {} in {seconds:.1} s.",
        count(data.labels.len(), "label"),
        count(data.examples.len(), "example")
    )?;
    summary(&mut out, &learnt, &cross_validated, tested.as_ref())?;
    help(&mut out, options, &data)
}

/// Reads a table; what is odd about it goes to standard error.
fn read(path: &Path, purpose: Purpose<'_>) -> anyhow::Result<Examples> {
    let shown = path.display();
    let file = fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    match Examples::read(&file, purpose) {
        Ok(examples) => {
            for warning in &examples.warnings {
                eprintln!("{shown}: {warning}");
            }
            Ok(examples)
        }
        Err(problems) => bail!("{shown} cannot be used\n{problems}"),
    }
}

fn read_test(path: &Path, data: &Examples, trained_on: &Path) -> anyhow::Result<Examples> {
    let mut test = read(path, Purpose::Test(&data.labels))?;
    let removed = test.remove_those_of(data);
    if removed > 0 {
        let (rows, learnt) = (count(removed, "message"), trained_on.display());
        eprintln!(
            "{}: {rows} left out that {learnt} has, too: they would measure nothing",
            path.display()
        );
    }
    if test.examples.is_empty() {
        bail!("{}: nothing is left to measure with", path.display());
    }
    Ok(test)
}

/// How each example is read by a head that has not seen it.
fn cross_validated<'a>(data: &'a Examples, learnt: &Learnt) -> Vec<Outcome<'a>> {
    let rows = data
        .examples
        .iter()
        .zip(&learnt.scores)
        .zip(&learnt.held_out);
    let read = rows.map(|((example, scores), own)| {
        outcome(&learnt.manifest, scores, own, &example.text, example.label)
    });
    read.collect()
}

fn outcome<'a>(
    manifest: &Manifest,
    scores: &deskbell_inference::Scores,
    own: &[f32],
    text: &'a str,
    label: usize,
) -> Outcome<'a> {
    let reading = manifest.interpret(&scores.intent, &scores.sentiment, own);
    Outcome {
        text,
        label,
        read: reading.intent,
        confidence: reading.confidence,
    }
}

const CROSS_VALIDATED: &str = "cross-validated: each example read by a head that did not see it";

fn page(
    options: &TrainOptions,
    cross_validated: &Confusion<'_>,
    tested: Option<&Confusion<'_>>,
) -> String {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let data = name(&options.data);
    match (tested, &options.test) {
        (Some(tested), Some(test)) => {
            let note = format!(
                "Learnt from {data}, measured with {}. Of {data} itself {:.1} % are read rightly, {CROSS_VALIDATED}.",
                name(test),
                cross_validated.accuracy() * 100.0
            );
            confusion::page(tested, &format!("How {} is read", name(test)), &[note])
        }
        _ => {
            let note = format!("Measured with what was learnt from, {CROSS_VALIDATED}.");
            confusion::page(cross_validated, &format!("How {data} is read"), &[note])
        }
    }
}

fn summary(
    out: &mut impl Write,
    learnt: &Learnt,
    cross_validated: &Confusion<'_>,
    tested: Option<&Confusion<'_>>,
) -> anyhow::Result<()> {
    let told = |confusion: &Confusion<'_>| {
        format!(
            "{:.1} % of {} read rightly, {:.1} % left to the built-in labels",
            confusion.accuracy() * 100.0,
            count(confusion.total(), "message"),
            confusion.left() * 100.0
        )
    };
    writeln!(
        out,
        "Held out:  {} ({CROSS_VALIDATED})",
        told(cross_validated)
    )?;
    if let Some(tested) = tested {
        writeln!(out, "Test:      {}", told(tested))?;
    }
    writeln!(
        out,
        "Others:    {} of {} everyday messages that are none of your labels were taken for one",
        learnt.taken, learnt.others
    )?;
    let pairs = tested.unwrap_or(cross_validated).mixed_up();
    if !pairs.is_empty() {
        writeln!(out, "Mixed up most:")?;
    }
    for (label, read, times) in pairs.iter().take(PAIRS) {
        let read = read.map_or("left to the built-in labels".to_owned(), |read| {
            format!("read as {}", read.id)
        });
        writeln!(out, "  {times:>4} x {} {read}", label.id)?;
    }
    Ok(())
}

fn help(out: &mut impl Write, options: &TrainOptions, data: &Examples) -> anyhow::Result<()> {
    let folder = options.out.display();
    let label = data
        .labels
        .first()
        .map_or("label", |label: &Label| label.id.as_str());
    writeln!(
        out,
        "\n{folder} has {MODEL}, {MANIFEST} and {CONFUSION}: open that in a browser to see what is mixed up.\n"
    )?;
    writeln!(
        out,
        "Try it:       deskbell triage --model {folder} \"write what a customer would\""
    )?;
    writeln!(
        out,
        "Write answers, such as [answers.{label}], and load them:"
    )?;
    writeln!(
        out,
        "              deskbell site add --key KEY --replace --answers answers.toml --model {folder}"
    )?;
    writeln!(out, "Serve it:     deskbell serve --model {folder}")?;
    Ok(())
}

fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}
