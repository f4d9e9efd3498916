//! JSON bodies, refused in a way that helps whoever sent them.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use deskbell_desk::{Refused, incoming};
use deskbell_protocol::{MAX_BODY_BYTES, ProblemCode};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use tokio::time::error::Elapsed;

use super::ApiError;

/// So much of a body that is too large is read and thrown away: a client that is still sending cannot read why it is
/// refused.
const DRAINED_BYTES: usize = 1024 * 1024;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        incoming::require_json(kind.and_then(|value| value.to_str().ok()))?;
        Ok(Self(incoming::parse_json(&read(request).await?)?))
    }
}

async fn read(request: Request) -> Result<Vec<u8>, ApiError> {
    let mut chunks = request.into_body().into_data_stream();
    let mut body = Vec::new();
    let mut seen = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| incomplete(&error))?;
        seen += chunk.len();
        if seen <= MAX_BODY_BYTES {
            body.extend_from_slice(&chunk);
        } else if seen > DRAINED_BYTES {
            break;
        }
    }
    if seen > MAX_BODY_BYTES {
        return Err(Refused::too_large().into());
    }
    Ok(body)
}

/// Why a body did not come. One that came too slowly may be sent again by whoever still wants it stored.
fn incomplete(error: &axum::Error) -> ApiError {
    let late = anyhow::Chain::new(error).any(|cause| cause.is::<Elapsed>());
    let (code, message) = if late {
        (
            ProblemCode::Unavailable,
            "The request took too long to arrive. Nothing was stored; please try again.",
        )
    } else {
        (
            ProblemCode::MalformedJson,
            "The body did not arrive completely.",
        )
    };
    ApiError::new(code, message)
}
