//! What the widget knows of the reader in the worker: whether it can be asked, and what it was asked. Pure.

use deskbell_browser::triage::FromTriage;
use deskbell_protocol::{MessageText, Reading, WriteId};

/// A reader that owes a sign of life and gives none for so long, in milliseconds, is no longer counted on.
pub const SILENCE_MS: i64 = 30_000;

/// How far the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// On its way; so many bytes of the model are here.
    Loading(usize),
    /// Can be asked.
    Ready,
    /// Not there. The server reads instead.
    #[default]
    Off,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Have the worker read this.
    Ask(WriteId, MessageText),
    /// Tell the session what was read, and in how many milliseconds.
    Tell(WriteId, Option<(Reading, f32)>),
}

/// See the [module documentation](self).
#[derive(Debug, Default)]
pub struct Reader {
    phase: Phase,
    /// Waits for the model.
    queue: Vec<(WriteId, MessageText)>,
    /// Asked and not answered yet.
    asked: Vec<WriteId>,
}

impl Reader {
    /// How far it is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether messages can be given to it: now, or in a moment.
    pub fn can_be_asked(&self) -> bool {
        self.phase != Phase::Off
    }

    /// Whether it owes a sign of life.
    pub fn is_awaited(&self) -> bool {
        matches!(self.phase, Phase::Loading(_)) || !self.asked.is_empty()
    }

    /// The worker was started.
    pub fn started(&mut self) {
        self.phase = Phase::Loading(0);
    }

    /// A message is to be read.
    pub fn ask(&mut self, write: WriteId, text: MessageText) -> Option<Step> {
        match self.phase {
            Phase::Loading(_) => {
                self.queue.push((write, text));
                None
            }
            Phase::Ready => {
                self.asked.push(write.clone());
                Some(Step::Ask(write, text))
            }
            Phase::Off => Some(Step::Tell(write, None)),
        }
    }

    /// The worker said something.
    pub fn hear(&mut self, said: FromTriage) -> Vec<Step> {
        match said {
            FromTriage::Started => Vec::new(),
            FromTriage::Progress(bytes) => {
                self.phase = Phase::Loading(bytes);
                Vec::new()
            }
            FromTriage::Ready => {
                self.phase = Phase::Ready;
                let queue = std::mem::take(&mut self.queue);
                queue
                    .into_iter()
                    .filter_map(|(write, text)| self.ask(write, text))
                    .collect()
            }
            FromTriage::Failed(_) => self.give_up(),
            FromTriage::Read {
                write,
                reading,
                millis,
            } => {
                self.asked.retain(|asked| *asked != write);
                vec![Step::Tell(write, reading.map(|reading| (reading, millis)))]
            }
        }
    }

    /// It failed, or owed a sign of life for [`SILENCE_MS`]. Should it speak again after all, it is heard.
    pub fn give_up(&mut self) -> Vec<Step> {
        self.phase = Phase::Off;
        let queued = self.queue.drain(..).map(|(write, _)| write);
        self.asked
            .drain(..)
            .chain(queued)
            .map(|write| Step::Tell(write, None))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str) -> (WriteId, MessageText) {
        (
            WriteId::new(format!("0123456789-{name}-0123456789")).unwrap(),
            MessageText::new(name).unwrap(),
        )
    }

    #[test]
    fn what_was_written_while_the_model_loads_is_read_once_it_is_there() {
        let (write, text) = message("early");
        let mut reader = Reader::default();
        reader.started();
        assert!(reader.can_be_asked());
        assert_eq!(reader.ask(write.clone(), text.clone()), None);
        assert!(reader.hear(FromTriage::Progress(10)).is_empty());
        assert_eq!(
            reader.hear(FromTriage::Ready),
            [Step::Ask(write.clone(), text)]
        );
        assert!(reader.is_awaited());
        let read = FromTriage::Read {
            write: write.clone(),
            reading: None,
            millis: 1.0,
        };
        assert_eq!(reader.hear(read), [Step::Tell(write, None)]);
        assert!(!reader.is_awaited());
    }

    #[test]
    fn a_model_that_fails_lets_nobody_wait() {
        let (write, text) = message("early");
        let mut reader = Reader::default();
        reader.started();
        reader.ask(write.clone(), text);
        assert_eq!(
            reader.hear(FromTriage::Failed(String::new())),
            [Step::Tell(write, None)]
        );
        assert!(!reader.can_be_asked() && !reader.is_awaited());
        let (write, text) = message("late");
        assert_eq!(
            reader.ask(write.clone(), text),
            Some(Step::Tell(write, None))
        );
    }

    #[test]
    fn a_worker_that_died_is_given_up_and_heard_again_if_it_was_only_slow() {
        let (write, text) = message("lost");
        let mut reader = Reader::default();
        reader.started();
        reader.hear(FromTriage::Ready);
        reader.ask(write.clone(), text);
        assert_eq!(reader.give_up(), [Step::Tell(write, None)]);
        assert_eq!(reader.phase(), Phase::Off);
        reader.hear(FromTriage::Ready);
        assert!(reader.can_be_asked());
    }
}
