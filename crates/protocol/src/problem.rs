//! How a refusal looks: a code for programs, a plain sentence for people, an id for us.

use serde::{Deserialize, Serialize};

/// A machine-readable refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 404: no site has this key.
    UnknownSite,
    /// 403: this page's origin may not use the site.
    OriginNotAllowed,
    /// 401: no token, or not one of ours, or a signed-out session.
    NotSignedIn,
    /// 401: wrong e-mail or password.
    WrongPassword,
    /// 401: the password is right, and the account asks for a code as well.
    CodeNeeded,
    /// 401: the code is wrong, or was used before.
    WrongCode,
    /// 403: this agent's role does not allow it, or they signed in too long ago for it.
    NotAllowed,
    /// 403: the token belongs to another conversation.
    NotYours,
    /// 404: no such conversation.
    UnknownConversation,
    /// 404: no such address.
    NotFound,
    /// 405: this address does not take that method.
    MethodNotAllowed,
    /// 409: not possible in the conversation's present state.
    WrongState,
    /// 409: another agent was faster.
    AlreadyClaimed,
    /// 409: the write id was used for something else.
    WriteIdReused,
    /// 413: the body is too large.
    TooLarge,
    /// 415: the body must be JSON.
    NotJson,
    /// 400: the body is not well-formed JSON.
    MalformedJson,
    /// 422: well-formed, but a value is not allowed.
    InvalidValue,
    /// 409: the conversation is that of another customer, whom the merchant's server has signed.
    OtherCustomer,
    /// 422: what the merchant's server has signed about the customer does not hold.
    InvalidIdentity,
    /// 429: too many requests; `Retry-After` says when to try again.
    TooManyRequests,
    /// 503: the store did not answer; nothing was stored, try again.
    Unavailable,
    /// 500: our fault.
    Internal,
}

impl ProblemCode {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedJson => 400,
            Self::NotSignedIn | Self::WrongPassword | Self::CodeNeeded | Self::WrongCode => 401,
            Self::OriginNotAllowed | Self::NotYours | Self::NotAllowed => 403,
            Self::UnknownSite | Self::UnknownConversation | Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::WrongState | Self::AlreadyClaimed | Self::WriteIdReused | Self::OtherCustomer => {
                409
            }
            Self::TooLarge => 413,
            Self::NotJson => 415,
            Self::InvalidValue | Self::InvalidIdentity => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// Whether the same request may succeed later without being changed.
    #[must_use]
    pub const fn may_retry(self) -> bool {
        matches!(
            self,
            Self::TooManyRequests | Self::Internal | Self::Unavailable
        )
    }
}

/// The body of every refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// For programs.
    pub code: ProblemCode,
    /// For people.
    pub message: String,
    /// For finding it in the server's log.
    pub request_id: String,
}
