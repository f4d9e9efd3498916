//! What the contact page's routes share: who reads it, of which site, and how it is answered.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use deskbell_desk::contact_page::{self, ContactPage, Look};
use deskbell_desk::{Language, Site};
use deskbell_protocol::{SiteKey, VisitorToken};

use super::error::about;
use super::pages::{self, FramedBy};
use super::{ApiError, Shared};
use crate::{assets, secrets};

/// Who looks at the page, as far as its language goes.
pub(crate) struct Reader {
    query: String,
    accepted: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri, &parts.headers))
    }
}

impl Reader {
    /// Who asks for this address with these headers.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        Self {
            query: uri.query().unwrap_or_default().to_owned(),
            accepted: accepted.unwrap_or_default().to_owned(),
        }
    }

    /// In which language they read a page of the site, or a page of none.
    pub(crate) fn language(&self, site: Option<&Site>) -> Language {
        let site = site.map(|site| site.language.as_str());
        Language::for_page(&self.query, &self.accepted, site)
    }

    /// The page of a site in their language.
    pub(crate) fn page<'a>(&self, site: &'a Site) -> ContactPage<'a> {
        ContactPage {
            site,
            language: self.language(Some(site)),
            look: look(),
        }
    }

    /// The page of a failure, which is logged.
    pub(crate) fn unavailable(&self, error: ApiError) -> Response {
        let status = error.status();
        let page = contact_page::unavailable_page(self.language(None), look());
        about(error, shown(status, page))
    }

    /// The same in the frame of a chat. There is nothing in it, so anybody may show it.
    pub(crate) fn widget_unavailable(&self, error: ApiError) -> Response {
        let status = error.status();
        let page = contact_page::unavailable_page(self.language(None), look());
        about(
            error,
            pages::without_scripts(status, page, &FramedBy::Anybody),
        )
    }
}

/// A contact page as it is answered.
pub(crate) fn shown(status: StatusCode, page: String) -> Response {
    pages::without_scripts(status, page, &FramedBy::Nobody)
}

/// The site that the address names, if there is one.
pub(crate) async fn find(
    app: &Shared,
    key: Result<Path<String>, PathRejection>,
) -> Result<Option<Arc<Site>>, ApiError> {
    match key.ok().and_then(|Path(key)| SiteKey::new(key).ok()) {
        Some(key) => Ok(app.directory.site(&key).await?.map(Arc::new)),
        None => Ok(None),
    }
}

/// The page of a key that no site has.
pub(crate) fn unknown_site(reader: &Reader, framed_by: &FramedBy) -> Response {
    let page = contact_page::unknown_page(reader.language(None), look());
    pages::without_scripts(StatusCode::NOT_FOUND, page, framed_by)
}

/// The secret of a new form.
pub(crate) fn random_token() -> Result<VisitorToken, ApiError> {
    VisitorToken::new(secrets::random_token()?).map_err(ApiError::internal)
}

fn look() -> &'static Look {
    static LOOK: LazyLock<Look> = LazyLock::new(|| Look {
        icon: assets::address("deskbell.svg"),
        sheets: ["tokens.css", "contact.css"]
            .into_iter()
            .filter_map(assets::address)
            .collect(),
    });
    &LOOK
}
