//! `GET /v1/agent/inbox`: the agent's whole inbox, again whenever it changes. An open inbox is an open console.

use axum::extract::State;
use axum::response::Response;
use deskbell_protocol::{Inbox, Timestamp};

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
            let (now, until) = match sse::in_time(&app, look(&app, &session.hash, agents_online)).await {
                Ok(Some(looked)) => looked,
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
            tokio::select! {
                _ = inbox.changed() => {}
                _ = online.changed() => {}
                () = app.clock.at(until) => {}
                () = sse::closed(&mut closing) => {
                    yield sse::come_back();
                    break;
                }
            }
        }
    })
}

/// The inbox now, and when the session ends unless it is used; nothing if it has ended.
async fn look(
    app: &Shared,
    session: &deskbell_desk::SessionHash,
    agents_online: u32,
) -> Result<Option<(Inbox, Timestamp)>, ApiError> {
    let Some(SignedIn { agent, session }) = app.signed_in(session).await? else {
        return Ok(None);
    };
    let inbox = app
        .desk
        .inbox(&agent.name.id, agent.online, agents_online)
        .await?;
    Ok(Some((inbox, session.expires_at.min(session.idle_until))))
}
