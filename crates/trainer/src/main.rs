//! `deskbell-trainer`: makes the triage model and measures it.

mod calibrate;
mod card;
mod data;
mod encoder;
mod eval;
mod explore;
mod golden;
mod plot;
mod progress;
mod publish;
mod random;
mod report;
mod train;

use std::env;
use std::path::PathBuf;
use std::process::{self, Command as Process};

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    /// Train the model: takes about an hour and a half on two cores, and goes on where it was interrupted. The same seed gives the
    /// same model on the same machine.
    Train {
        /// Folder of the public sets: NAME/data.tsv.gz each.
        #[arg(long, default_value = "../shared/data")]
        data: PathBuf,
        /// Folder of the project's own utterances.
        #[arg(long, default_value = "models/data")]
        own: PathBuf,
        /// Folder of the teacher: model.safetensors and vocab.txt of all-MiniLM-L6-v2. Fetched if it is not there.
        #[arg(long, default_value = "target/training/teacher")]
        teacher: PathBuf,
        /// Folder for what an interrupted run goes on from. Remove it to start afresh.
        #[arg(long, default_value = "target/training")]
        work: PathBuf,
        /// Folder to write model.onnx, manifest.json, golden.jsonl and CARD.md to.
        #[arg(long, default_value = "models/triage")]
        out: PathBuf,
        /// Decides everything random.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How often every text is seen while distilling.
        #[arg(long, default_value_t = 5)]
        distil_epochs: usize,
        /// How often every labelled message is seen.
        #[arg(long, default_value_t = 5)]
        epochs: usize,
    },
    /// Try smaller and larger models for a short time each, and write what they cost and give.
    Explore {
        /// Folder of the public sets.
        #[arg(long, default_value = "../shared/data")]
        data: PathBuf,
        /// Folder of the project's own utterances.
        #[arg(long, default_value = "models/data")]
        own: PathBuf,
        /// Folder of the teacher.
        #[arg(long, default_value = "target/training/teacher")]
        teacher: PathBuf,
        /// Folder for what is kept between runs.
        #[arg(long, default_value = "target/training")]
        work: PathBuf,
        /// Folder to write candidates.json and candidates.svg to.
        #[arg(long, default_value = "models/triage")]
        out: PathBuf,
    },
    /// Measure the model through the inference that ships, beside published figures, and write REPORT.md. The first time
    /// models are tuned to the public sets, which takes about half an hour.
    Eval {
        /// Folder of the public sets: NAME/data.tsv.gz each.
        #[arg(long, default_value = "../shared/data")]
        data: PathBuf,
        /// Measure the own test only, which takes seconds and needs no public data, and write no report.
        #[arg(long)]
        quick: bool,
        /// Public sets to tune to and measure in full.
        #[arg(long, value_enum, value_delimiter = ',', default_values = ["banking77", "clinc150", "goemotions"])]
        full: Vec<eval::Set>,
        /// Folder of the project's own utterances, test.tsv among them.
        #[arg(long, default_value = "models/data")]
        own: PathBuf,
        /// Folder of the model.
        #[arg(long, default_value = "models/triage")]
        model: PathBuf,
        /// Folder where models tuned to public sets are kept.
        #[arg(long, default_value = "target/training")]
        work: PathBuf,
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

/// Works in a second process with candle's own threads switched off: the tensors are small, and the threads would spend
/// most of their time spinning for each other. Freed memory is kept, because every step wants the same
/// again.
fn again_without_threads() -> Result<process::ExitStatus> {
    let mut process = Process::new(env::current_exe()?);
    Ok(process
        .args(env::args_os().skip(1))
        .env(THREADS, "1")
        .env("MALLOC_MMAP_THRESHOLD_", "4294967296")
        .env("MALLOC_TRIM_THRESHOLD_", "8589934592")
        .status()?)
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        _ if env::var_os(THREADS).is_none() => {
            process::exit(again_without_threads()?.code().unwrap_or(1))
        }
        Command::Train {
            data,
            own,
            teacher,
            work,
            out,
            seed,
            distil_epochs,
            epochs,
        } => train(&Settings {
            data: &data,
            own: &own,
            teacher: &teacher,
            work: &work,
            out: &out,
            seed,
            epochs: (distil_epochs, epochs),
        }),
        Command::Explore {
            data,
            own,
            teacher,
            work,
            out,
        } => explore::explore(&explore::Settings {
            data: &data,
            own: &own,
            teacher: &teacher,
            work: &work,
            out: &out,
        }),
        Command::Eval {
            data,
            quick,
            full,
            own,
            model,
            work,
            json,
            mistakes,
        } => eval::eval(&eval::Settings {
            data: (!quick).then_some(data.as_path()),
            own: &own,
            full: &full,
            model: &model,
            work: &work,
            json,
            mistakes,
        }),
    }
}
