//! JSON bodies, refused as the server refuses them.

use deskbell_desk::incoming;
use deskbell_protocol::MAX_BODY_BYTES;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::http::{Body, Refused, Request};

/// Reads the body.
pub(crate) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Refused> {
    incoming::require_json(request.content_type.as_deref())?;
    if request.body.len() > MAX_BODY_BYTES {
        return Err(Refused::too_large());
    }
    incoming::parse_json(request.body.as_bytes())
}

/// Writes a body.
pub(crate) fn write(value: &impl Serialize) -> Result<Body, Refused> {
    serde_json::to_string(value)
        .map(Body::Json)
        .map_err(|_| Refused::internal())
}
