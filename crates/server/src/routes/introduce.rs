//! `POST /v1/conversations/{id}/introduction`: the page says who the customer is. Nobody has checked it.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::{Command, Refused};
use deskbell_protocol::{Introduce, Introduction, MessageAccepted};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(Introduce { write, name, email }): Json<Introduce>,
) -> Result<impl IntoResponse, ApiError> {
    let introduction = Introduction { name, email }
        .checked()
        .map_err(Refused::from)?;
    let appended = app
        .carry_out(conversation.id, write, site, move |_| {
            Command::Introduce(introduction)
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
