//! `DELETE /v1/agent/sessions`: an agent signs out everywhere, here too.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use deskbell_desk::AuditedAct;

use super::sign_in::cookie;
use crate::http::authority::SignedIn;
use crate::http::request_id::RequestId;
use crate::http::{ApiError, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
    request: RequestId,
) -> Result<impl IntoResponse, ApiError> {
    let email = &agent.email;
    app.record(Some(email), AuditedAct::SignedOutEverywhere, email, request)
        .await?;
    app.directory.end_sessions(&agent.name.id).await?;
    // Open inboxes notice, and the agent is no longer online.
    app.wakeups.inbox_changed();
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie(&app, "", 0))],
    ))
}
