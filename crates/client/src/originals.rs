//! What the customer wrote before it was masked. It lives in memory, as long as the page does, and nowhere else.

use std::fmt;

use deskbell_protocol::{MessageText, WriteId};

use crate::mask::{Masked, SecretKind};

/// A message that was masked.
struct Original {
    write: WriteId,
    text: MessageText,
    hidden: Vec<SecretKind>,
}

/// The messages of this page that were masked.
#[derive(Default)]
pub struct Originals(Vec<Original>);

impl Originals {
    /// Remembers what was written as `write`, if something in it was masked.
    pub fn remember(&mut self, write: &WriteId, text: MessageText, masked: &Masked) {
        let mut hidden = Vec::new();
        for span in &masked.spans {
            if !hidden.contains(&span.kind) {
                hidden.push(span.kind);
            }
        }
        if !hidden.is_empty() {
            self.0.push(Original {
                write: write.clone(),
                text,
                hidden,
            });
        }
    }

    /// The message with this write id, if it was masked, and what was masked in it, each kind once.
    pub fn hidden(&self, write: &str) -> Option<(&WriteId, &[SecretKind])> {
        let original = self.0.iter().find(|it| it.write.as_str() == write)?;
        Some((&original.write, &original.hidden))
    }

    /// Forgets the message and gives it back as it was written.
    pub fn take(&mut self, write: &WriteId) -> Option<MessageText> {
        let index = self.0.iter().position(|it| it.write == *write)?;
        Some(self.0.remove(index).text)
    }

    /// Forgets the messages that are not to be kept.
    pub fn retain(&mut self, keeps: impl Fn(&WriteId) -> bool) {
        self.0.retain(|it| keeps(&it.write));
    }
}

impl fmt::Debug for Originals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Originals({} hidden)", self.0.len())
    }
}
