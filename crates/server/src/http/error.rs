//! A refusal with its two audiences: a code and a sentence for the client, the cause for our log.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deskbell_desk::{DeskError, DirectoryError, Refused, StoreError};
use deskbell_protocol::ProblemCode;

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

/// A failure of which a response tells a person already: it is logged as every other, and the page stays as it is.
#[derive(Clone)]
pub(crate) struct Told(pub(crate) Arc<ApiError>);

/// Has `error` logged with `response`, which tells a person about it.
pub(crate) fn about(error: ApiError, mut response: Response) -> Response {
    response.extensions_mut().insert(Told(Arc::new(error)));
    response
}
