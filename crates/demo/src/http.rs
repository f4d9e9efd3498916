//! A request and its answer, as far as the API needs them.

pub(crate) use deskbell_desk::Refused;
use deskbell_protocol::Problem;
use serde::{Deserialize, Serialize};

use crate::stream::StreamId;

/// A request as the service worker saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// As on a server, from `/v1`, `/contact` or `/loader` on, without query.
    pub path: String,
    /// What stands behind the `?`, or nothing.
    #[serde(default)]
    pub query: String,
    /// The header of this name.
    #[serde(default)]
    pub authorization: Option<String>,
    /// The header of this name.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The header of this name.
    #[serde(default)]
    pub last_event_id: Option<String>,
    /// The languages that the browser wants, as in the header.
    #[serde(default)]
    pub accept_language: Option<String>,
    /// The body as text.
    #[serde(default)]
    pub body: String,
}

impl Request {
    /// The value of a query parameter. Values that need decoding are nothing this API takes.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// The answer to a request. It may be given only after every change is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What comes with it.
    pub body: Body,
    /// What has to be kept first, in order.
    pub changes: Vec<Change>,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// None.
    Nothing,
    /// JSON.
    Json(String),
    /// A page.
    Html(String),
    /// JavaScript.
    Script(String),
    /// Server-sent events, which come as [`crate::News`].
    Stream(StreamId),
}

/// Something to keep, so that the next start of the worker finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Keep `text` under `name`, instead of what was there.
    Keep {
        /// Names the record.
        name: String,
        /// Its content.
        text: String,
    },
    /// Forget every record.
    ForgetAll,
}

/// The answer to a refused request; `random` is its id.
pub(crate) fn refused(refused: Refused, random: u128) -> Answer {
    let problem = Problem {
        code: refused.code,
        message: refused.message.into_owned(),
        request_id: format!("{random:032x}"),
    };
    Answer {
        status: refused.code.status(),
        body: serde_json::to_string(&problem).map_or(Body::Nothing, Body::Json),
        changes: Vec::new(),
    }
}
