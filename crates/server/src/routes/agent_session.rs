//! `GET /v1/agent/session`: who is signed in.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use deskbell_desk::Agent;
use deskbell_protocol::{AgentSession, SiteName};

use crate::App;
use crate::http::authority::SignedIn;
use crate::http::{ApiError, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, .. }: SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let session = session_of(&app, agent).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(session)))
}

/// What an agent is told who is signed in.
pub(super) async fn session_of(app: &App, agent: Agent) -> Result<AgentSession, ApiError> {
    let two_step = Some(app.directory.totp(&agent.name.id).await?.is_some());
    let sites = app.directory.sites().await?.into_iter();
    Ok(AgentSession {
        agent: agent.name,
        online: agent.online,
        two_step,
        sites: sites
            .map(|site| SiteName {
                key: site.key,
                name: site.name,
            })
            .collect(),
    })
}
