//! The conversation as the log says it: each event once, in order, however it arrived.

use deskbell_protocol::{Event, Seq};

/// The known beginning of a conversation's log.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    events: Vec<Event>,
    /// Events that arrived before the ones in front of them.
    early: Vec<Event>,
}

impl Timeline {
    /// Takes an event in. Returns the events that are now part of the timeline for the first time, in order.
    pub fn receive(&mut self, event: Event) -> &[Event] {
        let before = self.events.len();
        if event.seq > self.cursor() && self.early.iter().all(|it| it.seq != event.seq) {
            self.early.push(event);
        }
        let next = |early: &[Event], cursor| early.iter().position(|it| it.seq == cursor + 1);
        while let Some(index) = next(&self.early, self.cursor()) {
            self.events.push(self.early.swap_remove(index));
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
