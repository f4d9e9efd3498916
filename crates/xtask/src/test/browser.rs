//! What the browser stories and measurements need: a server, Node.js, its packages, and Chromium.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    demo, dist,
    steps::Steps,
    workspace::{self, Workspace},
};

/// Overrides which browser the stories use.
const CHROMIUM: &str = "DESKBELL_CHROMIUM";

/// Runs every story against the real server in a real browser.
///
/// # Errors
/// If something is missing that cannot be installed from here, saying what, or if a story fails.
pub fn stories(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new();
    prepare(workspace, &mut steps)?;
    let mut playwright = playwright(workspace, &mut steps)?;
    playwright.env("DESKBELL_PROGRAM", workspace.deskbell());
    steps.command("browser stories", &mut playwright)
}

/// Builds what stories in any browser are told about, and installs what runs them.
///
/// # Errors
/// If something does not build, or is missing and cannot be installed from here, saying what.
pub fn prepare(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    need_node()?;
    dist::run(workspace, steps)?;
    dist::offline::run(workspace, steps)?;
    demo::build_server(workspace, steps)?;
    let tests = workspace.path("tests");
    packages(&tests, steps)?;
    let mut types = Command::new("npx");
    types.current_dir(tests).args(["tsc", "--project", "."]);
    steps.command("check the types of the stories", &mut types)
}

/// Playwright, to be run in `tests`, with its packages and a browser.
///
/// # Errors
/// If something is missing that cannot be installed from here, saying what.
pub fn playwright(workspace: &Workspace, steps: &mut Steps) -> Result<Command> {
    need_node()?;
    let chromium = chromium(steps)?;
    let tests = workspace.path("tests");
    packages(&tests, steps)?;
    let mut playwright = Command::new("npx");
    playwright.current_dir(tests).args(["playwright", "test"]);
    playwright.env(CHROMIUM, chromium);
    Ok(playwright)
}

/// # Errors
/// If Node.js is not installed.
pub fn need_node() -> Result<()> {
    for program in ["node", "npm", "npx"] {
        if workspace::find_program(program).is_none() {
            bail!(
                "`{program}` is missing: install Node.js 20 or later with npm (Debian: apt-get install nodejs npm)"
            );
        }
    }
    Ok(())
}

/// The browser to use; installed with apt-get where that is possible.
fn chromium(steps: &mut Steps) -> Result<PathBuf> {
    if let Some(path) = env::var_os(CHROMIUM) {
        return Ok(path.into());
    }
    let find = || {
        ["chromium", "chromium-browser"]
            .iter()
            .find_map(|name| workspace::find_program(name))
    };
    if let Some(path) = find() {
        return Ok(path);
    }
    install(&["chromium"], steps)?;
    find().with_context(|| {
        format!("chromium is missing: install it (Debian: apt-get install chromium) or name one in {CHROMIUM}")
    })
}

/// Installs packages of Debian. Says whether that is possible here at all: only as root, and with apt-get.
///
/// # Errors
/// If apt-get fails.
pub fn install(packages: &[&str], steps: &mut Steps) -> Result<bool> {
    if workspace::find_program("apt-get").is_none() || !is_root() {
        return Ok(false);
    }
    steps.command(
        "read Debian's package lists",
        Command::new("apt-get").args(["update", "-qq"]),
    )?;
    let mut install = Command::new("apt-get");
    install.args(["install", "-qq", "--yes", "--no-install-recommends"]);
    install.args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    steps.command(&format!("install {}", packages.join(", ")), &mut install)?;
    Ok(true)
}

#[cfg(unix)]
fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Installs the locked npm packages when the lock is newer than what is installed.
fn packages(tests: &Path, steps: &mut Steps) -> Result<()> {
    let changed = |path: &str| fs::metadata(tests.join(path)).and_then(|data| data.modified());
    let locked = changed("package-lock.json").context("tests/package-lock.json")?;
    if changed("node_modules/.package-lock.json").is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(tests)
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    steps.command("install the npm packages", &mut npm)
}
