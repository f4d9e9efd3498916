//! `GET /v1/agent/inbox`: the agent's whole inbox, again whenever it changes. An open inbox is an open console.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use deskbell_protocol::Inbox;

use crate::http::authority::SignedIn;
use crate::http::{ApiError, Shared, sse};
use crate::metrics::StreamOf;

pub(crate) async fn handle(
    State(app): State<Shared>,
    SignedIn { agent, session }: SignedIn,
) -> Response {
    let open = app.metrics.stream(StreamOf::Inbox);
    sse::answer(async_stream::stream! {
        let _open = open;
        let console = app.presence.console(&agent.name.id, agent.online);
        let mut inbox = app.wakeups.of_inbox();
        let mut online = app.presence.subscribe();
        let mut closing = app.closing.subscribe();
        let mut shown: Option<Inbox> = None;
        loop {
            inbox.mark_unchanged();
            let agents_online = *online.borrow_and_update();
            let now = match look(&app, &session.hash, agents_online).await {
                Ok(Some(now)) => now,
                Ok(None) => {
                    console.sign_out();
                    break;
                }
                Err(error) => {
                    tracing::error!(cause = error.causes(), "an inbox ended because the store failed");
                    break;
                }
            };
            if shown.as_ref() != Some(&now) {
                match sse::message("inbox", &now) {
                    Ok(message) => yield message,
                    Err(_) => break,
                }
                shown = Some(now);
            }
            let left = (session.expires_at - app.clock.now()).max(0).unsigned_abs();
            tokio::select! {
                _ = inbox.changed() => {}
                _ = online.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                () = sse::closed(&mut closing) => {
                    yield sse::come_back();
                    break;
                }
            }
        }
    })
}

/// The inbox now; nothing if the session has ended.
async fn look(
    app: &Shared,
    session: &deskbell_desk::SessionHash,
    agents_online: u32,
) -> Result<Option<Inbox>, ApiError> {
    let Some(SignedIn { agent, .. }) = app.signed_in(session).await? else {
        return Ok(None);
    };
    Ok(Some(
        app.desk
            .inbox(&agent.name.id, agent.online, agents_online)
            .await?,
    ))
}
