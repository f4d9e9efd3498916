//! The web files that `cargo xtask dist` made, compiled in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};

#[derive(RustEmbed)]
#[folder = "../../target/web"]
#[allow_missing = true]
struct Web;

/// Addresses by logical name, as the build wrote them; empty without a build.
static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = Web::get("manifest.json");
    file.and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
});

/// What to do when the files are not there.
const NOT_BUILT: &str = "The web files are not part of this server. \
    Build them with `cargo xtask dist`, then build the server again.\n";

/// The address of a file by its logical name, such as `contact.css`.
pub(crate) fn address(name: &str) -> Option<String> {
    MANIFEST
        .get(name)
        .map(|path| format!("/{}", path.trim_start_matches('/')))
}

/// What is missing: nothing, if every file of the build is here.
pub(crate) fn missing() -> Vec<String> {
    let pages = ["manifest.json", "embed.js", "widget.html", "console.html"].map(str::to_owned);
    let listed = MANIFEST
        .values()
        .map(|path| path.trim_start_matches('/').to_owned());
    pages
        .into_iter()
        .chain(listed)
        .filter(|path| Web::get(path).is_none())
        .collect()
}

/// How long a browser may keep a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cache {
    /// For ever: its name changes with its content.
    Immutable,
    /// It asks every time, and is told when nothing changed.
    Revalidate,
}

/// A file of the build, compressed if the client can read that; nothing if there is none with this path.
pub(crate) fn file(path: &str, request: &HeaderMap, cache: Cache) -> Option<Response> {
    let plain = Web::get(path)?;
    let hash = plain.metadata.sha256_hash();
    let packed = || Web::get(&format!("{path}.br")).map(body);
    Some(respond(path, request, cache, &hash, || body(plain), packed))
}

/// A page of the build with some addresses in it replaced; nothing if there is no page with this path.
pub(crate) fn page(
    path: &str,
    request: &HeaderMap,
    replaced: &[(String, String)],
) -> Option<Response> {
    let plain = Web::get(path)?;
    let mut text = String::from_utf8_lossy(&plain.data).into_owned();
    for (from, to) in replaced {
        text = text.replace(from, to);
    }
    let hash = Sha256::digest(&text);
    Some(respond(
        path,
        request,
        Cache::Revalidate,
        &hash,
        || Body::from(text),
        || None,
    ))
}

/// Answers with a file, compressed if the client can read that and there is such a form, or that it is unchanged.
pub(crate) fn respond(
    path: &str,
    request: &HeaderMap,
    cache: Cache,
    hash: &[u8],
    plain: impl FnOnce() -> Body,
    packed: impl FnOnce() -> Option<Body>,
) -> Response {
    let tag = format!("\"{}\"", HEXLOWER.encode(&hash[..hash.len().min(16)]));
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(path)),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = match cache {
        Cache::Immutable => "public, max-age=31536000, immutable",
        Cache::Revalidate => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|known| same_tag(known, &tag))) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let packed = accepts_brotli(request).then(packed).flatten();
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    (headers, packed.unwrap_or_else(plain)).into_response()
}

/// The answer where a file of the build should be and is not.
pub(crate) fn not_built() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CACHE_CONTROL, "no-store")],
        NOT_BUILT,
    )
        .into_response()
}

fn body(file: EmbeddedFile) -> Body {
    match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

fn same_tag(known: &str, tag: &str) -> bool {
    let known = known.trim();
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    known == "*" || opaque(known) == opaque(tag)
}

fn accepts_brotli(request: &HeaderMap) -> bool {
    request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|codings| codings.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let refused = |quality: &str| quality.trim_start_matches("q=").parse() == Ok(0.0_f32);
            named && !parts.any(refused)
        })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_only_to_those_who_read_it() {
        let accepts = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            accepts_brotli(&headers)
        };
        assert!(accepts("gzip, deflate, br, zstd"));
        assert!(accepts("gzip;q=0.5, br;q=1.0"));
        assert!(!accepts("gzip, br;q=0"));
        assert!(!accepts("gzip, brotli"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn a_file_the_browser_has_already_is_recognised() {
        assert!(same_tag(" \"abc\"", "W/\"abc\""));
        assert!(same_tag("W/\"abc\"", "W/\"abc\""));
        assert!(!same_tag("W/\"abd\"", "W/\"abc\""));
    }
}
