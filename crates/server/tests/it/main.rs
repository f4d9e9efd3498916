//! The server as clients see it: over HTTP, on a real listener and a real database file.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod accounts;
mod agent;
mod agent_session;
mod backup;
mod cli;
mod cli_accounts;
mod cli_corpus;
mod cli_sites;
mod cli_webhooks;
mod contact;
mod corpus;
mod customer;
mod data_duties;
mod deploy;
mod durability;
mod headers;
mod limits;
mod load;
mod log;
mod metrics;
mod migrate_store;
mod openapi;
mod pages;
mod postgres;
mod problems;
mod shutdown;
mod signed_identity;
mod slow_clients;
mod store_fails;
mod store_hangs;
mod streams;
mod support;
mod train;
mod two_servers;
mod typing;
mod webhooks;
