//! `POST /v1/conversations/{id}/contact`: the customer says how to reach them later.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{LeaveContact, MessageAccepted};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(LeaveContact { write, contact }): Json<LeaveContact>,
) -> Result<impl IntoResponse, ApiError> {
    let appended = app
        .carry_out(conversation.id, write, site, move |_| {
            Command::LeaveContact(contact)
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
