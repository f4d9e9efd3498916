//! Gives every request an id, turns refusals into problems, logs each request once.

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use deskbell_desk::Refused;
use deskbell_protocol::{Problem, ProblemCode};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::ApiError;
use super::error::Told;
use crate::metrics::{known, route};
use crate::secrets;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// An id that a proxy in front of us gave, if it is short and plain; otherwise a new one.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |id: &&HeaderValue| {
        (1..=64).contains(&id.len())
            && id
                .as_bytes()
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    };
    request
        .headers()
        .get(HEADER)
        .filter(plain)
        .cloned()
        .unwrap_or_else(|| {
            secrets::random_id()
                .ok()
                .and_then(|id| HeaderValue::from_str(&id).ok())
                .unwrap_or(HeaderValue::from_static("unknown"))
        })
}

/// The id of the request, for what is remembered longer than a log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = parts.extensions.get::<Self>().cloned();
        Ok(id.unwrap_or_else(|| Self("unknown".to_owned())))
    }
}

/// The layer that sees every answer as it leaves, but for what [`super::security`] adds.
pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let id_text = id.to_str().unwrap_or_default().to_owned();
    request.extensions_mut().insert(RequestId(id_text.clone()));
    // Nothing that a client is free to write is logged: no header, no query, and of the path only the route's template
    // and the id of a conversation, because where an address is mistyped there may be anything in it.
    let span = tracing::info_span!(
        "request",
        id = id_text,
        method = known(request.method()),
        route = route(&request),
        conversation = conversation(&request),
    );
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    let status = response.status().as_u16();
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match response.extensions_mut().remove::<Arc<ApiError>>() {
        Some(error) => {
            log_refusal(&error, status, millis);
            problem(&error, id_text, &mut response);
        }
        None => match response.extensions_mut().remove::<Told>() {
            Some(Told(error)) => log_refusal(&error, status, millis),
            None => tracing::debug!(status, millis, "answered"),
        },
    }
    response.headers_mut().insert(HEADER, id);
    response
}

/// The id of the conversation that is addressed, if it is one that this server could have made.
fn conversation(request: &Request) -> Option<&str> {
    if !route(request).contains("/conversations/{id}") {
        return None;
    }
    let made_here = |part: &&str| {
        let mut digits = part.bytes();
        part.len() == 32 && digits.all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    };
    request.uri().path().split('/').find(made_here)
}

/// The sentence to the client may quote what it sent, so only the code is logged, and causes of our own faults.
///
/// A failure of ours is an error. A refusal is told to the client, who can cause any number of them, and is counted in
/// the metrics: only for whoever looks for it. A wrong password is what an operator may want to see in any case.
fn log_refusal(error: &ApiError, status: u16, millis: u64) {
    let code = error.code;
    if error.cause.is_some() {
        tracing::error!(status, millis, ?code, cause = error.causes(), "failed");
    } else if matches!(code, ProblemCode::WrongPassword | ProblemCode::WrongCode) {
        tracing::info!(status, millis, ?code, "refused");
    } else {
        tracing::debug!(status, millis, ?code, "refused");
    }
}

/// Puts the problem into the response, and keeps headers set so far, such as `allow`.
fn problem(error: &ApiError, request_id: String, response: &mut Response) {
    let problem = Problem {
        code: error.code,
        message: error.message.to_string(),
        request_id,
    };
    let (parts, body) = axum::Json(problem).into_response().into_parts();
    let headers = response.headers_mut();
    headers.extend(parts.headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::CONTENT_LENGTH);
    headers.extend(error.retry_after());
    *response.body_mut() = body;
}

/// What a client gets when a handler panicked; the panic itself was reported by the panic hook.
pub(crate) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    drop(panic);
    ApiError {
        cause: Some("a handler panicked".into()),
        ..Refused::internal().into()
    }
    .into_response()
}
