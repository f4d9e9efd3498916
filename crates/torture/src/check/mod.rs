//! Judges a history. Pure: it knows nothing of servers, and nothing of how they decide.

mod life;
mod queue;
mod readers;
mod rings;
mod writes;

#[cfg(test)]
mod tests;

use deskbell_protocol::{ConversationId, Event};

use crate::finding::{Finding, Rule};
use crate::history::{History, Log};
use life::Life;

/// Everything in `history` that must not be, a conversation's findings together.
pub fn check(history: &History) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lives = Vec::new();
    for (id, log) in &history.logs {
        findings.extend(gap(id, log));
        let (life, out_of_turn) = Life::of(id, &log.events);
        findings.extend(out_of_turn);
        let writes: Vec<_> = (history.writes.iter())
            .filter(|write| write.conversation == *id)
            .collect();
        findings.extend(writes::check(id, log, &writes));
        findings.extend(rings::check(id, &life, &writes));
        lives.push((id, log, life));
    }
    for write in &history.writes {
        if !history.logs.contains_key(&write.conversation) {
            let account = format!("{} of {} is gone altogether", write.id, write.conversation);
            findings.push(Finding::new(Rule::Lost, account));
        }
    }
    findings.extend(readers::check(history));
    findings.extend(queue::check(history, &lives));
    findings
}

/// The first place at which the log does not go on with the next number.
fn gap(id: &ConversationId, log: &Log) -> Option<Finding> {
    let (expected, event) = (1..)
        .zip(&log.events)
        .find(|(expected, event)| event.seq != *expected)?;
    let account = format!("in {id}, {} stands where {expected} should", event.seq);
    Some(Finding::new(Rule::Gap, account))
}

/// An event in a few words.
pub fn shown(event: &Event) -> String {
    let kind = serde_json::to_value(&event.body)
        .ok()
        .and_then(|body| body["type"].as_str().map(str::to_owned))
        .unwrap_or_default();
    format!("{} {kind} by {}", event.seq, event.write)
}
