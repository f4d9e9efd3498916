//! Puts load on the server; `deskbell-load` does it.

use std::env;

use anyhow::Result;

use crate::{
    dist,
    steps::Steps,
    workspace::{self, Workspace},
};

/// Options of `bench server`.
#[derive(clap::Args)]
pub struct Options {
    /// Everything once and small, in a minute: shows that it works, and nothing else.
    #[arg(long)]
    quick: bool,
}

/// Builds the server as it is shipped, and measures it. The report is `server.md` in `target/bench`.
///
/// # Errors
/// If something does not build, or cannot be measured. A floor that is missed is printed, and no error.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    dist::run(workspace, &mut steps)?;
    let mut cargo = workspace.cargo(["build", "--release"]);
    cargo.args(["--package", "deskbell-server", "--bin", "deskbell"]);
    steps.command("build the server", &mut cargo)?;
    // Its own build: it must not bring features into what is shipped.
    let mut cargo = workspace.cargo(["run", "--release", "--quiet", "--package", "deskbell-load"]);
    let program = format!("deskbell{}", env::consts::EXE_SUFFIX);
    let program = workspace.target("release").join(program);
    cargo.args(["--", "--program"]).arg(program);
    cargo.arg("--out").arg(workspace.path("target/bench"));
    if options.quick {
        cargo.arg("--quick");
    }
    workspace::must_succeed(&mut cargo)
}
