//! `GET /v1/agent/session`: who is signed in.

use axum::http::header;
use axum::response::IntoResponse;
use deskbell_protocol::AgentSession;

use crate::http::authority::SignedIn;

pub(crate) async fn handle(SignedIn { agent, .. }: SignedIn) -> impl IntoResponse {
    let session = AgentSession {
        agent: agent.name,
        online: agent.online,
    };
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(session))
}
