//! `deskbell-trainer`: makes the triage model and measures it.

mod card;
mod data;
mod golden;
mod model;
mod random;
mod report;
mod train;

use std::path::PathBuf;
use std::process::{self, Command as Process};
use std::{env, fs};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use deskbell_inference::Classifier;

use crate::train::{Settings, train};

/// Makes the triage model from labelled text, and measures it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train the model: takes some minutes on two cores. The same seed gives the same model on the same machine.
    Train {
        /// Folder of the public sets: NAME/data.tsv.gz each.
        #[arg(long, default_value = "../shared/data")]
        data: PathBuf,
        /// Folder of the project's own utterances.
        #[arg(long, default_value = "models/data")]
        own: PathBuf,
        /// Folder to write model.onnx, manifest.json, golden.jsonl and CARD.md to.
        #[arg(long, default_value = "models/triage")]
        out: PathBuf,
        /// Decides everything random.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Most epochs; the best one on held-out data is kept.
        #[arg(long, default_value_t = 6)]
        epochs: usize,
        /// Only measure on one part of the own data, held out, and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Measure a model on the test set, through the inference that ships.
    Eval {
        /// Folder of the project's own utterances, test.tsv among them.
        #[arg(long, default_value = "models/data")]
        own: PathBuf,
        /// Folder of the model.
        #[arg(long, default_value = "models/triage")]
        model: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Also print every message that was misread.
        #[arg(long, conflicts_with = "json")]
        mistakes: bool,
    },
}

/// How candle is told its number of threads, at its start only.
const THREADS: &str = "RAYON_NUM_THREADS";

/// Trains in a second process with one thread: the tensors are small, and candle's threads would spend most of their
/// time spinning for each other.
fn again_with_one_thread() -> Result<process::ExitStatus> {
    let mut process = Process::new(env::current_exe()?);
    Ok(process
        .args(env::args_os().skip(1))
        .env(THREADS, "1")
        .status()?)
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Train { .. } if env::var_os(THREADS).is_none() => {
            process::exit(again_with_one_thread()?.code().unwrap_or(1))
        }
        Command::Train {
            data,
            own,
            out,
            seed,
            epochs,
            dry_run,
        } => train(&Settings {
            data: &data,
            own: &own,
            out: &out,
            seed,
            epochs,
            dry_run,
        }),
        Command::Eval {
            own,
            model,
            json,
            mistakes,
        } => {
            let read = |name: &str| {
                let path = model.join(name);
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
            };
            let classifier = Classifier::from_bytes(&read("model.onnx")?, &read("manifest.json")?)?;
            let (report, wrong) = report::measure(&classifier, &data::own::test(&own)?)?;
            if json {
                println!("{}", serde_json::to_string_pretty(&report)?);
            } else {
                print!("{report}");
            }
            for mistake in wrong.iter().filter(|_| mistakes) {
                let read = &mistake.read;
                println!(
                    "{} read as {} ({:.2}): {}",
                    mistake.is, read.intent, read.confidence, mistake.text
                );
            }
            Ok(())
        }
    }
}
