//! How often what was tried.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use deskbell_protocol::ProblemCode;

use crate::lock;

macro_rules! counts {
    ($($name:ident $label:literal,)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Count {
            $(#[doc = $label] $name,)*
        }

        impl Count {
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// As people read it.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }
        }
    };
}

counts! {
    Writes "writes",
    Repeats "sent again, unanswered",
    Acknowledged "acknowledged",
    AskedAgain "asked again for what was acknowledged",
    Refused "refused for good",
    Unsure "refused while a copy was on its way",
    Unavailable "not now, said a server",
    Streams "streams opened",
    Resumed "streams resumed after an event",
    Events "events read by readers",
    Claims "conversations taken by agents",
    Trespasses "attempts on somebody else's conversation",
    Delayed "requests delayed",
    CutBefore "cut before the server had the request",
    CutMiddle "cut in the middle of a request",
    CutAfter "cut before the answer, request delivered",
    CutAnswer "cut in the middle of an answer",
    CutStreams "streams cut",
    Twice "delivered twice at the same time",
    Later "delivered again later",
    Bytes "bytes through the network",
    Kills "servers killed",
    FailedStarts "starts that failed, the database being away",
    DatabaseKills "databases killed",
    FullDisks "disks filled",
}

/// The counters of a run.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<Count, u64>>,
    refused: Mutex<BTreeMap<(&'static str, String), u64>>,
}

impl Tally {
    /// Counts one.
    pub fn one(&self, count: Count) {
        self.add(count, 1);
    }

    /// Counts several.
    pub fn add(&self, count: Count, number: u64) {
        *lock(&self.counts).entry(count).or_default() += number;
    }

    /// Counts a refusal by what was asked for and why it was refused.
    pub fn refused(&self, act: &'static str, code: ProblemCode) {
        let code = format!("{code:?}");
        *lock(&self.refused).entry((act, code)).or_default() += 1;
    }

    /// So far.
    pub fn get(&self, count: Count) -> u64 {
        lock(&self.counts).get(&count).copied().unwrap_or_default()
    }

    /// A line for each, those that stayed at zero too.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for count in Count::ALL {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{:>12}  {}", self.get(*count), count.label());
            if *count == Count::Refused {
                for ((act, code), number) in &*lock(&self.refused) {
                    let _ = writeln!(text, "{number:>16}  {act}: {code}");
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_count_and_for_each_kind_of_refusal() {
        let tally = Tally::default();
        tally.add(Count::Refused, 2);
        tally.refused("claim", ProblemCode::AlreadyClaimed);
        tally.refused("claim", ProblemCode::WrongState);
        let table = tally.table();
        assert_eq!(table.lines().count(), Count::ALL.len() + 2);
        assert!(table.contains("           2  refused for good\n"));
        assert!(table.contains("               1  claim: AlreadyClaimed\n"));
        assert!(table.contains("           0  servers killed\n"));
    }
}
