//! An acknowledged ring brings a person.

use deskbell_protocol::{ConversationId, Seq};

use super::life::Life;
use crate::finding::{Finding, Rule};
use crate::history::{Act, Outcome, Write};

/// A ring is answered without an event, because it has none if a person was on the way already. So it is held against
/// the time in which it happened: after the last event acknowledged before it, before the first asked for after it.
pub fn check(id: &ConversationId, life: &Life, writes: &[&Write]) -> Vec<Finding> {
    let acknowledged: Vec<(u64, u64, Seq, Seq)> = (writes.iter())
        .filter_map(|write| match &write.outcome {
            Outcome::Accepted { at, events } => {
                let (first, last) = (events.first()?.seq, events.last()?.seq);
                Some((write.begun, *at, first, last))
            }
            _ => None,
        })
        .collect();
    let mut findings = Vec::new();
    for ring in writes.iter().filter(|write| write.act == Act::Ring) {
        let Outcome::Accepted { at, .. } = &ring.outcome else {
            continue;
        };
        let before = acknowledged.iter().filter(|other| other.1 < ring.begun);
        let after = acknowledged.iter().filter(|other| other.0 > *at);
        let from = before.map(|other| other.3).max().unwrap_or(1);
        let until = after.map(|other| other.2).min().unwrap_or(Seq::MAX);
        if !life.had_person(from, until) {
            let until = if until == Seq::MAX {
                "the end".to_owned()
            } else {
                until.to_string()
            };
            let account = format!(
                "in {id}, {} was acknowledged, but from {from} to {until} it neither waits nor has a person",
                ring.id
            );
            findings.push(Finding::new(Rule::ForgottenRing, account));
        }
    }
    findings
}
