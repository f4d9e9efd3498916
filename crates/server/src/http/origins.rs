//! Which pages a request may come from.

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use deskbell_desk::Site;
use deskbell_protocol::ProblemCode;

use super::ApiError;
use crate::{App, Origin};

/// Where the page is from that made the request; none if it was not made by a page, or not across origins.
pub(crate) fn of_request(parts: &Parts) -> Option<&HeaderValue> {
    parts.headers.get(header::ORIGIN)
}

/// Whether `origin` is this server's own: the configured public address, or else what the client calls us.
pub(crate) fn is_own(app: &App, parts: &Parts, origin: &HeaderValue) -> bool {
    let Some(origin) = origin
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Origin>().ok())
    else {
        return false;
    };
    if let Some(own) = &app.settings.public_url {
        return origin == *own;
    }
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    host.is_some_and(|host| host.eq_ignore_ascii_case(origin.authority()))
}

/// Refuses pages that are neither ours nor the site's. Requests that no page made have no origin and are let through:
/// the visitor's token protects them.
///
/// # Errors
/// If the page's origin may not use the site.
pub(crate) fn require_of_site(app: &App, parts: &Parts, site: &Site) -> Result<(), ApiError> {
    let Some(origin) = of_request(parts) else {
        return Ok(());
    };
    if site
        .origins
        .iter()
        .any(|known| known.as_bytes() == origin.as_bytes())
        || is_own(app, parts, origin)
    {
        return Ok(());
    }
    let message = "Pages of this origin may not use this shop's chat.";
    Err(ApiError::new(ProblemCode::OriginNotAllowed, message))
}

/// Refuses everything but our own pages: an agent's cookie must not work for anybody else's.
///
/// # Errors
/// If the request has another origin or none.
pub(crate) fn require_own(app: &App, parts: &Parts) -> Result<(), ApiError> {
    match of_request(parts) {
        Some(origin) if is_own(app, parts, origin) => Ok(()),
        _ => Err(ApiError::new(
            ProblemCode::OriginNotAllowed,
            "Only the console may do this, from this server's own address.",
        )),
    }
}
