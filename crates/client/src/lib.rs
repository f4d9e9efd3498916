//! The customer's side without I/O: what was written and not yet stored, what the log says, and what to do next.
//!
//! A [`Session`] takes [`Input`]s and answers with [`Effect`]s. It owns no clock, no randomness, no network and no
//! storage: all of them come in as values. The agents' console uses the [`Timeline`] and the [`sse`] parser alone.

mod backoff;
pub mod json;
pub mod mask;
mod originals;
mod outbox;
mod request;
mod session;
pub mod sse;
mod timeline;

pub use backoff::Backoff;
pub use outbox::{Delivery, Outbox, Outgoing, OutgoingBody};
pub use request::{Answer, Failure, Request};
pub use session::{
    Config, Connection, Effect, Input, Item, RATING_PAUSE_MS, Saved, Session, TRIAGE_BUDGET_MS,
};
pub use timeline::Timeline;
