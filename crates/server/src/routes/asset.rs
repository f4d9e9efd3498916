//! `GET /assets/…`: files whose names change with their content.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use deskbell_protocol::ProblemCode;

use crate::assets::{self, Cache};
use crate::http::pages::CROSS_ORIGIN_EMBEDDER_POLICY;
use crate::http::{ApiError, Shared, pages};

/// What the triage worker may do: a worker has the policy of its own script, not of the page that started it.
const WORKER_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

pub(crate) async fn handle(
    State(app): State<Shared>,
    path: Result<Path<String>, PathRejection>,
    request: HeaderMap,
) -> Result<Response, ApiError> {
    let file = path.ok().and_then(|Path(path)| {
        let path = format!("assets/{path}");
        let own = app
            .model
            .as_ref()
            .and_then(|model| model.file(&path, &request));
        own.or_else(|| assets::file(&path, &request, Cache::Immutable))
    });
    let unknown = || ApiError::new(ProblemCode::NotFound, "There is no such file.");
    let mut response = pages::for_any_page(file.ok_or_else(unknown)?);
    let headers = response.headers_mut();
    // A worker of an isolated page must itself be isolated.
    headers.insert(
        CROSS_ORIGIN_EMBEDDER_POLICY,
        HeaderValue::from_static("require-corp"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(WORKER_POLICY),
    );
    Ok(response)
}
