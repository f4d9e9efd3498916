//! `POST /v1/agent/conversations/{id}/typing`: the agent who owns the conversation is writing. Needs no body, is kept in
//! memory for some seconds and reaches the customers whose streams this server has.

use axum::extract::State;
use axum::http::StatusCode;
use deskbell_desk::Refused;

use crate::http::authority::{Addressed, SignedIn};
use crate::http::{ApiError, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
    Addressed(id): Addressed,
) -> Result<StatusCode, ApiError> {
    let conversation = app.conversation(&id).await?;
    let agent = agent.name.id;
    if conversation.agent.is_none_or(|owner| owner.id != agent) {
        return Err(Refused::not_yours().into());
    }
    app.typing().typed(&id, &agent, app.clock.now());
    app.wakeups.conversation_changed(&id);
    Ok(StatusCode::NO_CONTENT)
}
