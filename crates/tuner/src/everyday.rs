//! What customers write every day that no merchant has to teach: the head learns to leave it to the built-in labels.

use std::collections::BTreeSet;

/// Rows of the built-in model's training data, spread over its intents.
const TABLE: &str = include_str!("everyday.tsv");

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Everyday {
    /// The built-in intent it has.
    pub intent: &'static str,
    /// What the customer wrote.
    pub text: &'static str,
}

/// All messages.
pub fn everyday() -> impl Iterator<Item = Everyday> {
    TABLE.lines().skip(1).filter_map(|line| {
        let (intent, text) = line.split_once('\t')?;
        Some(Everyday { intent, text })
    })
}

/// The messages of intents that none of the merchant's labels stands for. `read` has for each example its label, the
/// label's id, and the built-in intent that it is read as. A label stands for an intent if it has the same id or if at
/// least half of its examples are read so: then messages of that intent are what the label is for.
pub fn not_claimed<'a>(read: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Everyday> {
    let mut counts =
        std::collections::BTreeMap::<&str, std::collections::BTreeMap<&str, usize>>::new();
    for (label, intent) in read {
        *counts.entry(label).or_default().entry(intent).or_default() += 1;
    }
    let mut claimed: BTreeSet<&str> = counts.keys().copied().collect();
    for intents in counts.values() {
        let all: usize = intents.values().sum();
        let half = intents.iter().filter(|(_, count)| **count * 2 >= all);
        claimed.extend(half.map(|(intent, _)| intent));
    }
    everyday()
        .filter(|it| !claimed.contains(it.intent))
        .collect()
}

#[cfg(test)]
mod tests {
    use deskbell_triage::taxonomy::INTENTS;

    use super::*;

    #[test]
    fn every_row_has_a_built_in_intent_that_no_person_is_needed_for() {
        let rows: Vec<_> = everyday().collect();
        assert_eq!(rows.len() + 1, TABLE.lines().count());
        assert!(
            rows.iter()
                .all(|row| INTENTS.contains(&row.intent) && !row.text.is_empty())
        );
    }

    #[test]
    fn an_intent_is_claimed_by_its_id_or_by_half_of_a_labels_examples() {
        let read = [
            ("refund", "payment_problem"),
            ("where", "track_order"),
            ("where", "invoice"),
            ("refund", "x"),
            ("refund", "y"),
        ];
        let left: BTreeSet<_> = not_claimed(read).iter().map(|it| it.intent).collect();
        for claimed in ["refund", "track_order", "invoice"] {
            assert!(!left.contains(claimed), "{claimed}");
        }
        assert!(left.contains("payment_problem") && left.contains("out_of_scope"));
    }
}
