//! What the browser has to load and to do, against what it may be.

mod page;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::{dist, dist::Web, steps::Steps, workspace::Workspace};

/// Options of `budget`.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Prints JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// A budget: what is measured, the files it counts by logical name, and the most brotli bytes they may have. Of the files
/// that begin alike, as the languages do, it counts the largest.
struct Budget {
    what: &'static str,
    files: &'static [&'static str],
    largest_of: Option<&'static str>,
    most: Option<u64>,
}

/// What the device loads to read messages, without the model.
pub const ENGINE: [&str; 3] = ["triage-worker.js", "triage.js", "triage_bg.wasm"];

const BUDGETS: [Budget; 5] = [
    Budget {
        what: "loader",
        files: &["embed.js"],
        largest_of: None,
        most: Some(4_000),
    },
    Budget {
        what: "widget",
        files: &[
            "tokens.css",
            "widget.css",
            "widget-boot.js",
            "widget.js",
            "widget_bg.wasm",
        ],
        largest_of: Some("locale-"),
        most: Some(130_000),
    },
    Budget {
        what: "triage engine",
        files: &ENGINE,
        largest_of: None,
        most: Some(1_200_000),
    },
    Budget {
        what: "triage model",
        // The vocabulary is in the manifest.
        files: &["model.onnx", "manifest.json"],
        largest_of: None,
        most: Some(3_000_000),
    },
    Budget {
        what: "console",
        files: &["console-boot.js", "console.js", "console_bg.wasm"],
        largest_of: None,
        most: None,
    },
];

/// One line of the report.
#[derive(Serialize)]
struct Line {
    what: &'static str,
    brotli_bytes: u64,
    budget_bytes: Option<u64>,
    within: bool,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Report {
    sizes: Vec<Line>,
    page: page::Report,
}

/// Brings the web build up to date, measures its sizes and what it costs a page, and prints the result on standard output.
///
/// # Errors
/// If it cannot be measured, or a budget is exceeded, naming each that is.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    let web = dist::run(workspace, &mut steps)?;
    let sizes = measure(&web)?;
    let page = page::measure(workspace, &mut steps)?;
    let report = Report { sizes, page };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}\n{}", table(&report.sizes), report.page);
    }
    let sizes = report.sizes.iter().filter(|line| !line.within);
    let exceeded: Vec<_> = sizes
        .map(|line| line.what)
        .chain(report.page.exceeded())
        .collect();
    if !exceeded.is_empty() {
        bail!("over budget: {}", exceeded.join("; "));
    }
    Ok(())
}

fn measure(web: &Web) -> Result<Vec<Line>> {
    BUDGETS
        .iter()
        .map(|budget| {
            let mut bytes = 0;
            for name in budget.files {
                let path = web.assets.get(*name).map_or(*name, String::as_str);
                bytes += web.brotli_bytes(path)?;
            }
            if let Some(start) = budget.largest_of {
                let like = web
                    .assets
                    .iter()
                    .filter(|(name, _)| name.starts_with(start));
                let sizes: Vec<u64> = like
                    .map(|(_, path)| web.brotli_bytes(path))
                    .collect::<Result<_>>()?;
                bytes += sizes.into_iter().max().unwrap_or(0);
            }
            Ok(Line {
                what: budget.what,
                brotli_bytes: bytes,
                budget_bytes: budget.most,
                within: budget.most.is_none_or(|most| bytes <= most),
            })
        })
        .collect()
}

fn table(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<15}{:>12}{:>12}{:>7}\n",
        "brotli bytes", "is", "may be", "used"
    );
    for line in lines {
        let (most, used) = match line.budget_bytes {
            Some(most) => (
                grouped(most),
                format!("{:.0} %", 100.0 * line.brotli_bytes as f64 / most as f64),
            ),
            None => ("-".to_owned(), String::new()),
        };
        let is = grouped(line.brotli_bytes);
        let over = if line.within { "" } else { "  over budget" };
        text.push_str(&format!(
            "{:<15}{is:>12}{most:>12}{used:>7}{over}\n",
            line.what
        ));
    }
    text
}

/// 1234567 as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(153_600), "153,600");
        assert_eq!(grouped(1_363_148), "1,363,148");
    }

    #[test]
    fn a_line_over_its_budget_says_so() {
        let line = |brotli_bytes, within| Line {
            what: "loader",
            brotli_bytes,
            budget_bytes: Some(4_000),
            within,
        };
        assert!(!table(&[line(4_000, true)]).contains("over"));
        assert!(table(&[line(4_001, false)]).contains("4,001       4,000  100 %  over budget"));
    }
}
