//! What the loader costs the merchant's page before anybody reaches for the chat, measured in Chromium.

use std::{fmt, fs, io};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{budget::grouped, demo, steps::Steps, test::browser, workspace::Workspace};

/// The loader, and its words where the page is not English.
const MOST_REQUESTS: usize = 2;
/// Milliseconds of the processor for scripts, with a processor slowed down to a quarter.
const MOST_MILLIS: f64 = 20.0;

/// Milliseconds of script per page on throttled mobile devices: HTTP Archive, March 2026.
const FIELD: [(&str, u32); 7] = [
    ("Crisp", 33),
    ("Chatwoot", 102),
    ("tawk.to", 440),
    ("LiveChat", 1116),
    ("Intercom", 1433),
    ("Zendesk", 2157),
    ("Drift", 4394),
];

/// What `tests/bench/page-cost.bench.ts` gives.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measured {
    chromium: String,
    /// How many times slower the processor is that the limit stands for.
    slowdown: u32,
    visits: Vec<Visit>,
    layout_shifts: Vec<LayoutShift>,
}

/// First visits of one page, until nothing happens any more.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    /// Of the loader's words.
    language: String,
    requests: Vec<Request>,
    /// Time of the processor, not of the clock: so other work on the machine counts little. One for each load.
    script_millis: Vec<f64>,
    /// The same with Chromium's own slowing down. That waits by the clock, so on a busy machine it slows down more.
    slowed_millis: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    path: String,
    /// As transferred, headers included.
    bytes: u64,
}

/// From the beginning of a page until the chat is open.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutShift {
    screen: String,
    moved: f64,
}

/// The result.
#[derive(Serialize)]
pub struct Report {
    #[serde(flatten)]
    measured: Measured,
    limits: Vec<Limit>,
}

/// Something that must not be exceeded.
#[derive(Serialize)]
struct Limit {
    what: String,
    is: f64,
    most: f64,
    within: bool,
}

/// Builds the server and measures in the browser of the stories.
///
/// # Errors
/// If something does not build, is missing, or fails in the browser.
pub fn measure(workspace: &Workspace, steps: &mut Steps) -> Result<Report> {
    demo::build_server(workspace, steps)?;
    let mut playwright = browser::playwright(workspace, steps)?;
    let folder = workspace.path("target/bench");
    fs::create_dir_all(&folder)?;
    let result = folder.join("page-cost.json");
    playwright
        .args(["--config", "bench/playwright.config.ts", "page-cost.bench"])
        .env("DESKBELL_PROGRAM", workspace.deskbell())
        .env("DESKBELL_BENCH_RESULT", &result)
        // Standard output is for the result.
        .stdout(io::stderr());
    steps.command("measure the loader on a page", &mut playwright)?;
    let measured = fs::read(&result).with_context(|| result.display().to_string())?;
    Report::new(serde_json::from_slice(&measured)?)
}

impl Report {
    /// # Errors
    /// If something was not measured.
    fn new(measured: Measured) -> Result<Self> {
        let limit = |what, is, most| Limit {
            what,
            is,
            most,
            within: is <= most,
        };
        let mut limits = Vec::new();
        for visit in &measured.visits {
            let (what, asked) = (format!("requests, {}", visit.language), &visit.requests);
            ensure!(!asked.is_empty(), "the loader was not requested");
            limits.push(limit(what, asked.len() as f64, MOST_REQUESTS as f64));
        }
        for shift in &measured.layout_shifts {
            let what = format!("layout shift, {}", shift.screen);
            limits.push(limit(what, shift.moved, 0.0));
        }
        for visit in &measured.visits {
            let what = format!("script in ms, {}", visit.language);
            let millis = f64::from(measured.slowdown) * median(&visit.script_millis)?;
            limits.push(limit(what, millis, MOST_MILLIS));
            median(&visit.slowed_millis)?;
        }
        Ok(Self { measured, limits })
    }

    /// What exceeds its limit.
    pub fn exceeded(&self) -> impl Iterator<Item = &str> {
        let over = self.limits.iter().filter(|limit| !limit.within);
        over.map(|limit| limit.what.as_str())
    }
}

/// # Errors
/// If there are no times.
fn median(times: &[f64]) -> Result<f64> {
    ensure!(!times.is_empty(), "nothing was measured");
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted[sorted.len() / 2])
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measured {
            chromium,
            slowdown,
            visits,
            ..
        } = &self.measured;
        writeln!(
            to,
            "{:<24}{:>12}{:>12}",
            "on the merchant's page", "is", "may be"
        )?;
        for Limit {
            what,
            is,
            most,
            within,
        } in &self.limits
        {
            let digits = match *is {
                is if is.fract() == 0.0 => 0,
                is if is < 1.0 => 4,
                _ => 2,
            };
            let over = if *within { "" } else { "  over budget" };
            writeln!(to, "{what:<24}{is:>12.digits$}{most:>12}{over}")?;
        }
        for visit in visits {
            let asked = visit.requests.iter();
            let asked: Vec<_> = asked
                .map(|it| format!("{} {}", it.path, grouped(it.bytes)))
                .collect();
            let (language, asked) = (&visit.language, asked.join(", "));
            let slowed = median(&visit.slowed_millis).unwrap_or(f64::NAN);
            let over = if slowed > MOST_MILLIS {
                ", OVER the same limit, which does not hold for it"
            } else {
                ""
            };
            writeln!(
                to,
                "{language}: transferred {asked} bytes; with Chromium's own slowing down {slowed:.2} ms{over}"
            )?;
        }
        let field: Vec<_> = FIELD
            .iter()
            .map(|(whose, millis)| format!("{whose} {millis}"))
            .collect();
        writeln!(
            to,
            "Chromium {chromium}, first visits, until nothing happens any more. Script: the processor's time on the page's\n\
             main thread, median of {} loads, times {slowdown} for a slower device. In the field (HTTP Archive, March 2026,\n\
             throttled mobile devices; measured in another way, so only an indication): {}.",
            visits.first().map_or(0, |visit| visit.script_millis.len()),
            field.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(requests: usize, script_millis: &[f64], moved: f64) -> Result<Report> {
        let request = |_| Request {
            path: "/embed.js".to_owned(),
            bytes: 4_321,
        };
        Report::new(Measured {
            chromium: "1".to_owned(),
            slowdown: 4,
            visits: vec![Visit {
                language: "en".to_owned(),
                requests: (0..requests).map(request).collect(),
                script_millis: script_millis.to_vec(),
                slowed_millis: script_millis.to_vec(),
            }],
            layout_shifts: vec![LayoutShift {
                screen: "phone".to_owned(),
                moved,
            }],
        })
    }

    #[test]
    fn what_is_within_its_limits_is_printed_beside_the_field() {
        let report = report(2, &[90.0, 5.0, 3.0], 0.0).unwrap();
        assert_eq!(report.exceeded().count(), 0);
        let text = report.to_string();
        assert!(!text.contains("over budget"), "{text}");
        assert!(text.contains("/embed.js 4,321, /embed.js 4,321"), "{text}");
        assert!(text.contains("Crisp 33, Chatwoot 102"), "{text}");
    }

    #[test]
    fn every_limit_that_is_exceeded_is_named() {
        let report = report(3, &[5.01, 5.01, 3.0], 0.001).unwrap();
        let over: Vec<_> = report.exceeded().collect();
        assert_eq!(
            over,
            ["requests, en", "layout shift, phone", "script in ms, en"]
        );
        let text = report.to_string();
        assert!(text.contains("20.04          20  over budget"), "{text}");
    }

    #[test]
    fn a_page_that_was_not_measured_gives_no_report() {
        assert!(report(1, &[], 0.0).is_err());
        assert!(report(0, &[1.0], 0.0).is_err());
    }
}
