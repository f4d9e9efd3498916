//! How long a transformer of the size of the triage model takes here: to load, and per message.
//! `cargo run --profile trainer -p deskbell-inference --example latency [LENGTH...]`

use std::time::Instant;

use deskbell_inference::Engine;

#[path = "../tests/engine/transformer.rs"]
mod transformer;

use transformer::{SMALL, Size, message, transformer};

const SIZE: Size = Size {
    pieces: 8_000,
    positions: 128,
    heads: 6,
    head: 64,
    feed_forward: 768,
    labels: [27, 3, 10],
    ..SMALL
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = transformer(&SIZE).to_bytes();
    let start = Instant::now();
    let engine = Engine::load(&file)?;
    println!(
        "{} kB loaded in {:.1} ms",
        file.len() / 1024,
        start.elapsed().as_secs_f64() * 1e3
    );
    let lengths: Vec<usize> = std::env::args()
        .skip(1)
        .map(|length| length.parse())
        .collect::<Result<_, _>>()?;
    let lengths = if lengths.is_empty() {
        vec![5, 10, 20, 40, 80]
    } else {
        lengths
    };
    for length in lengths {
        let (pieces, positions) = message(&SIZE, length);
        let mut times = Vec::new();
        for _ in 0..200 {
            let start = Instant::now();
            engine.run(&[("pieces", &pieces), ("positions", &positions)])?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let first = times[0];
        times.sort_by(f64::total_cmp);
        println!(
            "{length:>3} pieces: p50 {:.2} ms, p95 {:.2} ms, first {first:.2} ms",
            times[100], times[190]
        );
    }
    Ok(())
}
