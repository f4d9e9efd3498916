//! A request and its answer, as far as the API needs them.

use std::borrow::Cow;

use deskbell_desk::{DeskError, Refusal, StoreError};
use deskbell_protocol::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

use crate::stream::StreamId;

/// A request as the service worker saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// From `/v1` on, without query.
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

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    code: ProblemCode,
    message: Cow<'static, str>,
}

impl Refused {
    pub(crate) fn new(code: ProblemCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn unknown_conversation() -> Self {
        Self::new(
            ProblemCode::UnknownConversation,
            "There is no such conversation.",
        )
    }

    pub(crate) fn unknown_site() -> Self {
        Self::new(ProblemCode::UnknownSite, "There is no shop with this key.")
    }

    pub(crate) fn invalid_value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemCode::InvalidValue, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(ProblemCode::NotFound, "There is nothing at this address.")
    }

    pub(crate) fn method() -> Self {
        Self::new(
            ProblemCode::MethodNotAllowed,
            "This address does not take that method.",
        )
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            ProblemCode::Internal,
            "Something went wrong on our side. Please try again.",
        )
    }

    /// The answer; `random` is the request's id.
    pub(crate) fn into_answer(self, random: u128) -> Answer {
        let problem = Problem {
            code: self.code,
            message: self.message.into_owned(),
            request_id: format!("{random:032x}"),
        };
        Answer {
            status: self.code.status(),
            body: serde_json::to_string(&problem).map_or(Body::Nothing, Body::Json),
            changes: Vec::new(),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        Self::new(
            ProblemCode::Unavailable,
            "The demonstration cannot reach its data now. Nothing was stored; please try again.",
        )
    }
}

impl From<DeskError> for Refused {
    fn from(error: DeskError) -> Self {
        let refusal = match error {
            DeskError::UnknownConversation => return Self::unknown_conversation(),
            DeskError::Store(error) => return error.into(),
            DeskError::Refused(refusal) => refusal,
        };
        let code = match refusal {
            Refusal::WrongState(_) => ProblemCode::WrongState,
            Refusal::AlreadyClaimed { .. } => ProblemCode::AlreadyClaimed,
            Refusal::WriteIdReused => ProblemCode::WriteIdReused,
        };
        Self::new(code, refusal.to_string())
    }
}
