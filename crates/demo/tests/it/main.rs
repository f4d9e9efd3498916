//! The demonstration tells the same stories as the server's own tests, without a server.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod agent;
mod contact;
mod customer;
mod problems;
mod restart;
mod stage;
mod streams;
mod support;
