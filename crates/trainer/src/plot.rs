//! The candidates as a picture: size to the right, accuracy upwards, time as the area of the dot.

use std::fmt::Write;

use crate::explore::Candidate;
use crate::train::SHAPE;

const WIDTH: f32 = 720.0;
const HEIGHT: f32 = 420.0;
/// Height of a line of the legend below.
const LINE: f32 = 20.0;
const LEFT: f32 = 64.0;
const BOTTOM: f32 = 56.0;

/// An SVG that reads well on light and dark pages.
pub fn candidates(found: &[Candidate]) -> String {
    let most = found
        .iter()
        .map(|c| c.bytes as f32 / 1e6)
        .fold(1.0, f32::max)
        .ceil();
    let worst = found.iter().map(|c| c.few).fold(100.0, f32::min);
    let best = found.iter().map(|c| c.few).fold(0.0, f32::max);
    let (low, high) = ((worst / 5.0).floor() * 5.0, (best / 5.0).ceil() * 5.0);
    let across = |megabytes: f32| LEFT + megabytes / most * (WIDTH - LEFT - 24.0);
    let up = |accuracy: f32| {
        let share = (accuracy - low) / (high - low).max(1.0);
        HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - 24.0)
    };
    let whole = HEIGHT + LINE * found.len() as f32 + 8.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {whole}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\" fill=\"#7a8078\" role=\"img\"><title>Candidates: CLINC150 validation accuracy with ten examples a label, \
         against the size of the model file; the larger the dot, the slower</title>\n"
    );
    for step in 0..=(most as usize * 2) {
        let x = across(step as f32 / 2.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.0}\" x2=\"{x:.0}\" y1=\"24\" y2=\"{:.0}\" stroke=\"#7a8078\" stroke-opacity=\"0.25\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{:.1}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0,
            step as f32 / 2.0
        );
    }
    let mut accuracy = low;
    while accuracy <= high {
        let y = up(accuracy);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.0}\" y2=\"{y:.0}\" stroke=\"#7a8078\" stroke-opacity=\"0.25\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{accuracy:.0}</text>",
            WIDTH - 24.0,
            LEFT - 8.0,
            y + 4.0
        );
        accuracy += 5.0;
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">model file, MB brotli</text>\
         <text x=\"16\" y=\"16\">CLINC150 validation, 10 examples a label, accuracy in %</text>",
        (LEFT + WIDTH) / 2.0,
        HEIGHT - 14.0
    );
    for (at, candidate) in found.iter().enumerate() {
        let (x, y) = (across(candidate.bytes as f32 / 1e6), up(candidate.few));
        let layers: Vec<String> = candidate.layers.iter().map(usize::to_string).collect();
        let name = if layers.is_empty() {
            "no layer".to_owned()
        } else {
            format!("layers {}", layers.join(", "))
        };
        let chosen = candidate.layers == SHAPE.layers
            && candidate.feed == SHAPE.feed
            && candidate.pieces == SHAPE.pieces;
        let colour = if chosen { "#a8741a" } else { "#2f6f5e" };
        // The area grows with the time; the number needs some room.
        let radius = 7.0 + 4.0 * candidate.milliseconds.sqrt();
        let number = at + 1;
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.1}\" fill=\"{colour}\" fill-opacity=\"0.85\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\" fill=\"#fff\">{number}</text>\
             <text x=\"{LEFT}\" y=\"{:.0}\">{number}: {name}, {} units, {} pieces, {:.1} ms{}</text>",
            y + 4.0,
            HEIGHT + LINE * (at as f32 + 0.5),
            candidate.feed,
            candidate.pieces,
            candidate.milliseconds,
            if chosen { " (chosen)" } else { "" }
        );
    }
    svg.push_str("</svg>\n");
    svg
}
