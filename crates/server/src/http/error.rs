//! A refusal with its two audiences: a code and a sentence for the client, the cause for our log.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use deskbell_desk::{DeskError, DirectoryError, Refused, StoreError};
use deskbell_protocol::ProblemCode;
use tokio::task::JoinError;

/// Why a request is refused. Becomes a problem in [`super::request_id`], which knows the request's id and logs the
/// cause once.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) code: ProblemCode,
    pub(crate) message: Cow<'static, str>,
    pub(crate) cause: Option<Box<dyn Error + Send + Sync>>,
    pub(crate) retry_after: Option<Duration>,
}

impl ApiError {
    /// A refusal that is the client's to understand.
    pub(crate) fn new(code: ProblemCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            cause: None,
            retry_after: None,
        }
    }

    /// Our fault.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Refused::internal().into()
        }
    }

    /// Too many requests.
    pub(crate) fn too_many(message: &'static str, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(ProblemCode::TooManyRequests, message)
        }
    }

    /// No conversation has this id.
    pub(crate) fn unknown_conversation() -> Self {
        Refused::unknown_conversation().into()
    }

    /// No site has this key.
    pub(crate) fn unknown_site() -> Self {
        Refused::unknown_site().into()
    }

    /// A value of the request is not allowed.
    pub(crate) fn invalid_value(message: impl Into<Cow<'static, str>>) -> Self {
        Refused::invalid_value(message).into()
    }

    /// Why, for the log; empty if it is the client's to understand.
    pub(crate) fn causes(&self) -> String {
        self.cause
            .as_deref()
            .map_or_else(String::new, |cause| causes(cause))
    }

    /// The header that says when to come back, if that is known. Rounded up: a client that waits exactly so long is let in.
    pub(crate) fn retry_after(&self) -> Option<(HeaderName, HeaderValue)> {
        let millis = u64::try_from(self.retry_after?.as_micros().div_ceil(1_000)).ok()?;
        let seconds = HeaderValue::from(millis.div_ceil(1_000));
        Some((header::RETRY_AFTER, seconds))
    }

    /// The status that goes with the code.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refused> for ApiError {
    fn from(Refused { code, message }: Refused) -> Self {
        Self::new(code, message)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self {
            cause: Some(error.into()),
            ..Refused::unavailable().into()
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Store(error) => error.into(),
            other => Refused::from(other).into(),
        }
    }
}

impl From<DirectoryError> for ApiError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Store(error) => error.into(),
            DirectoryError::UnknownAgent => {
                Self::new(ProblemCode::NotSignedIn, "This account no longer exists.")
            }
            other @ DirectoryError::Exists => Self::internal(other),
        }
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What failed and why, for the log. Never what was being worked on: the words of an error that may quote it are
/// replaced.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let chain: Vec<String> = anyhow::Chain::new(error).map(cause).collect();
    chain.join(": ")
}

fn cause(error: &(dyn Error + 'static)) -> String {
    if let Some(json) = error.downcast_ref::<serde_json::Error>() {
        // "invalid type: string …" would have a message in it.
        let (kind, line, column) = (json.classify(), json.line(), json.column());
        format!("JSON, {kind:?} error at line {line} column {column}")
    } else if let Some(task) = error.downcast_ref::<JoinError>() {
        // "byte index 3 is not a char boundary; it is inside …" would, too.
        let end = if task.is_panic() {
            "panicked"
        } else {
            "was cancelled"
        };
        format!("a task {end}")
    } else {
        error.to_string()
    }
}

/// A failure of which a response tells a person already: it is logged as every other, and the page stays as it is.
#[derive(Clone)]
pub(crate) struct Told(pub(crate) Arc<ApiError>);

/// Has `error` logged with `response`, which tells a person about it.
pub(crate) fn about(error: ApiError, mut response: Response) -> Response {
    response.headers_mut().extend(error.retry_after());
    response.extensions_mut().insert(Told(Arc::new(error)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_quotes_what_was_read_is_told_without_the_quotation() {
        let source = serde_json::from_str::<u32>("\"my secret\"").unwrap_err();
        assert!(source.to_string().contains("my secret"));
        let error = StoreError {
            context: "reading an event",
            source: source.into(),
        };
        assert_eq!(
            causes(&error),
            "reading an event: JSON, Data error at line 1 column 11"
        );
    }

    #[tokio::test]
    async fn a_panic_that_quotes_a_message_is_told_without_it() {
        let text = String::from("é, my secret");
        let error = tokio::spawn(async move { text[1..].len() }).await;
        assert_eq!(causes(&error.unwrap_err()), "a task panicked");
    }
}
