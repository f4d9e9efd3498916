//! Whatever reads bytes from outside is fed with nonsense: the targets in `tests/fuzz`, by libFuzzer.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    steps::Steps,
    workspace::{self, Workspace},
};

/// What compiles with libFuzzer's counters, from crates.io into `target/tools`.
const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.2");

/// The compiler that has sanitizers.
const TOOLCHAIN: &str = "nightly";

/// What the targets are built for: the sanitizer does not come with a C library that is linked in.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Longest input, in bytes, where a target does not need more.
const MAX_BYTES: &str = "-max_len=8192";

/// Options of `fuzz`.
#[derive(clap::Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Only these [default: all in tests/fuzz/targets].
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

/// What came of one target.
struct Outcome {
    target: String,
    /// What libFuzzer counted, by its names.
    counted: BTreeMap<String, u64>,
    /// The inputs that broke it.
    broken_by: Vec<PathBuf>,
}

/// Builds the targets, runs one after the other, and prints a table. What they learn is kept in `target/fuzz/corpus`,
/// what breaks them in `target/fuzz/found`.
///
/// # Errors
/// If something does not build, or a target breaks; the message names the input.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let all = targets(&workspace.path("tests/fuzz/targets"))?;
    if let Some(unknown) = options.targets.iter().find(|it| !all.contains(it)) {
        bail!("there is no target {unknown}; there are {}", all.join(", "));
    }
    let chosen = if options.targets.is_empty() {
        &all
    } else {
        &options.targets
    };
    let mut steps = Steps::new();
    build(workspace, &mut steps, chosen)?;
    let mut outcomes = Vec::new();
    for target in chosen {
        let name = format!("fuzz {target}");
        outcomes.push(steps.work(&name, |_| fuzz(workspace, target, options.seconds))?);
    }
    print!("{}", table(&outcomes));
    let broken = outcomes.iter().flat_map(|it| &it.broken_by);
    let broken: Vec<_> = broken.map(|path| path.display().to_string()).collect();
    ensure!(broken.is_empty(), "broken by {}", broken.join(", "));
    Ok(())
}

/// The names of the targets: those of the files.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "rs")
            && let Some(name) = path.file_stem()
        {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn build(workspace: &Workspace, steps: &mut Steps, targets: &[String]) -> Result<()> {
    ensure!(
        cfg!(all(target_arch = "x86_64", target_os = "linux")),
        "the targets are built for {PLATFORM} only"
    );
    let installed = Command::new("rustup")
        .args(["run", TOOLCHAIN, "rustc", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("rustup is needed for the nightly compiler (https://rustup.rs)")?;
    if !installed.success() {
        let mut rustup = Command::new("rustup");
        rustup.args(["toolchain", "install", TOOLCHAIN, "--profile", "minimal"]);
        steps.command("install the nightly compiler", &mut rustup)?;
    }
    let (name, version) = CARGO_FUZZ;
    let tool = workspace.target("tools").join(format!("{name}-{version}"));
    if !tool.join("bin").join(name).is_file() {
        let mut cargo =
            workspace.cargo(["install", name, "--version", version, "--locked", "--debug"]);
        steps.command("build cargo-fuzz", cargo.arg("--root").arg(&tool))?;
    }
    // The versions that are shipped are those to be tested; whatever else the targets need is added to them.
    let package = workspace.path("tests/fuzz");
    fs::copy(workspace.path("Cargo.lock"), package.join("Cargo.lock"))?;
    // Whoever compiled this program must not choose the compiler of the targets.
    let mut rustup = Command::new("rustup");
    rustup
        .args(["run", TOOLCHAIN])
        .arg(tool.join("bin").join(name));
    rustup
        .args(["build", "--target", PLATFORM, "--fuzz-dir"])
        .arg(&package);
    rustup.arg("--target-dir").arg(workspace.target("fuzz"));
    if let [target] = targets {
        rustup.arg(target);
    }
    workspace::forget_caller(&mut rustup);
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"] {
        rustup.env_remove(name);
    }
    steps.command("build the targets", rustup.current_dir(&package))
}

fn fuzz(workspace: &Workspace, target: &str, seconds: u32) -> Result<Outcome> {
    let home = workspace.target("fuzz");
    let (corpus, found) = (
        home.join("corpus").join(target),
        home.join("found").join(target),
    );
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder)?;
    }
    let before = files(&found)?;
    let mut program = Command::new(home.join(PLATFORM).join("release").join(target));
    program
        .arg(&corpus)
        .arg(workspace.path("tests/fuzz/seeds").join(target));
    program.arg(format!("-max_total_time={seconds}"));
    program.arg(format!("-artifact_prefix={}/", found.display()));
    program.args([
        MAX_BYTES,
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]);
    let output = program
        .current_dir(env::temp_dir())
        .stdout(Stdio::null())
        .output()
        .with_context(|| workspace::shown(&program))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let mut broken_by = files(&found)?;
    broken_by.retain(|path| !before.contains(path));
    if !output.status.success() {
        eprintln!("{log}");
        ensure!(
            !broken_by.is_empty(),
            "{target} ended with {}",
            output.status
        );
    }
    Ok(Outcome {
        target: target.to_owned(),
        counted: counted(&log),
        broken_by,
    })
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    Ok(entries
        .map(|entry| entry.map(|it| it.path()))
        .collect::<Result<_, _>>()?)
}

/// The numbers in the lines `stat::name: number`.
fn counted(log: &str) -> BTreeMap<String, u64> {
    let lines = log.lines().filter_map(|line| line.strip_prefix("stat::"));
    lines
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, number)| Some((name.to_owned(), number.trim().parse().ok()?)))
        .collect()
}

fn table(outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "{:<16}{:>12}{:>10}{:>8}{:>8}\n",
        "target", "inputs", "per s", "MiB", "broken"
    );
    for outcome in outcomes {
        let count = |name| outcome.counted.get(name).copied().unwrap_or_default();
        text.push_str(&format!(
            "{:<16}{:>12}{:>10}{:>8}{:>8}\n",
            outcome.target,
            count("number_of_executed_units"),
            count("average_exec_per_sec"),
            count("peak_rss_mb"),
            outcome.broken_by.len(),
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_what_libfuzzer_counted_and_how_often_a_target_broke() {
        let log = "Done 9 runs in 2 second(s)\nstat::number_of_executed_units: 9\n\
                   stat::average_exec_per_sec:     4\nstat::peak_rss_mb:              71\nstat::odd: x\n";
        let outcome = Outcome {
            target: "mask".to_owned(),
            counted: counted(log),
            broken_by: vec![PathBuf::from("crash-1")],
        };
        let text = table(&[outcome]);
        assert_eq!(
            text.lines().nth(1),
            Some("mask                       9         4      71       1")
        );
    }

    #[test]
    fn every_target_is_built_and_has_something_to_begin_with() {
        let workspace = Workspace::find();
        let manifest = fs::read_to_string(workspace.path("tests/fuzz/Cargo.toml")).unwrap();
        let targets = targets(&workspace.path("tests/fuzz/targets")).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
        for target in targets {
            assert!(
                manifest.contains(&format!("targets/{target}.rs\"")),
                "{target}"
            );
            let seeds = files(&workspace.path("tests/fuzz/seeds").join(&target));
            assert!(seeds.is_ok_and(|it| !it.is_empty()), "{target} has no seed");
        }
    }
}
