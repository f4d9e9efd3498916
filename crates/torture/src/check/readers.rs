//! Every reader saw the log: each event once, in order, and to the end if it may.

use crate::finding::{Finding, Rule};
use crate::history::{History, Reading};

use super::shown;

/// The first difference of every reader.
pub fn check(history: &History) -> Vec<Finding> {
    history
        .readings
        .iter()
        .filter_map(|reading| {
            let said = difference(history, reading)?;
            let account = format!("{} of {}: {said}", reading.reader, reading.conversation);
            Some(Finding::new(Rule::Reader, account))
        })
        .collect()
}

fn difference(history: &History, reading: &Reading) -> Option<String> {
    let Some(log) = history.logs.get(&reading.conversation) else {
        return Some("there is no such conversation any more".to_owned());
    };
    for (index, seen) in reading.events.iter().enumerate() {
        let there = log.events.get(index);
        if there != Some(seen) {
            let there = there.map_or_else(|| "the end".to_owned(), shown);
            let before = match index.checked_sub(1) {
                Some(before) => reading.events[before].seq,
                None => 0,
            };
            return Some(format!("after {before} came {}, not {there}", shown(seen)));
        }
    }
    let (seen, all) = (reading.events.len(), log.events.len());
    (reading.whole && seen < all).then(|| format!("got {seen} of {all} events"))
}
