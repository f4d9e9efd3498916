//! `POST /v1/conversations/{id}/messages`: the customer writes, and the bot answers in the same write if it is its turn.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::{Command, incoming};
use deskbell_protocol::{ConversationState, MessageAccepted, PostMessage};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    visitor: Visitor,
    Json(post): Json<PostMessage>,
) -> Result<impl IntoResponse, ApiError> {
    let Visitor { conversation, site } = visitor;
    let PostMessage {
        write,
        text,
        triage,
    } = post;
    let bot_listens = matches!(
        conversation.state,
        ConversationState::Bot | ConversationState::Closed
    );
    let hint = match triage {
        Some(hint) => Some(incoming::device_hint(hint)?),
        None if bot_listens => app.read(&text, &conversation, &site).await,
        None => None,
    };
    let appended = app
        .carry_out(conversation.id, write, site, move |site| Command::Message {
            text,
            hint,
            site,
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
