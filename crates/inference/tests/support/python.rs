//! Python with onnxruntime.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A Python that can import onnxruntime, in a virtual environment of this test's own; `None` where that cannot be had.
pub fn with_onnxruntime() -> Option<PathBuf> {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("onnxruntime");
    let python = home.join("bin/python");
    let works = |command: &mut Command| {
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if works(Command::new(&python).args(["-c", "import numpy, onnxruntime"])) {
        return Some(python);
    }
    if !works(Command::new("python3").args(["-m", "venv"]).arg(&home)) {
        println!("skipped: needs python3 with its venv module");
        return None;
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "onnxruntime",
    ];
    if !works(Command::new(&python).args(install)) {
        println!("skipped: PyPI's onnxruntime cannot be installed here");
        return None;
    }
    Some(python)
}
