//! What is going on, on standard error: a bar on a terminal, else one line a step.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};

#[derive(Clone, Copy)]
pub(super) struct Progress {
    terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            terminal: io::stderr().is_terminal(),
        }
    }

    /// A step of so many parts, which whoever does them counts; it ends when it is dropped.
    pub(super) fn step(self, name: &str, parts: usize) -> Step {
        let bar = if self.terminal {
            let style = ProgressStyle::with_template("{prefix} {wide_bar} {percent:>3} % {eta:>4}");
            let bar = ProgressBar::new(parts as u64).with_prefix(name.to_owned());
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        } else {
            eprintln!("{name}");
            ProgressBar::hidden()
        };
        Step(bar)
    }
}

/// A step that is under way. May be moved on from several threads.
pub(super) struct Step(ProgressBar);

impl Step {
    pub(super) fn one_more(&self) {
        self.0.inc(1);
    }

    pub(super) fn done(&self, parts: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(parts as u64);
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
