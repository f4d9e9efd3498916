//! Gives every request an id, turns refusals into problems, logs each request once.

use std::any::Any;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use deskbell_desk::Refused;
use deskbell_protocol::Problem;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::ApiError;
use super::error::Told;
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

/// The outermost layer.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let id_text = id.to_str().unwrap_or_default().to_owned();
    // Neither the query, which may hold a page's address, nor any header is logged.
    let span = tracing::info_span!(
        "request", id = id_text, method = %request.method(), path = request.uri().path()
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
    let headers = response.headers_mut();
    headers.insert(HEADER, id);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("same-origin"));
    response
}

/// The sentence to the client may quote what it sent, so only the code is logged, and causes of our own faults.
fn log_refusal(error: &ApiError, status: u16, millis: u64) {
    let code = error.code;
    match &error.cause {
        Some(cause) => {
            let chain: Vec<String> = anyhow::Chain::new(&**cause)
                .map(ToString::to_string)
                .collect();
            tracing::error!(status, millis, ?code, cause = chain.join(": "), "failed");
        }
        None => tracing::info!(status, millis, ?code, "refused"),
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
    if let Some(wait) = error.retry_after {
        // Rounded up: a client that waits exactly so long is let in.
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from(wait.as_millis().div_ceil(1000) as u64),
        );
    }
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
