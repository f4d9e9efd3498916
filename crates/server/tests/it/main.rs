//! The server as clients see it: over HTTP, on a real listener and a real database file.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod agent;
mod agent_session;
mod cli;
mod cli_sites;
mod contact;
mod customer;
mod durability;
mod log;
mod pages;
mod problems;
mod store_fails;
mod streams;
mod support;
mod train;
mod typing;
