//! What people read at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check;
use crate::finding::Finding;
use crate::history::{History, Outcome};
use crate::tally::Tally;

/// So many findings are printed; the rest is counted.
const SHOWN: usize = 12;

/// What was tried and what was found, as a table and sentences.
pub fn report(title: &str, tally: &Tally, history: &History, findings: &[Finding]) -> String {
    let mut text = format!("{title}\n\ntried\n{}", tally.table());
    let events: usize = history.logs.values().map(|log| log.events.len()).sum();
    let checked = [
        (history.logs.len(), "conversations"),
        (events, "events in them"),
        (history.writes.len(), "writes held against them"),
        (history.readings.len(), "readers held against them"),
        (history.queue.len(), "still in the queue"),
    ];
    text.push_str("\nchecked\n");
    for (number, label) in checked {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{number:>12}  {label}");
    }
    text.push_str("\nfound\n");
    if findings.is_empty() {
        text.push_str(
            "     nothing: all that was acknowledged is there once, in order, for every reader\n",
        );
    }
    for finding in findings.iter().take(SHOWN) {
        let _ = writeln!(text, "     {finding}");
    }
    if findings.len() > SHOWN {
        let _ = writeln!(text, "     and {} more", findings.len() - SHOWN);
    }
    text
}

/// Everything that happened, for whoever looks for the cause.
pub fn account(history: &History, findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{finding}");
    }
    let mut writes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for write in &history.writes {
        writes.entry(&write.conversation).or_default().push(write);
    }
    for (id, log) in &history.logs {
        let _ = writeln!(text, "\n{id}: {:?}", log.status);
        for event in &log.events {
            let _ = writeln!(text, "  {}", check::shown(event));
        }
        let mut writes = writes.remove(id).unwrap_or_default();
        writes.sort_by_key(|write| write.begun);
        for write in writes {
            let outcome = match &write.outcome {
                Outcome::Accepted { at, events } => {
                    let seqs: Vec<_> = events.iter().map(|event| event.seq).collect();
                    format!("acknowledged at {at}: {seqs:?}")
                }
                Outcome::Refused { code } => format!("refused: {code:?}"),
                Outcome::Unknown => "unknown".to_owned(),
            };
            let _ = writeln!(text, "  {} begun at {}, {outcome}", write.id, write.begun);
        }
    }
    text
}
