//! `POST /v1/conversations/{id}/escalation`: the bell. Needs no message before and asks nothing.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{EscalationAccepted, RequestHuman};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(RequestHuman { write }): Json<RequestHuman>,
) -> Result<impl IntoResponse, ApiError> {
    let appended = app
        .carry_out(conversation.id, write, site, |_| Command::Ring)
        .await?;
    let (status, _) = app
        .status_for_customer(&appended.conversation, app.presence.online())
        .await?;
    Ok(axum::Json(EscalationAccepted { status }))
}
