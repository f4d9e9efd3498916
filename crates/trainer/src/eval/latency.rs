//! Time per message, natively. The browser's is measured by `cargo xtask bench inference`.

use std::time::Instant;

use anyhow::Result;
use deskbell_inference::Classifier;

use super::figures::Figure;

/// A message of about twenty pieces.
const MESSAGE: &str =
    "hi, I ordered two lamps last week and only one of them has arrived, where is the other one?";
const RUNS: usize = 200;

/// The median over some runs, after some to warm up.
pub fn native(classifier: &Classifier) -> Result<Figure> {
    let pieces = classifier
        .manifest()
        .pieces()?
        .encode(MESSAGE, classifier.manifest().max_pieces)
        .len();
    let mut times = Vec::with_capacity(RUNS);
    for run in 0..RUNS + 20 {
        let start = Instant::now();
        classifier.classify(MESSAGE)?;
        if run >= 20 {
            times.push(start.elapsed().as_secs_f32() * 1_000.0);
        }
    }
    times.sort_by(f32::total_cmp);
    Ok(Figure::new(format!("native, {pieces} pieces, p50, ms"), times[RUNS / 2]).at_most())
}
