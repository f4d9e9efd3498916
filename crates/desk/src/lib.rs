//! The human side without I/O: the life cycle of a conversation, the queue, who is online, and the bot's answers.
//!
//! What happened is a log of events (trait [`EventLog`]); a [`Conversation`] is a fold over it; a [`Command`] decides,
//! purely, which events come next. Whoever stores the log runs that decision inside one transaction.

mod answer_book;
mod availability;
mod command;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod conversation;
mod directory;
mod event_log;
mod memory;
mod service;

pub use answer_book::{Answer, AnswerBook, AnswerBookError};
pub use availability::{AvailabilityBoard, GRACE_MS};
pub use command::{Command, Refusal};
pub use conversation::{Conversation, VisitorHash};
pub use directory::{Agent, Directory, DirectoryError, Session, SessionHash, Site};
pub use event_log::{AppendError, Appended, Decide, EventLog, NewConversation, StoreError};
pub use memory::{BrokenHistory, KeptConversation, MemoryLog};
pub use service::{Desk, DeskError};
