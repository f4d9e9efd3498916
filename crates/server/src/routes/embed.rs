//! `GET /embed.js`: the loader, for any page.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::assets::{self, Cache};
use crate::http::pages::CROSS_ORIGIN_RESOURCE_POLICY;

pub(crate) async fn handle(request: HeaderMap) -> Response {
    let Some(mut response) = assets::file("embed.js", &request, Cache::Revalidate) else {
        return assets::not_built();
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("cross-origin"),
    );
    response
}
