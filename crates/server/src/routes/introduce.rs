//! `POST /v1/conversations/{id}/introduction`: the page says who the customer is. Nobody has checked it, unless the shop's
//! server has signed it.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::{Command, Refused};
use deskbell_protocol::{Introduce, Introduction, MessageAccepted, ProblemCode};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};
use crate::identity;

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, site }: Visitor,
    Json(Introduce {
        write,
        name,
        email,
        token,
    }): Json<Introduce>,
) -> Result<impl IntoResponse, ApiError> {
    let customer = match token {
        Some(token) => identity::verify(&token, &site.key, &site.identity, app.clock.now())
            .map_err(|error| ApiError::new(ProblemCode::InvalidIdentity, error.to_string()))?,
        None => {
            let token = None;
            let said = Introduction { name, email, token };
            said.checked().map_err(Refused::from)?.into()
        }
    };
    let appended = app
        .carry_out(conversation.id, write, site, move |_| {
            Command::Introduce(customer)
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}
