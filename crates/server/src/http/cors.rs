//! What a shop's page may ask for from its own origin: to ring for a person where the frame with the chat is blocked.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use tower_http::cors::{Any, CorsLayer};

/// How long a browser need not ask again, in seconds.
const REMEMBERED_SECONDS: u64 = 600;

/// Lets pages of any origin send their JSON with a visitor's token and read the answer. Whether the page may use the
/// site is for the handler to say, which alone knows the site. No cookie is sent along, so nobody's session is.
pub(crate) fn with_token() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(Duration::from_secs(REMEMBERED_SECONDS))
}

/// Makes `OPTIONS` a method of a route, so that it comes to the layer, which answers it.
pub(crate) async fn options() -> StatusCode {
    StatusCode::NO_CONTENT
}
