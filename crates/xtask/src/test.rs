//! Everything that has to hold, in the order in which it fails fastest.

pub mod browser;
mod engines;
mod openapi;
pub mod postgres;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{
    budget, demo, dist,
    steps::{Steps, seconds},
    test::engines::Engines,
    tidy, torture, workspace,
    workspace::Workspace,
};

const WASM: &str = "wasm32-unknown-unknown";

/// Crates that exist for the browser, where clippy sees code that it does not see here.
const BROWSER_CRATES: [&str; 6] = [
    "deskbell-bench",
    "deskbell-browser",
    "deskbell-demo",
    "deskbell-widget",
    "deskbell-console",
    "deskbell-triage-worker",
];

/// Crates with tests that run as wasm too.
const WASM_TESTED: [&str; 1] = ["deskbell-inference"];

/// Options of `test`.
#[derive(clap::Args)]
pub struct Options {
    /// Runs this step only; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Where the stories run [default: chromium, and the others if they are installed or can be].
    #[arg(long, value_name = "ENGINE", value_delimiter = ',')]
    engines: Vec<engines::Choice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code is formatted.
    Fmt,
    /// The architecture is kept.
    Tidy,
    /// Clippy finds nothing.
    Clippy,
    /// Clippy finds nothing in the browser's crates on the browser's target.
    ClippyWasm,
    /// The web build.
    Dist,
    /// Unit, property and server tests.
    Unit,
    /// Tests of the npm package, in Node.js.
    Npm,
    /// Tests that run as wasm in Node.js.
    Wasm,
    /// What the browser loads is within budget.
    Budget,
    /// The demo starts and every page answers.
    Demo,
    /// The server answers as its description says, whatever it is asked.
    Openapi,
    /// Nothing that was acknowledged is lost while servers are killed, connections cut and the disk full.
    Torture,
    /// Stories with a real browser and a real server.
    Stories,
    /// The core of the stories in Firefox and WebKitGTK.
    Engines,
}

/// Runs the steps and prints a table of their times.
///
/// # Errors
/// At the first step that fails.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let engines = Engines::new(&options.engines);
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for step in Step::value_variants() {
        if !options.only.is_empty() && !options.only.contains(step) {
            continue;
        }
        let name = step
            .to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned());
        println!("\n== {name}");
        let began = Instant::now();
        outcome = step.run(workspace, &engines).with_context(|| {
            format!("step {name} failed (run it alone: cargo xtask test --only {name})")
        });
        times.push((name, began.elapsed(), outcome.is_ok()));
        if outcome.is_err() {
            break;
        }
    }
    print!("\n{}", table(&times));
    outcome
}

fn table(times: &[(String, Duration, bool)]) -> String {
    let mut text = String::new();
    for (name, took, passed) in times {
        let mark = if *passed { "passed" } else { "FAILED" };
        text.push_str(&format!("{name:<12}{mark:>8}{:>10}\n", seconds(*took)));
    }
    let total = times.iter().map(|(_, took, _)| *took).sum();
    text.push_str(&format!("{:<20}{:>10}\n", "together", seconds(total)));
    text
}

impl Step {
    fn run(self, workspace: &Workspace, engines: &Engines) -> Result<()> {
        match self {
            Self::Fmt => cargo(workspace, &["fmt", "--all", "--check"], &[]),
            Self::Tidy => tidy::run(workspace),
            Self::Clippy => clippy(workspace, &["--workspace"], &[]),
            Self::ClippyWasm => {
                dist::ensure_target(workspace, &mut Steps::new())?;
                clippy(workspace, &["--target", WASM], &BROWSER_CRATES)
            }
            Self::Dist => dist::run(workspace, &mut Steps::new()).map(drop),
            Self::Unit => {
                postgres::ensure(&mut Steps::new())?;
                cargo(workspace, &["test", "--workspace"], &[])
            }
            Self::Npm => {
                browser::need_node()?;
                let mut node = Command::new("node");
                node.arg("--test").current_dir(workspace.path("web/npm"));
                workspace::must_succeed(&mut node)
            }
            Self::Wasm => {
                browser::need_node()?;
                dist::ensure_target(workspace, &mut Steps::new())?;
                cargo(workspace, &["test", "--target", WASM], &WASM_TESTED)
            }
            Self::Budget => budget::run(workspace, &budget::Options::default()),
            Self::Demo => demo::run(workspace, &demo::Options::checking()),
            Self::Openapi => openapi::run(workspace),
            Self::Torture => torture::run(workspace, &torture::SHORT),
            Self::Stories if engines.chromium() => browser::stories(workspace),
            Self::Stories => Ok(()),
            Self::Engines => engines.stories(workspace),
        }
    }
}

fn clippy(workspace: &Workspace, arguments: &[&str], packages: &[&str]) -> Result<()> {
    let mut cargo = workspace.cargo(["clippy", "--all-targets"]);
    cargo.args(arguments);
    for package in packages {
        cargo.args(["--package", package]);
    }
    workspace::must_succeed(cargo.args(["--", "--deny", "warnings"]))
}

fn cargo(workspace: &Workspace, arguments: &[&str], packages: &[&str]) -> Result<()> {
    let mut cargo = workspace.cargo(arguments);
    for package in packages {
        cargo.args(["--package", package]);
    }
    workspace::must_succeed(&mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_step_and_marks_the_one_that_failed() {
        let second = Duration::from_secs(1);
        let times = [
            ("fmt".to_owned(), second, true),
            ("tidy".to_owned(), 2 * second, false),
        ];
        let text = table(&times);
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "fmt           passed     1.0 s",
                "tidy          FAILED     2.0 s",
                "together                 3.0 s"
            ]
        );
    }
}
