//! The event log and directory on a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod contract;
mod durability;
mod fold_again;
mod support;
