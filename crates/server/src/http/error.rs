//! A refusal with its two audiences: a code and a sentence for the client, the cause for our log.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deskbell_desk::{DeskError, DirectoryError, Refusal, StoreError};
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
            ..Self::new(
                ProblemCode::Internal,
                "Something went wrong on our side. Please try again.",
            )
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
        Self::new(
            ProblemCode::UnknownConversation,
            "There is no such conversation.",
        )
    }

    /// No site has this key.
    pub(crate) fn unknown_site() -> Self {
        Self::new(ProblemCode::UnknownSite, "There is no shop with this key.")
    }

    /// A value of the body is not allowed.
    pub(crate) fn invalid_value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemCode::InvalidValue, message)
    }

    /// The status that goes with the code.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = "The server cannot reach its data now. Nothing was stored; please try again.";
        Self {
            cause: Some(error.into()),
            ..Self::new(ProblemCode::Unavailable, message)
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::WrongState(_) => ProblemCode::WrongState,
            Refusal::AlreadyClaimed { .. } => ProblemCode::AlreadyClaimed,
            Refusal::WriteIdReused => ProblemCode::WriteIdReused,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::UnknownConversation => Self::unknown_conversation(),
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::Store(error) => error.into(),
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
