//! `GET /v1/agent/audit?after=`: what was done with accounts and settings, in order, a page at a time.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use deskbell_protocol::{AuditLine, AuditPage};
use serde::Deserialize;

use crate::http::authority::Operator;
use crate::http::{ApiError, Shared};

/// Entries of a page.
const PAGE: u32 = 100;

#[derive(Deserialize)]
pub(crate) struct After {
    /// The number after which the page begins.
    #[serde(default)]
    after: u64,
}

pub(crate) async fn handle(
    State(app): State<Shared>,
    _: Operator,
    query: Result<Query<After>, QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Query(After { after }) =
        query.map_err(|_| ApiError::invalid_value("`after` is the number of an entry."))?;
    let entries = app.store.audit(0, after, PAGE).await?;
    let entries = entries
        .into_iter()
        .map(|(number, entry)| AuditLine {
            number,
            at: entry.at,
            who: entry.who,
            act: entry.act.to_string(),
            whom: entry.whom,
            detail: entry.detail,
            via: entry.via,
        })
        .collect();
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        axum::Json(AuditPage { entries }),
    ))
}
