//! The command line, and how much is measured.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Starts the release build of the server on this machine, puts load on it, and prints what it takes beside its floors
/// and aims. A report and a picture are written, too.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "cargo xtask bench server",
    override_usage = "cargo xtask bench server [OPTIONS]"
)]
pub struct Options {
    /// The built server.
    #[arg(long, value_name = "FILE", hide = true)]
    pub program: PathBuf,
    /// Where databases lie meanwhile, and the report afterwards.
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub out: PathBuf,
    /// Everything once and small, in a minute: shows that it works, and nothing else.
    #[arg(long)]
    pub quick: bool,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Who writes at the same time, each in a conversation of their own.
    pub writers: u64,
    /// How often the server and the database alone take turns.
    pub rounds: usize,
    /// How long each turn is.
    pub turn: Duration,
    /// Open event streams.
    pub streams: u64,
    /// For how long messages come to some of them.
    pub chat: Duration,
    /// Stored conversations at which costs are compared.
    pub sizes: [u64; 3],
    /// Times each of these costs is measured.
    pub samples: usize,
    /// Starts of the server.
    pub starts: usize,
}

impl Scale {
    /// What the figures are about.
    pub const FULL: Self = Self {
        writers: 64,
        rounds: 3,
        turn: Duration::from_secs(5),
        streams: 10_000,
        chat: Duration::from_secs(20),
        sizes: [10_000, 100_000, 1_000_000],
        samples: 1_000,
        starts: 11,
    };

    /// Of `--quick`.
    pub const QUICK: Self = Self {
        writers: 16,
        rounds: 1,
        turn: Duration::from_secs(1),
        streams: 500,
        chat: Duration::from_secs(3),
        sizes: [1_000, 3_000, 10_000],
        samples: 50,
        starts: 3,
    };
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::people;

    #[test]
    fn the_command_line_is_consistent_and_everybody_who_is_needed_is_stored() {
        Options::command().debug_assert();
        for scale in [Scale::FULL, Scale::QUICK] {
            assert!(scale.writers <= people::WAITING);
            assert!(scale.sizes.is_sorted());
            assert!(scale.sizes[0] > people::CALM);
            assert!(scale.sizes[1] >= people::CALM + scale.streams);
        }
    }
}
