//! Measures a real server over loopback, beside what the same disk and database do without it.
//!
//! The server is the release build, started as a process of its own with its limits for single addresses off, since all
//! clients here have one address. Clients share the machine with it, so they do as little as they can.

mod appends;
mod figure;
mod fill;
mod growth;
mod http;
mod options;
mod people;
mod plot;
mod process;
mod raw;
mod report;
mod run;
mod start;
mod streams;
mod times;

use std::process::ExitCode;

use clap::Parser as _;

use options::Options;

fn main() -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run::run(&Options::parse())));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
