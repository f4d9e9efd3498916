//! `GET /v1/agent/conversations/{id}/events`: a conversation as it happens, for an agent.

use axum::extract::State;
use axum::response::Response;
use deskbell_protocol::ProblemCode;

use crate::http::authority::{Addressed, SignedIn};
use crate::http::sse::{self, Cursor, Reader};
use crate::http::{ApiError, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, session }: SignedIn,
    Addressed(id): Addressed,
    Cursor(cursor): Cursor,
) -> Result<Response, ApiError> {
    let conversation = app.conversation(&id).await?;
    if !sse::agent_may_read(&agent, &conversation) {
        let message = "Only conversations that wait and your own can be read.";
        return Err(ApiError::new(ProblemCode::NotYours, message));
    }
    let reader = Reader::Agent {
        session: session.hash,
    };
    Ok(sse::conversation(app, id, cursor, reader))
}
