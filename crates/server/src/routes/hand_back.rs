//! `POST /v1/agent/conversations/{id}/return`: the agent gives the conversation back to the bot.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{AgentWrite, MessageAccepted};

use crate::http::authority::{Addressed, SignedIn};
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
    Addressed(id): Addressed,
    Json(AgentWrite { write }): Json<AgentWrite>,
) -> Result<impl IntoResponse, ApiError> {
    let site = app.site_of(&id).await?;
    let appended = app
        .carry_out(id, write, site, move |_| Command::HandBack(agent.name))
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
