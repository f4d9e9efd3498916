//! Steps that take time: each is announced, shows that it lives, and prints how long it took.
//! All of it goes to standard error, so that a command's result on standard output stays clean.

use std::{
    io::{self, IsTerminal},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::workspace;

/// The steps of one run.
pub struct Steps {
    began: Instant,
    terminal: bool,
}

impl Steps {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            terminal: io::stderr().is_terminal(),
        }
    }

    /// Since the start.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Runs a program whose own output shows its progress.
    pub fn command(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let began = Instant::now();
        eprintln!("… {name}");
        workspace::must_succeed(command).context(name.to_owned())?;
        eprintln!("✓ {name}  {}", seconds(began.elapsed()));
        Ok(())
    }

    /// Runs work of our own with a bar: give it a length and move it, or leave it a spinner. Its last message
    /// stays in the line that is printed at the end.
    pub fn work<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&ProgressBar) -> Result<T>,
    ) -> Result<T> {
        let began = Instant::now();
        let bar = if self.terminal {
            let style = ProgressStyle::with_template("{spinner} {prefix} {bar:24} {elapsed} {msg}")
                .context("the template of the progress bar")?;
            let bar = ProgressBar::new_spinner()
                .with_style(style)
                .with_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        } else {
            eprintln!("… {name}");
            ProgressBar::hidden()
        };
        let outcome = work(&bar);
        let message = bar.message();
        bar.finish_and_clear();
        let value = outcome.with_context(|| name.to_owned())?;
        let gap = if message.is_empty() { "" } else { ": " };
        eprintln!("✓ {name}{gap}{message}  {}", seconds(began.elapsed()));
        Ok(value)
    }
}

/// A duration as people read it in a list of steps.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
