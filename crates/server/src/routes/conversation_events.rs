//! `GET /v1/conversations/{id}/events`: the conversation as it happens, for its customer.

use axum::extract::State;
use axum::response::Response;

use crate::http::Shared;
use crate::http::authority::Visitor;
use crate::http::sse::{self, Cursor, Reader};

pub(crate) async fn handle(
    State(app): State<Shared>,
    Visitor { conversation, .. }: Visitor,
    Cursor(cursor): Cursor,
) -> Response {
    sse::conversation(app, conversation.id, cursor, Reader::Customer)
}
