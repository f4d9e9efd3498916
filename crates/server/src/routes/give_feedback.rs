//! `POST /v1/conversations/{id}/feedback`: the customer says whether a bot message helped.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{GiveFeedback, MessageAccepted};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(GiveFeedback {
        write,
        answer,
        helped,
    }): Json<GiveFeedback>,
) -> Result<impl IntoResponse, ApiError> {
    let appended = app
        .carry_out(conversation.id, write, site, move |site| {
            Command::Feedback {
                answer,
                helped,
                site,
            }
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
