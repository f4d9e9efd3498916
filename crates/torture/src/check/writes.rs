//! Every write is there once, whole and in its place, or not at all.

use std::collections::BTreeMap;

use deskbell_protocol::{ConversationId, Event, Seq, WriteId};

use super::shown;
use crate::finding::{Finding, Rule};
use crate::history::{Log, Outcome, Write};

/// Compares the log of one conversation with its writes.
pub fn check(id: &ConversationId, log: &Log, writes: &[&Write]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let by_id: BTreeMap<_, _> = writes.iter().map(|write| (&write.id, *write)).collect();
    let mut first_of: BTreeMap<&WriteId, &Event> = BTreeMap::new();
    let same_write = |a: &Event, b: &Event| a.write == b.write;
    for stored in log.events.chunk_by(same_write) {
        let first = &stored[0];
        if first_of.insert(&first.write, first).is_some() {
            let account = format!("in {id}, again {}", shown(first));
            findings.push(Finding::new(Rule::Repeated, account));
            continue;
        }
        let Some(write) = by_id.get(&first.write) else {
            let account = format!("in {id}, {}", shown(first));
            findings.push(Finding::new(Rule::Unasked, account));
            continue;
        };
        if !write.act.causes(&first.body) {
            let asked = write.act.name();
            let account = format!("in {id}, {}, which asked for: {asked}", shown(first));
            findings.push(Finding::new(Rule::Unasked, account));
        }
        if stored[1..]
            .iter()
            .any(|event| write.act.causes(&event.body))
        {
            let account = format!("in {id}, twice within {}", shown(first));
            findings.push(Finding::new(Rule::Repeated, account));
        }
        if let Outcome::Refused { code } = &write.outcome {
            let account = format!("in {id}, {}, refused with {code:?}", shown(first));
            findings.push(Finding::new(Rule::RefusedStored, account));
        }
    }
    for write in writes {
        findings.extend(lost(id, log, write));
    }
    findings.extend(order(id, writes, &first_of));
    findings
}

/// The first event that was acknowledged and is not in its place, as it was.
fn lost(id: &ConversationId, log: &Log, write: &Write) -> Option<Finding> {
    let Outcome::Accepted { events, .. } = &write.outcome else {
        return None;
    };
    let there = |event: &Event| {
        let index = usize::try_from(event.seq).ok()?.checked_sub(1)?;
        log.events.get(index)
    };
    let lost = events.iter().find(|event| there(event) != Some(event))?;
    let instead = there(lost).map_or_else(|| "nothing".to_owned(), shown);
    let account = format!("in {id}, {}; instead: {instead}", shown(lost));
    Some(Finding::new(Rule::Lost, account))
}

/// Whoever begins after somebody else was answered comes after them.
fn order(
    id: &ConversationId,
    writes: &[&Write],
    first_of: &BTreeMap<&WriteId, &Event>,
) -> Vec<Finding> {
    let mut answered: Vec<(u64, Seq, &WriteId)> = (writes.iter())
        .filter_map(|write| match &write.outcome {
            Outcome::Accepted { at, events } => Some((*at, events.last()?.seq, &write.id)),
            _ => None,
        })
        .collect();
    answered.sort();
    let mut begun: Vec<_> = writes.to_vec();
    begun.sort_by_key(|write| write.begun);
    let (mut answered, mut latest) = (answered.into_iter().peekable(), None);
    let mut findings = Vec::new();
    for write in begun {
        while let Some((_, seq, by)) = answered.next_if(|(at, ..)| *at < write.begun) {
            latest = latest.max(Some((seq, by)));
        }
        if let Some(((seq, by), first)) = latest.zip(first_of.get(&write.id))
            && first.seq <= seq
            && *by != write.id
        {
            let account = format!(
                "in {id}, {}, begun after {seq} by {by} was acknowledged",
                shown(first)
            );
            findings.push(Finding::new(Rule::Order, account));
        }
    }
    findings
}
