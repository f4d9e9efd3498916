//! `GET /console`: the agents' console.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::assets::{self, Cache};
use crate::http::pages::{self, FramedBy, Policy};

pub(crate) async fn handle(request: HeaderMap) -> Response {
    let page =
        assets::file("console.html", &request, Cache::Revalidate).unwrap_or_else(assets::not_built);
    pages::secure(page, Policy::App, &FramedBy::Nobody)
}
