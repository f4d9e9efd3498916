//! The conversation as the log says it: each event once, in order, however it arrived.

use std::collections::BTreeMap;

use deskbell_protocol::{Event, Seq};

/// The known beginning of a conversation's log.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    events: Vec<Event>,
    /// Events that arrived before the ones in front of them.
    early: BTreeMap<Seq, Event>,
}

impl Timeline {
    /// Takes an event in. Returns the events that are now part of the timeline for the first time, in order.
    pub fn receive(&mut self, event: Event) -> &[Event] {
        let before = self.events.len();
        if event.seq > self.cursor() {
            self.early.insert(event.seq, event);
        }
        while let Some(next) = self.early.remove(&(self.cursor() + 1)) {
            self.events.push(next);
        }
        &self.events[before..]
    }

    /// Position of the last event up to which nothing is missing: where a stream resumes.
    #[must_use]
    pub fn cursor(&self) -> Seq {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// The events up to the cursor.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}
