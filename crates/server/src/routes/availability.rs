//! `PUT /v1/agent/availability`: an agent says whether they are there for customers.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_protocol::Availability;

use crate::http::authority::SignedIn;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
    Json(availability): Json<Availability>,
) -> Result<impl IntoResponse, ApiError> {
    app.directory
        .set_online(&agent.name.id, availability.online)
        .await?;
    app.presence.set_online(&agent.name.id, availability.online);
    app.wakeups.inbox_changed();
    Ok(axum::Json(availability))
}
