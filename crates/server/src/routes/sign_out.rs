//! `DELETE /v1/agent/session`: an agent signs out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::sign_in::cookie;
use crate::http::authority::SignedIn;
use crate::http::{ApiError, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { session, .. }: SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    app.directory.end_session(&session.hash).await?;
    // The session's open inbox notices, and the agent is no longer online.
    app.wakeups.inbox_changed();
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie(&app, "", 0))],
    ))
}
