//! `GET /loader/{language}.js`: the loader's words in a language, as a script, so that the merchant's page needs no
//! permission but the loader's own. A language without words gets none and keeps English.

use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use deskbell_desk::Language;

use crate::assets::{self, Cache};
use crate::http::pages;

/// What a language without words gets.
const NO_WORDS: &str = "export default {};\n";

pub(crate) async fn handle(
    path: Result<Path<String>, PathRejection>,
    request: HeaderMap,
) -> Response {
    let language = path
        .ok()
        .and_then(|Path(file)| Language::named(file.trim_end_matches(".js")));
    let words = language.and_then(|language| {
        let path = format!("loader/{}.js", language.tag());
        assets::file(&path, &request, Cache::Revalidate)
    });
    pages::for_any_page(words.unwrap_or_else(|| {
        let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
        (kind, Body::from(NO_WORDS)).into_response()
    }))
}
