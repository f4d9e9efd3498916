//! What the desk shows is what the logs say: who waits, who owns what, and who is next.

use std::collections::BTreeSet;

use deskbell_protocol::{AgentId, ConversationId, ConversationState};

use super::life::Life;
use crate::finding::{Finding, Rule};
use crate::history::{History, Log};

/// Compares states, queue and owners with the logs.
pub fn check(history: &History, lives: &[(&ConversationId, &Log, Life)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut breach = |account: String| findings.push(Finding::new(Rule::Projection, account));
    let mut queued: BTreeSet<&ConversationId> = BTreeSet::new();
    let mut places = Vec::new();
    for id in &history.queue {
        if !queued.insert(id) {
            breach(format!("{id} is in the queue twice"));
        }
    }
    for (id, log, life) in lives {
        let Some(now) = life.now() else {
            breach(format!("{id} has no events"));
            continue;
        };
        let Some(status) = &log.status else {
            breach(format!("{id} cannot be read to its end"));
            queued.remove(id);
            continue;
        };
        let told = status.agent.as_ref().map(|agent| &agent.id);
        if status.state != now.state || told != now.owner.as_ref() {
            breach(format!(
                "{id} is {:?} with {} by its log, and {:?} with {} for its customer",
                now.state,
                name(now.owner.as_ref()),
                status.state,
                name(told)
            ));
        }
        let waits = now.state == ConversationState::Waiting;
        if waits != queued.remove(id) {
            let there = if waits { "not " } else { "" };
            breach(format!("{id} is {:?} and {there}in the queue", now.state));
        }
        if waits != status.position.is_some() {
            breach(format!(
                "{id} is {:?} and its place is {:?}",
                now.state, status.position
            ));
        }
        places.extend(status.position);
        for (agent, has) in &history.owned {
            if has.contains(id) != (now.owner.as_ref() == Some(agent)) {
                breach(format!(
                    "{id} is with {} by its log, and the list of {agent} says otherwise",
                    name(now.owner.as_ref())
                ));
            }
        }
    }
    for id in queued {
        breach(format!(
            "{id} is in the queue, and no such conversation is known"
        ));
    }
    places.sort_unstable();
    if !(1..)
        .zip(&places)
        .all(|(expected, place)| expected == *place)
    {
        breach(format!("the places in the queue are {places:?}"));
    }
    findings
}

fn name(agent: Option<&AgentId>) -> &str {
    agent.map_or("nobody", AgentId::as_str)
}
