//! What was measured, as a table and as a page.

use std::fmt::Write as _;

use crate::appends::Appends;
use crate::figure::{Better, Figure, grouped, shown};
use crate::growth::Cost;
use crate::options::Scale;
use crate::start::Start;
use crate::streams::Streams;
use crate::times::Spread;

/// Everything that was measured.
pub struct Measured {
    /// Whether it was done for the figures, or to see that it works.
    pub quick: bool,
    /// Processors of the machine.
    pub processors: usize,
    /// How much was measured.
    pub scale: Scale,
    /// The server, and the database alone, in turns.
    pub appends: Vec<(Appends, Appends)>,
    /// The turn whose ratio is the median.
    pub ratio: f64,
    /// Open streams.
    pub streams: Streams,
    /// Starts.
    pub start: Start,
    /// Costs at each size.
    pub costs: Vec<Cost>,
}

impl Measured {
    /// What has floors and aims.
    pub fn figures(&self) -> Vec<Figure> {
        let less = |what: String, value, floor, aim| Figure {
            what,
            value,
            floor,
            aim,
            better: Better::Less,
        };
        let streams = grouped(self.streams.count);
        let mut figures = vec![
            Figure {
                what: "durable appends over HTTP, share of the database alone".to_owned(),
                value: self.ratio,
                floor: 0.4,
                aim: Some(0.7),
                better: Better::More,
            },
            less(
                format!("memory with {streams} open streams, MB"),
                self.streams.megabytes,
                400.0,
                Some(150.0),
            ),
            less(
                format!("message to its stream among {streams}, p99, ms"),
                self.streams.spread.p99,
                100.0,
                Some(20.0),
            ),
            less(
                "memory idle, MB".to_owned(),
                self.start.idle_megabytes,
                40.0,
                Some(20.0),
            ),
            less(
                "cold start to ready, median, ms".to_owned(),
                self.start.ready_millis,
                200.0,
                Some(50.0),
            ),
        ];
        if let Some(largest) = self.costs.last() {
            let stored = grouped(largest.stored);
            figures.push(less(
                format!("inbox with {stored} conversations stored, p99, ms"),
                largest.inbox.p99,
                50.0,
                None,
            ));
        }
        figures
    }

    /// For the terminal.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{:<58}{:>10}{:>8}{:>8}  reached",
            "", "measured", "floor", "aim"
        );
        for figure in self.figures() {
            let _ = writeln!(
                text,
                "{:<58}{:>10}{:>8}{:>8}  {}",
                figure.what,
                shown(figure.value),
                figure.floor,
                figure.aim.map_or_else(String::new, |aim| aim.to_string()),
                figure.reached().word()
            );
        }
        let _ = write!(text, "\n{}", self.details());
        text
    }

    /// What the figures are made of.
    fn details(&self) -> String {
        let mut text = String::new();
        if self.quick {
            text.push_str("A quick run: it shows that everything works. Its figures are none.\n\n");
        }
        let _ = writeln!(
            text,
            "{} processors, shared with the clients. {} writers, one event each time; appends a second, p50 and p99 in ms:",
            self.processors, self.scale.writers
        );
        for (turn, (server, alone)) in self.appends.iter().enumerate() {
            let _ = writeln!(
                text,
                "  turn {}   server {:>7}  ({}, {})   database alone {:>7}  ({}, {})   ratio {:.2}",
                turn + 1,
                shown(server.rate),
                shown(server.spread.p50),
                shown(server.spread.p99),
                shown(alone.rate),
                shown(alone.spread.p50),
                shown(alone.spread.p99),
                server.rate / alone.rate
            );
        }
        let Streams {
            count,
            silent_megabytes,
            megabytes,
            spread,
        } = &self.streams;
        let _ = writeln!(
            text,
            "{} streams: {} MB while all are silent, {} MB after {} messages; message to stream p50 {}, p99 {} ms",
            grouped(*count),
            shown(*silent_megabytes),
            shown(*megabytes),
            grouped(spread.count as u64),
            shown(spread.p50),
            shown(spread.p99)
        );
        let _ = writeln!(
            text,
            "Start to ready: median {} ms, slowest {} ms of {}",
            shown(self.start.ready_millis),
            shown(self.start.slowest_millis),
            self.scale.starts
        );
        let _ = writeln!(
            text,
            "The first message that it reads itself takes {} ms, as it loads the model; {} MB from then on",
            shown(self.start.first_reading_millis),
            shown(self.start.reading_megabytes)
        );
        let _ = writeln!(
            text,
            "\n{:>13}{:>10}{:>17}{:>17}{:>17}{:>17}",
            "conversations", "disk, MB", "message", "inbox", "new chat", "a stored chat"
        );
        for cost in &self.costs {
            let both = |spread: &Spread| format!("{} / {}", shown(spread.p50), shown(spread.p99));
            let _ = writeln!(
                text,
                "{:>13}{:>10}{:>17}{:>17}{:>17}{:>17}",
                grouped(cost.stored),
                shown(cost.megabytes),
                both(&cost.append),
                both(&cost.inbox),
                both(&cost.open),
                both(&cost.history)
            );
        }
        text.push_str("p50 / p99 in ms, each done alone.\n");
        text
    }

    /// A page in Markdown that shows the picture, too.
    pub fn page(&self) -> String {
        let mut text = String::from(
            "# The server under load\n\nBy `cargo xtask bench server`, with the release build on SQLite, over loopback.\n\n\
             | figure | measured | floor | aim | reached |\n|---|---:|---:|---:|---|\n",
        );
        for figure in self.figures() {
            let aim = figure.aim.map_or_else(String::new, |aim| aim.to_string());
            let _ = writeln!(
                text,
                "| {} | {} | {} | {aim} | {} |",
                figure.what,
                shown(figure.value),
                figure.floor,
                figure.reached().word()
            );
        }
        let _ = write!(text, "\n```text\n{}```\n", self.details());
        text.push_str(
            "\n![What a message and the inbox cost as the log grows](server.svg)\n\n\
             **The database alone** inserts rows of the same size into the same table with the same indices, under the same settings \
             (write-ahead log, every commit synced), through the same library, with as many writers of whom each waits until their \
             row is durable; all rows that wait share the next transaction, as the server's writes do. It checks nothing, asks \
             nothing and keeps no conversation up to date.\n",
        );
        text
    }
}
