//! Real servers that are killed, cut off and filled up while people use them; `deskbell-torture` does it.

use std::{env, ffi::OsStr};

use anyhow::Result;

use crate::{
    demo,
    steps::Steps,
    workspace::{self, Workspace},
};

/// Of a test run: long enough for several kills and a full disk, and the same people each time.
pub const SHORT: [&str; 4] = ["--minutes", "0.33", "--seed", "7"];

/// Builds the server and tortures it with these arguments.
///
/// # Errors
/// If something does not build, or is found.
pub fn run<A: AsRef<OsStr>>(workspace: &Workspace, arguments: &[A]) -> Result<()> {
    demo::build_server(workspace, &mut Steps::new())?;
    let mut cargo = workspace.cargo(["run", "--quiet", "--package", "deskbell-torture", "--"]);
    // Cargo runs it where the caller is, and a target folder may be named relative to that.
    cargo.arg("--program");
    cargo.arg(env::current_dir()?.join(workspace.deskbell()));
    workspace::must_succeed(cargo.args(arguments))
}
