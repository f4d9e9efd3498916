//! `GET /openapi.json`: the description of the API.

use axum::http::header;
use axum::response::IntoResponse;

use crate::openapi;

pub(crate) async fn handle() -> impl IntoResponse {
    let kind = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (kind, openapi::document())
}
