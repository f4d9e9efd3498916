//! Teaches the triage model a merchant's own labels: reads their examples, fits a head on the frozen encoder, and puts
//! it into a copy of the model file. Native only; without clock, randomness and I/O, so the same examples always give the
//! same bytes.
//!
//! The built-in heads stay in the file as they are. A request for a person, the sensitive intents and the sentiment are
//! always read by them: no example that a merchant writes can train the way to a person away.

pub mod confusion;
mod descent;
mod everyday;
pub mod examples;
mod graft;
mod head;
mod label;
mod page;
mod scope;

pub use everyday::{Everyday, everyday, not_claimed};
pub use examples::{Examples, Problems, Purpose};
pub use graft::{GraftError, Grafted, graft};
pub use head::{FitError, Head, fit};
pub use label::{Label, LabelError};
pub use scope::in_scope;
