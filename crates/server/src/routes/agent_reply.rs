//! `POST /v1/agent/conversations/{id}/messages`: the agent who owns the conversation writes.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{AgentReply, MessageAccepted};

use crate::http::authority::{Addressed, SignedIn};
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
    Addressed(id): Addressed,
    Json(AgentReply { write, text }): Json<AgentReply>,
) -> Result<impl IntoResponse, ApiError> {
    let site = app.site_of(&id).await?;
    let appended = app
        .carry_out(id, write, site, move |_| Command::Reply(agent.name, text))
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
