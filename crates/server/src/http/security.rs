//! What every answer says to browsers, whatever it is: a page, a file, a problem.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Shared;
use super::pages::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::Origin;

/// What nothing of ours uses, neither our pages nor what is shown in them.
const NO_POWERS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// What is no page of ours may do nothing, should a browser take it for one.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// For a year, browsers speak to this host over encrypted connections only. Not to hosts below it: those are not ours.
const ENCRYPTED: &str = "max-age=31536000";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// Headers that an answer has unless its handler said otherwise.
const USUAL: [(HeaderName, HeaderValue); 5] = [
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(NO_PAGE),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
];

/// Adds the headers to every answer. What people and agents say is kept by no cache.
pub(crate) async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(NO_POWERS));
    if app
        .settings
        .public_url
        .as_ref()
        .is_some_and(Origin::is_https)
    {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(ENCRYPTED),
        );
    }
    for (name, value) in USUAL {
        headers.entry(name).or_insert(value);
    }
    response
}
