//! The server and the command line.
//!
//! What must never be true: that a customer or agent was told "stored" before it was; that a stream misses an event or
//! sends one twice; that a client sees why something failed inside; that what people write, a token or a password
//! reaches a log; that a handler acts for somebody who has not proved who they are (authority is an argument type:
//! `http::authority`).

mod accounts;
mod app;
mod assets;
pub mod cli;
mod clock;
mod connections;
mod database;
mod http;
mod identity;
mod limits;
mod metrics;
mod model;
mod openapi;
mod origin;
mod passwords;
mod presence;
mod retention;
mod routes;
mod second_step;
mod secrets;
mod serve;
mod served_model;
pub mod settings;
mod throttle;
mod totp;
mod triage;
mod wake;
mod webhooks;

pub use app::App;
pub use clock::Clock;
pub use database::Database;
pub use http::client_address::client_address;
pub use metrics::{MetricsPage, serve_metrics};
pub use model::{ModelFiles, built_in_classifier};
pub use origin::{Origin, OriginError};
pub use passwords::hash as hash_password;
pub use serve::serve;
pub use triage::{MessageReader, ReadError};
