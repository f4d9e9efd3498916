//! `GET /loader/site/{key}`: what the loader needs to know about a site whose chat did not come.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use deskbell_desk::loader_script;

use crate::http::admission::Asked;
use crate::http::contact_pages::find;
use crate::http::{ApiError, Shared, pages};

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    key: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let site = find(&app, key).await?;
    if let Some(site) = &site {
        app.within_limits(asked, site, None)?;
    }
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let script = loader_script(site.as_deref());
    Ok(pages::for_any_page((kind, script).into_response()))
}
