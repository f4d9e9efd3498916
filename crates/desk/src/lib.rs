//! The human side without I/O: the life cycle of a conversation, the queue, who is online, and the bot's answers.
//!
//! What happened is a log of events (trait [`EventLog`]); a [`Conversation`] is a fold over it; a [`Command`] decides,
//! purely, which events come next. Whoever stores the log runs that decision inside one transaction.
//!
//! Whoever serves the API also finds here what is the same everywhere: how requests are checked ([`incoming`]) and
//! refused ([`Refused`]), the [`contact_page`] that needs no JavaScript, and what anybody may know of a site
//! ([`Site::info`], [`loader_script`]).

mod answer_book;
mod audit;
mod availability;
mod command;
pub mod contact_page;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod conversation;
mod custody;
mod directory;
mod event_log;
mod identity;
pub mod incoming;
mod language;
mod memory;
mod refused;
mod role;
mod service;
mod site_facts;
mod store;
pub mod transfer;
mod typing;
pub mod webhooks;

pub use answer_book::{Answer, AnswerBook, AnswerBookError};
pub use audit::{Audit, AuditEntry, AuditedAct, COMMAND_LINE, UnknownAct};
pub use availability::{AvailabilityBoard, GRACE_MS};
pub use command::{Command, Refusal};
pub use conversation::{BrokenHistory, Conversation, VisitorHash};
pub use custody::{Custody, Retention, RetentionError, names};
pub use directory::{Agent, Directory, DirectoryError, Session, SessionHash, Site, Totp};
pub use event_log::{AppendError, Appended, Decide, EventLog, NewConversation, StoreError};
pub use identity::{FORMER_SECRET_COUNTS_MS, FormerSecret, IdentityKeys, IdentitySecret};
pub use language::Language;
pub use memory::{KeptConversation, MemoryLog};
pub use refused::Refused;
pub use role::{Permission, Role, UnknownRole};
pub use service::{Desk, DeskError};
pub use site_facts::loader_script;
pub use store::{CONSOLE_COUNTS, Online, Peers, Store, Wakeup};
pub use typing::{TYPING_MS, TypingBoard};
