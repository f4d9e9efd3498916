//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Runs real servers, lets people use them through a network that delays, cuts and duplicates, kills the servers again
/// and again, fills up the disk, and then checks that nothing that was acknowledged is lost, doubled, out of order or
/// forgotten.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "cargo xtask torture",
    override_usage = "cargo xtask torture [OPTIONS]"
)]
#[command(after_help = "\
The seed decides what everybody does and what befalls every connection. When things happen is up to the
machine, so a seed that found something often finds it again, not always.

Examples:
  cargo xtask torture --minutes 10
  cargo xtask torture --minutes 1 --seed 42 --store sqlite --keep")]
pub struct Options {
    /// The built server.
    #[arg(long, value_name = "FILE", hide = true)]
    pub program: PathBuf,
    /// How long the storm lasts on each store; 0.25 is a quarter of one.
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = minutes)]
    pub minutes: f64,
    /// Names the run [default: drawn, and printed]
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Where the servers keep their data.
    #[arg(long, value_enum, default_value_t = Choice::All)]
    pub store: Choice,
    /// How many visitors there are, each with one or two tabs.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=150))]
    pub visitors: u16,
    /// Leaves the folder with the database, the servers' logs and all that happened. A run that finds something always
    /// does.
    #[arg(long)]
    pub keep: bool,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if minutes > 0.0 && minutes <= 10_000.0 => Ok(minutes),
        _ => Err("a number of minutes above 0, such as 10 or 0.5".to_owned()),
    }
}

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// One server on SQLite.
    Sqlite,
    /// Three servers on one PostgreSQL, which is killed, too.
    Postgres,
    /// Both; PostgreSQL only where it is installed.
    All,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_a_storm_lasts_for_some_time() {
        Options::command().debug_assert();
        assert_eq!(minutes("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "NaN", "inf", "soon"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }
}
