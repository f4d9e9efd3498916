//! Headers and answers of pages.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// What the widget's and the console's page may do: run our own code and talk to us, nothing else.
const APP_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// What a page without scripts may do: be styled, and send its form to us.
const FORM_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'";

/// Who may show a page in a frame.
#[derive(Clone, Debug)]
pub(crate) enum FramedBy {
    Nobody,
    /// Pages of these origins, isolated ones included.
    Origins(Vec<String>),
    /// Anybody: there is nothing in it.
    Anybody,
}

impl FramedBy {
    fn ancestors(&self) -> String {
        match self {
            Self::Nobody => "'none'".to_owned(),
            Self::Origins(origins) => origins.join(" "),
            Self::Anybody => "*".to_owned(),
        }
    }
}

/// Which policy a page has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Policy {
    App,
    Form,
}

/// Adds the security headers of a page to `response`.
pub(crate) fn secure(mut response: Response, policy: Policy, framed_by: &FramedBy) -> Response {
    let policy = match policy {
        Policy::App => APP_POLICY,
        Policy::Form => FORM_POLICY,
    };
    let policy = format!("{policy}; frame-ancestors {}", framed_by.ancestors());
    // Origins are checked when a site is added; one that cannot be in a header makes the page unframable.
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'",
    ));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let resource_policy = match framed_by {
        FramedBy::Nobody => "same-origin",
        FramedBy::Origins(_) | FramedBy::Anybody => "cross-origin",
    };
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static(resource_policy),
    );
    headers.insert(
        CROSS_ORIGIN_EMBEDDER_POLICY,
        HeaderValue::from_static("require-corp"),
    );
    response
}

/// Lets a resource be used by cross-origin-isolated pages.
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// Needed on documents and workers inside cross-origin-isolated pages.
pub(crate) const CROSS_ORIGIN_EMBEDDER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-embedder-policy");

/// Lets any page use a file, isolated ones included.
pub(crate) fn for_any_page(mut response: Response) -> Response {
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

/// A page for people without any script.
pub(crate) fn without_scripts(status: StatusCode, html: String, framed_by: &FramedBy) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    let response = (status, headers, Html(html)).into_response();
    secure(response, Policy::Form, framed_by)
}
