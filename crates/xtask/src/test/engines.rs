//! The core of the stories in Firefox ESR and WebKitGTK: finds or installs these browsers and what drives them.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    steps::Steps,
    test::browser,
    workspace::{self, Workspace},
};

/// The driver of Firefox, which Debian does not have: from crates.io, into `target/tools`.
const GECKODRIVER: (&str, &str) = ("geckodriver", "0.37.1");

/// What `--engines` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// All stories, through Playwright.
    Chromium,
    /// The core of the stories, in Firefox ESR through WebDriver.
    Firefox,
    /// The core of the stories, in WebKitGTK's MiniBrowser through WebDriver.
    Webkit,
    /// All of them.
    All,
}

/// The engines to test in.
pub struct Engines(Vec<Choice>);

impl Engines {
    /// Those that were named; none named means Chromium, and the others as far as they are here or can be installed.
    pub fn new(named: &[Choice]) -> Self {
        Self(named.to_vec())
    }

    /// Whether the stories run in Chromium.
    pub fn chromium(&self) -> bool {
        self.0.is_empty() || self.names(Choice::Chromium)
    }

    fn names(&self, engine: Choice) -> bool {
        self.0.contains(&engine) || self.0.contains(&Choice::All)
    }

    /// Runs the core of the stories in the engines beside Chromium.
    ///
    /// # Errors
    /// If an engine that was named cannot be had, or a story fails.
    pub fn stories(&self, workspace: &Workspace) -> Result<()> {
        let mut steps = Steps::new();
        let mut playwright = Command::new("npx");
        playwright.args(["playwright", "test", "--config", "engines.config.ts"]);
        let mut found = false;
        for engine in [&FIREFOX, &WEBKIT] {
            let named = self.names(engine.choice);
            if !named && !self.0.is_empty() {
                continue;
            }
            match engine.programs(workspace, &mut steps) {
                Ok(programs) => {
                    found = true;
                    playwright.envs(programs);
                    playwright.arg(format!("--project={}", engine.project));
                }
                Err(error) if named => return Err(error),
                Err(error) => eprintln!("No stories in {}: {error:#}.", engine.name),
            }
        }
        if !found {
            return Ok(());
        }
        browser::prepare(workspace, &mut steps)?;
        playwright.current_dir(workspace.path("tests"));
        playwright.env("DESKBELL_PROGRAM", workspace.deskbell());
        steps.command("stories in other engines", &mut playwright)
    }
}

/// A browser and what drives it.
struct Engine {
    choice: Choice,
    name: &'static str,
    /// In `tests/engines.config.ts`.
    project: &'static str,
    programs: &'static [Program],
}

/// A program that the stories need, and where they look for its path.
struct Program {
    variable: &'static str,
    /// The first that is found.
    names: &'static [&'static str],
    from: Source,
}

/// Where a program can be had.
enum Source {
    /// A package of Debian.
    Debian(&'static str),
    /// crates.io.
    Cargo,
}

static FIREFOX: Engine = Engine {
    choice: Choice::Firefox,
    name: "Firefox",
    project: "firefox",
    programs: &[
        Program {
            variable: "DESKBELL_FIREFOX",
            names: &["firefox-esr", "firefox"],
            from: Source::Debian("firefox-esr"),
        },
        Program {
            variable: "DESKBELL_GECKODRIVER",
            names: &[GECKODRIVER.0],
            from: Source::Cargo,
        },
    ],
};

static WEBKIT: Engine = Engine {
    choice: Choice::Webkit,
    name: "WebKitGTK",
    project: "webkit",
    programs: &[
        Program {
            variable: "DESKBELL_WEBKIT_DRIVER",
            names: &["WebKitWebDriver"],
            // Brings the browser, too, with the library.
            from: Source::Debian("webkit2gtk-driver"),
        },
        Program {
            variable: "DESKBELL_XVFB",
            names: &["Xvfb"],
            from: Source::Debian("xvfb"),
        },
    ],
};

impl Engine {
    /// The paths of its programs under the names of their variables. What is missing is installed where that is
    /// possible.
    fn programs(
        &self,
        workspace: &Workspace,
        steps: &mut Steps,
    ) -> Result<Vec<(&'static str, PathBuf)>> {
        let missing: Vec<_> = self
            .programs
            .iter()
            .filter(|program| program.find(workspace).is_none())
            .collect();
        let packages: Vec<_> = missing
            .iter()
            .filter_map(|program| match program.from {
                Source::Debian(package) => Some(package),
                Source::Cargo => None,
            })
            .collect();
        if !packages.is_empty() && !browser::install(&packages, steps)? {
            bail!(
                "install it (Debian: apt-get install {})",
                packages.join(" ")
            );
        }
        if missing
            .iter()
            .any(|program| matches!(program.from, Source::Cargo))
        {
            install_geckodriver(workspace, steps)?;
        }
        self.programs
            .iter()
            .map(|program| {
                let path = program.find(workspace);
                let path = path.with_context(|| format!("`{}` is missing", program.names[0]))?;
                Ok((program.variable, path))
            })
            .collect()
    }
}

impl Program {
    fn find(&self, workspace: &Workspace) -> Option<PathBuf> {
        if let Some(path) = env::var_os(self.variable) {
            return Some(path.into());
        }
        let ours = matches!(self.from, Source::Cargo).then(|| tool(workspace));
        ours.filter(|path| path.is_file()).or_else(|| {
            self.names
                .iter()
                .find_map(|name| workspace::find_program(name))
        })
    }
}

fn tool(workspace: &Workspace) -> PathBuf {
    let name = format!("{}{}", GECKODRIVER.0, env::consts::EXE_SUFFIX);
    tools(workspace).join("bin").join(name)
}

/// A folder for each version, so that another one is built when it is wanted.
fn tools(workspace: &Workspace) -> PathBuf {
    let (name, version) = GECKODRIVER;
    workspace.target("tools").join(format!("{name}-{version}"))
}

/// In the development profile, which builds in half the time: the driver only hands commands on.
fn install_geckodriver(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let (name, version) = GECKODRIVER;
    let mut cargo = workspace.cargo(["install", name, "--version", version, "--locked", "--debug"]);
    cargo.arg("--root").arg(tools(workspace));
    steps.command("build geckodriver", &mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chromium_is_tested_unless_only_others_are_named() {
        for (named, chromium) in [
            (&[][..], true),
            (&[Choice::All], true),
            (&[Choice::Chromium, Choice::Firefox], true),
            (&[Choice::Firefox], false),
            (&[Choice::Webkit, Choice::Firefox], false),
        ] {
            assert_eq!(Engines::new(named).chromium(), chromium, "{named:?}");
        }
    }

    #[test]
    fn an_engine_is_named_by_its_name_or_with_all() {
        assert!(Engines::new(&[Choice::All]).names(Choice::Webkit));
        assert!(!Engines::new(&[Choice::Firefox]).names(Choice::Webkit));
        assert!(!Engines::new(&[]).names(Choice::Firefox));
    }
}
