//! `GET /loader/site/{key}`: what the loader needs to know about a site whose chat did not come, as a script, so that
//! the merchant's page needs no permission but the loader's own. The contact page tells the same to everybody.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use deskbell_protocol::FallbackContact;
use serde::Serialize;

use crate::http::contact_pages::find;
use crate::http::{ApiError, Shared, pages};

#[derive(Serialize)]
struct Facts {
    known: bool,
    contact: FallbackContact,
}

pub(crate) async fn handle(
    State(app): State<Shared>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let site = find(&app, key).await?;
    let facts = Facts {
        known: site.is_some(),
        contact: site.map(|site| site.contact.clone()).unwrap_or_default(),
    };
    let facts = serde_json::to_string(&facts).map_err(ApiError::internal)?;
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let script = format!("export default {facts};\n");
    Ok(pages::for_any_page((kind, script).into_response()))
}
