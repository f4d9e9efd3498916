//! `GET /loader/{language}.js`: the loader's words in a language, as a script, so that the merchant's page needs no
//! permission but the loader's own. A language without words gets none and keeps English.

use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::assets::{self, Cache};
use crate::http::pages::CROSS_ORIGIN_RESOURCE_POLICY;

/// What a language without words gets.
const NO_WORDS: &str = "export default {};\n";

pub(crate) async fn handle(
    path: Result<Path<String>, PathRejection>,
    request: HeaderMap,
) -> Response {
    let tag = path.map_or_else(|_| String::new(), |Path(file)| file);
    let words = assets::file(
        &format!("loader/{}.js", file_of(&tag)),
        &request,
        Cache::Revalidate,
    );
    let mut response = words.unwrap_or_else(|| {
        let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
        (kind, Body::from(NO_WORDS)).into_response()
    });
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

/// The file that has a language's words, by a tag such as `pt-BR.js`: regions and scripts share one.
fn file_of(tag: &str) -> String {
    let language = tag.trim_end_matches(".js").to_ascii_lowercase();
    let language = language.split(['-', '_']).next().unwrap_or_default();
    match language {
        // One Norwegian; and codes that browsers have not given up.
        "no" | "nn" => "nb",
        "iw" => "he",
        "in" => "id",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_of_a_language_leads_to_its_file() {
        for (tag, file) in [
            ("de.js", "de"),
            ("pt-BR.js", "pt"),
            ("zh-Hant-TW.js", "zh"),
            ("DE_at.js", "de"),
            ("nn-NO.js", "nb"),
            ("iw.js", "he"),
            ("..%2fembed.js", "..%2fembed"),
            ("", ""),
        ] {
            assert_eq!(file_of(tag), file, "{tag}");
        }
    }
}
