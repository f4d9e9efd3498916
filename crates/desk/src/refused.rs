//! How clients are told that they are refused: a code for programs and a plain sentence.

use std::borrow::Cow;

use deskbell_protocol::{IntroductionError, MAX_BODY_BYTES, ProblemCode};
use thiserror::Error;

use crate::{DeskError, Refusal, StoreError};

/// Why a request is refused, as its sender is told. It holds no cause: that is nobody's business but ours.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct Refused {
    /// For programs.
    pub code: ProblemCode,
    /// For people who read programs. What customers read is chosen by the code, in their language.
    pub message: Cow<'static, str>,
}

impl Refused {
    /// A refusal with a sentence of its own.
    pub fn new(code: ProblemCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// No conversation has this id.
    #[must_use]
    pub fn unknown_conversation() -> Self {
        Self::new(
            ProblemCode::UnknownConversation,
            "There is no such conversation.",
        )
    }

    /// The conversation is not this visitor's or this agent's.
    #[must_use]
    pub fn not_yours() -> Self {
        Self::new(
            ProblemCode::NotYours,
            "This conversation belongs to somebody else.",
        )
    }

    /// No site has this key.
    #[must_use]
    pub fn unknown_site() -> Self {
        Self::new(ProblemCode::UnknownSite, "There is no shop with this key.")
    }

    /// A value of the body is not allowed.
    pub fn invalid_value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemCode::InvalidValue, message)
    }

    /// The body has more than [`MAX_BODY_BYTES`].
    #[must_use]
    pub fn too_large() -> Self {
        let message =
            format!("The body is too large: at most {MAX_BODY_BYTES} bytes are possible.");
        Self::new(ProblemCode::TooLarge, message)
    }

    /// No such address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ProblemCode::NotFound, "There is nothing at this address.")
    }

    /// The address does not take the method.
    #[must_use]
    pub fn method() -> Self {
        Self::new(
            ProblemCode::MethodNotAllowed,
            "This address does not take that method.",
        )
    }

    /// Our fault.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            ProblemCode::Internal,
            "Something went wrong on our side. Please try again.",
        )
    }

    /// The store failed.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            ProblemCode::Unavailable,
            "The server cannot reach its data now. Nothing was stored; please try again.",
        )
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::WrongState(_) => ProblemCode::WrongState,
            Refusal::AlreadyClaimed { .. } => ProblemCode::AlreadyClaimed,
            Refusal::OtherCustomer => ProblemCode::OtherCustomer,
            Refusal::WriteIdReused => ProblemCode::WriteIdReused,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<IntroductionError> for Refused {
    fn from(error: IntroductionError) -> Self {
        Self::invalid_value(error.sentence())
    }
}

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        Self::unavailable()
    }
}

impl From<DeskError> for Refused {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::UnknownConversation => Self::unknown_conversation(),
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::Store(error) => error.into(),
        }
    }
}
