//! The demonstration without a server: the desk over a log in memory, answering the API that the server answers.
//!
//! [`Demo`] is pure: a request, the time and some randomness go in, an answer, what has to be kept and what open
//! streams have to tell come out. The service worker (`main.rs` and `web/demo/service-worker.js`) does the rest.
//! The widget and the console run against it as they are.

mod agent;
mod body;
mod contact;
mod customer;
mod demo;
mod http;
mod shop;
mod stage;
mod stream;

pub use deskbell_desk::contact_page::Look;

pub use demo::{Demo, RestoreError, StartError};
pub use http::{Answer, Body, Change, Request};
pub use shop::{AGENT_EMAIL, AGENT_PASSWORD, SITE_KEY};
pub use stage::{Outcome, ReadMessage, Stage};
pub use stream::{News, StreamId};
