//! `cargo xtask`: builds, shows and tests the whole project with nothing installed beforehand but Rust
//! (and Node.js for the browser stories).

mod bench;
mod budget;
mod demo;
mod dist;
mod fuzz;
mod steps;
mod test;
mod tidy;
mod torture;
mod workspace;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Builds, shows and tests Deskbell.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything on this machine: a shop page, the server, and an agent to log in as.
    Demo(demo::Options),
    /// Runs every check and test, and stops at the first that fails.
    Test(test::Options),
    /// Builds what the browser gets into target/web, for the server to embed; --demo: a demonstration without a server.
    Dist(dist::Options),
    /// Compares what the browser has to load, and what the loader costs a merchant's page, with the budgets.
    Budget(budget::Options),
    /// Measures speed, side by side with what others use.
    #[command(subcommand)]
    Bench(bench::What),
    /// Measures the triage model beside published figures and writes models/triage/REPORT.md; --quick: own test only.
    #[command(disable_help_flag = true)]
    Eval(Passed),
    /// Tries smaller and larger triage models for a short time each.
    #[command(disable_help_flag = true)]
    Explore(Passed),
    /// Trains the triage model anew.
    #[command(disable_help_flag = true)]
    Train(Passed),
    /// Kills real servers, cuts connections and fills the disk while people use them, and checks that nothing is lost.
    #[command(disable_help_flag = true)]
    Torture(Passed),
    /// Feeds whatever reads bytes from outside with nonsense, a minute each.
    Fuzz(fuzz::Options),
    /// Checks the architecture: who may depend on whom, who owns which technology, what lies where.
    Tidy,
    /// Runs one wasm test binary in Node.js; called by `cargo test --target wasm32-unknown-unknown`.
    #[command(hide = true, disable_help_flag = true)]
    WasmTestRunner(Passed),
}

/// Arguments that are another program's to understand.
#[derive(clap::Args)]
struct Passed {
    /// Handed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find();
    match command {
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Dist(options) => options.build(&workspace),
        Command::Budget(options) => budget::run(&workspace, &options),
        Command::Bench(what) => bench::run(&workspace, &what),
        Command::Eval(passed) => trainer(&workspace, "eval", &passed),
        Command::Explore(passed) => trainer(&workspace, "explore", &passed),
        Command::Train(passed) => trainer(&workspace, "train", &passed),
        Command::Torture(passed) => torture::run(&workspace, &passed.arguments),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Tidy => tidy::run(&workspace),
        Command::WasmTestRunner(passed) => {
            let name = OsString::from("wasm-test-runner");
            let arguments = std::iter::once(name).chain(passed.arguments);
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(arguments)
        }
    }
}

/// The trainer has a profile of its own: optimised throughout, because it calculates for minutes.
fn trainer(workspace: &Workspace, what: &str, passed: &Passed) -> Result<()> {
    let mut cargo = workspace.cargo(["run", "--profile", "trainer", "--package"]);
    cargo.args(["deskbell-trainer", "--", what]);
    workspace::must_succeed(cargo.args(&passed.arguments))
}
