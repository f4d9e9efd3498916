//! What is wrong with a file.

use std::fmt;

/// So many are told at once.
const SHOWN: usize = 20;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column, if it is about one.
    pub column: Option<&'static str>,
    /// What is wrong, without a full stop.
    pub what: String,
}

impl Problem {
    pub(super) fn at(line: u64, column: Option<&'static str>, what: impl Into<String>) -> Self {
        Self {
            line,
            column,
            what: what.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All that is wrong with a file. Shown one a line, the first 20.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    found: Vec<Problem>,
    stopped: bool,
}

impl Problems {
    /// In the file's order.
    #[must_use]
    pub fn found(&self) -> &[Problem] {
        &self.found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn add(&mut self, problem: Problem) {
        self.found.push(problem);
    }

    /// Adds one after which the rest of the file is not worth reading.
    pub(super) fn stop(&mut self, problem: Problem) {
        self.add(problem);
        self.stopped = true;
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    pub(super) fn sorted(mut self) -> Self {
        self.found.sort_by_key(|problem| problem.line);
        self
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        let mut problems = Self::default();
        problems.stop(problem);
        problems
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.found.iter().take(SHOWN).enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        match self.found.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}
