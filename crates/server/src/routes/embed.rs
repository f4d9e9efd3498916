//! `GET /embed.js`: the loader, for any page.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::assets::{self, Cache};
use crate::http::pages;

pub(crate) async fn handle(request: HeaderMap) -> Response {
    let loader = assets::file("embed.js", &request, Cache::Revalidate);
    loader.map_or_else(assets::not_built, pages::for_any_page)
}
