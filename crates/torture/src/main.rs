//! Kills, cuts and fills up real servers while people use them, and checks afterwards that nothing that was
//! acknowledged is lost, doubled, out of order or forgotten.

mod aftermath;
mod chaos;
mod check;
mod client;
mod database;
mod finding;
mod history;
mod network;
mod options;
mod report;
mod run;
mod server;
mod tally;
mod world;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use clap::Parser as _;
use fastrand::Rng;

use options::Options;

/// The site that is tortured.
const SITE: &str = "demo";

fn main() -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run::all(&Options::parse())));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Dice for one purpose: they fall the same whenever the seed is the same.
fn dice(seed: u64, purpose: &str, number: u64) -> Rng {
    let mut hasher = DefaultHasher::new();
    (seed, purpose, number).hash(&mut hasher);
    Rng::with_seed(hasher.finish())
}

/// No code here panics while it holds a lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
