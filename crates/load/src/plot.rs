//! What things cost by how many conversations are stored, as a picture.

use std::fmt::Write as _;

use crate::figure::{grouped, shown};
use crate::growth::Cost;
use crate::times::Spread;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 56.0;
/// Of one line of text.
const LINE: f64 = 15.0;

/// One thing that costs something.
struct Line {
    name: &'static str,
    colour: &'static str,
    of: fn(&Cost) -> Spread,
}

const LINES: [Line; 2] = [
    Line {
        name: "message",
        colour: "#2f6f5e",
        of: |cost| cost.append,
    },
    Line {
        name: "inbox",
        colour: "#a8741a",
        of: |cost| cost.inbox,
    },
];

/// An SVG that reads well on light and dark pages: solid lines for p50, dashed ones for p99.
pub fn growth(costs: &[Cost]) -> String {
    let times = costs
        .iter()
        .flat_map(|cost| LINES.iter().map(|line| (line.of)(cost).p99));
    let (step, most) = scale(times.fold(0.0, f64::max));
    let logs = costs.iter().map(|cost| (cost.stored as f64).log10());
    let low = logs.clone().fold(f64::INFINITY, f64::min);
    let high = logs.fold(0.0, f64::max).max(low + 0.1);
    let across = |stored: u64| {
        let share = ((stored as f64).log10() - low) / (high - low);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    };
    let up = |millis: f64| HEIGHT - BOTTOM - millis / most * (HEIGHT - BOTTOM - TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\" fill=\"#7a8078\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">What a message and the inbox cost as the log grows</title>\n<desc id=\"desc\">{}</desc>\n",
        told(costs)
    );
    let mut at = 0.0;
    while at <= most + step / 2.0 {
        let y = up(at);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#7a8078\" stroke-opacity=\"0.25\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{at}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0
        );
        at += step;
    }
    for cost in costs {
        let x = across(cost.stored);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - BOTTOM + 18.0,
            grouped(cost.stored)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">conversations stored</text>\
         <text x=\"16\" y=\"16\">milliseconds; solid p50, dashed p99</text>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 14.0
    );
    // Names stand beside the ends of their lines, and never on each other.
    let mut names = Vec::new();
    for line in &LINES {
        for (percentile, dash, of) in [
            ("p50", "none", (|spread| spread.p50) as fn(Spread) -> f64),
            ("p99", "5 4", |spread| spread.p99),
        ] {
            let points = costs.iter().map(|cost| {
                let millis = of((line.of)(cost));
                format!("{:.1},{:.1}", across(cost.stored), up(millis))
            });
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>",
                points.collect::<Vec<_>>().join(" "),
                line.colour
            );
            if let Some(last) = costs.last() {
                let millis = of((line.of)(last));
                let name = format!("{} {percentile}: {}", line.name, shown(millis));
                names.push((up(millis), line.colour, name));
            }
        }
    }
    names.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut below = f64::INFINITY;
    for (y, colour, name) in names {
        below = y.min(below - LINE);
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            WIDTH - RIGHT + 8.0,
            below + 4.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Between lines of the grid, and the topmost of them.
fn scale(largest: f64) -> (f64, f64) {
    let mut step = 1.0;
    while largest / step > 8.0 {
        step *= if step.log10().fract() == 0.0 {
            5.0
        } else {
            2.0
        };
    }
    (step, (largest / step).ceil().max(1.0) * step)
}

/// For those who do not see it.
fn told(costs: &[Cost]) -> String {
    let mut sentences = Vec::new();
    for cost in costs {
        let parts = LINES.iter().map(|line| {
            let Spread { p50, p99, .. } = (line.of)(cost);
            format!("{} p50 {} and p99 {} ms", line.name, shown(p50), shown(p99))
        });
        sentences.push(format!(
            "With {} conversations: {}.",
            grouped(cost.stored),
            parts.collect::<Vec<_>>().join(", ")
        ));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_says_in_words_what_it_shows_and_every_size_has_its_place() {
        let cost = |stored: u64, p99| {
            let spread = Spread {
                count: 1,
                p50: 1.0,
                p99,
            };
            Cost {
                stored,
                megabytes: 1.0,
                append: spread,
                inbox: spread,
                open: spread,
                history: spread,
            }
        };
        let svg = growth(&[cost(10_000, 9.0), cost(1_000_000, 12.0)]);
        assert!(svg.contains("With 1,000,000 conversations: message p50 1.00 and p99 12.0 ms"));
        assert_eq!(svg.matches("<polyline").count(), 4);
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(scale(12.0), (5.0, 15.0));
        assert_eq!(scale(0.0), (1.0, 1.0));
    }
}
