//! What was measured, and how it is printed.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::budget::grouped;

/// The most milliseconds that half of the messages of [`TYPICAL`] pieces may take.
const MOST_MILLIS: f64 = 6.0;
/// Pieces of a usual message.
const TYPICAL: usize = 20;
/// The levels of onnxruntime-web that compute what the file says; we must not be slower than the faster of them.
const SAME_FUNCTION: [&str; 2] = ["basic", "exact"];

/// What the page gives: all times in milliseconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    chromium: String,
    cold: Both<Vec<f64>>,
    pairs: Vec<Turns>,
}

/// One value for each engine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Both<T> {
    /// Of ours.
    pub deskbell: T,
    /// Of onnxruntime-web.
    pub onnxruntime: T,
}

/// Bytes that each engine needs, compressed with brotli; without the model.
pub type Size = Both<u64>;

/// Runs in turns: ours, theirs, ours, theirs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turns {
    /// How onnxruntime-web treats the graph; `tests/bench/engines.js` explains it.
    level: String,
    /// Pieces.
    length: usize,
    /// The greatest difference between outputs of both.
    difference: f64,
    #[serde(flatten)]
    times: Both<Vec<f64>>,
}

/// Half of the runs, and nineteen of twenty, took no longer.
#[derive(Clone, Copy, Debug, Serialize)]
struct Spread {
    p50: f64,
    p95: f64,
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    turns: Turns,
    spread: Both<Spread>,
    /// Our p50 by theirs: below 1, ours is faster.
    ratio: f64,
}

/// The result.
#[derive(Serialize)]
pub struct Report {
    chromium: String,
    onnxruntime_web: String,
    lines: Vec<Line>,
    /// From bytes in memory to the first result.
    cold_start: Both<Vec<f64>>,
    brotli_bytes: Size,
    floors: Vec<Floor>,
}

/// Something that has to hold on a usual message.
#[derive(Serialize)]
struct Floor {
    what: String,
    is: f64,
    most: f64,
    met: bool,
}

impl Report {
    /// Sums up.
    ///
    /// # Errors
    /// If something was not measured.
    pub fn new(measured: Measured, onnxruntime_web: String, brotli_bytes: Size) -> Result<Self> {
        let line = |turns: Turns| {
            let spread = Both {
                deskbell: spread(&turns.times.deskbell)?,
                onnxruntime: spread(&turns.times.onnxruntime)?,
            };
            Ok(Line {
                ratio: spread.deskbell.p50 / spread.onnxruntime.p50,
                spread,
                turns,
            })
        };
        let lines: Vec<Line> = measured
            .pairs
            .into_iter()
            .map(line)
            .collect::<Result<_>>()?;
        let typical = lines
            .iter()
            .filter(|line| line.turns.length == TYPICAL)
            .filter(|line| SAME_FUNCTION.contains(&line.turns.level.as_str()))
            .min_by(|a, b| f64::total_cmp(&a.spread.onnxruntime.p50, &b.spread.onnxruntime.p50))
            .context("the usual message was not measured")?;
        let floor = |what: &str, is: f64, most: f64| Floor {
            what: format!("{TYPICAL} pieces, {what}"),
            is,
            most,
            met: is <= most,
        };
        let floors = vec![
            floor("p50 in ms", typical.spread.deskbell.p50, MOST_MILLIS),
            floor(
                &format!("ratio to onnxruntime-web {}", typical.turns.level),
                typical.ratio,
                1.0,
            ),
        ];
        for times in [&measured.cold.deskbell, &measured.cold.onnxruntime] {
            spread(times)?;
        }
        Ok(Self {
            chromium: measured.chromium,
            onnxruntime_web,
            lines,
            cold_start: measured.cold,
            brotli_bytes,
            floors,
        })
    }
}

/// # Errors
/// If there are no times.
fn spread(times: &[f64]) -> Result<Spread> {
    ensure!(!times.is_empty(), "nothing was measured");
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    Ok(Spread {
        p50: at(0.5),
        p95: at(0.95),
    })
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            to,
            "Chromium {}, onnxruntime-web {}, one thread each, in turns; milliseconds\n",
            self.chromium, self.onnxruntime_web
        )?;
        writeln!(
            to,
            "{:<20}{:>7}{:>9}{:>8}{:>12}{:>8}{:>8}{:>12}",
            "onnxruntime level",
            "pieces",
            "ours p50",
            "p95",
            "theirs p50",
            "p95",
            "ratio",
            "difference"
        )?;
        for line in &self.lines {
            let Both {
                deskbell: ours,
                onnxruntime: theirs,
            } = &line.spread;
            writeln!(
                to,
                "{:<20}{:>7}{:>9.2}{:>8.2}{:>12.2}{:>8.2}{:>8.2}{:>12.1e}",
                line.turns.level,
                line.turns.length,
                ours.p50,
                ours.p95,
                theirs.p50,
                theirs.p95,
                line.ratio,
                line.turns.difference
            )?;
        }
        writeln!(to, "\n{:<28}{:>12}{:>18}", "", "ours", "onnxruntime-web")?;
        let middle = |times: &[f64]| spread(times).map_or(f64::NAN, |spread| spread.p50);
        let largest = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
        let cold = &self.cold_start;
        for (what, of) in [
            ("cold start, median", &middle as &dyn Fn(&[f64]) -> f64),
            ("cold start, slowest", &largest),
        ] {
            let (ours, theirs) = (of(&cold.deskbell), of(&cold.onnxruntime));
            writeln!(to, "{what:<28}{ours:>12.1}{theirs:>18.1}")?;
        }
        let size = &self.brotli_bytes;
        let (ours, theirs) = (grouped(size.deskbell), grouped(size.onnxruntime));
        writeln!(to, "{:<28}{ours:>12}{theirs:>18}\n", "engine, brotli bytes")?;
        for floor in &self.floors {
            let verdict = if floor.met { "met" } else { "MISSED" };
            let Floor { what, is, most, .. } = floor;
            writeln!(to, "{what}: {is:.2}, may be {most:.2}: {verdict}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(ours: &[f64], theirs: &[f64]) -> Report {
        let times = Both {
            deskbell: ours.to_vec(),
            onnxruntime: theirs.to_vec(),
        };
        let turns = Turns {
            level: SAME_FUNCTION[0].to_owned(),
            length: TYPICAL,
            difference: 2e-7,
            times: times.clone(),
        };
        let measured = Measured {
            chromium: "1".to_owned(),
            cold: times,
            pairs: vec![turns],
        };
        Report::new(measured, "2".to_owned(), Size::default()).unwrap()
    }

    #[test]
    fn half_of_the_runs_decide_whether_a_floor_is_met() {
        let faster = report(&[9.0, 3.0, 3.0], &[4.0, 4.0, 4.0]);
        assert!(faster.floors.iter().all(|floor| floor.met));
        assert!(!faster.to_string().contains("MISSED"));
        let slower = report(&[7.0, 7.0, 1.0], &[4.0, 4.0, 4.0]);
        assert!(slower.floors.iter().all(|floor| !floor.met));
        assert!(slower.to_string().contains("7.00, may be 6.00: MISSED"));
    }

    #[test]
    fn a_page_that_measured_nothing_gives_no_report() {
        assert!(spread(&[]).is_err());
    }
}
