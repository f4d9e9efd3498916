//! `POST /v1/conversations/{id}/rating`: the customer says how the chat with a person was.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{MessageAccepted, RateStretch};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(RateStretch {
        write,
        stretch,
        score,
    }): Json<RateStretch>,
) -> Result<impl IntoResponse, ApiError> {
    let appended = app
        .carry_out(conversation.id, write, site, move |_| {
            Command::Rate(stretch, score)
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
