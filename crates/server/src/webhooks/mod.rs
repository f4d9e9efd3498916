//! Tells shops' own programs what happened: takes what is due from the store's queue, signs it and posts it.
//!
//! Of several servers over one store each takes what nobody else has; what a server had taken that was killed is due
//! again a minute later. A receiver may so get a message twice, under one id.

mod address;
mod send;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::webhooks::{Attempt, Due, Next, WebhookEvent, WebhookId, next};
use deskbell_desk::{Appended, StoreError};
use deskbell_protocol::Timestamp;
use tokio::task::{Id, JoinSet};

use crate::App;
pub(crate) use send::{Post, Sender, checked_url};

/// Messages that are being sent by this server at once.
const AT_ONCE: usize = 64;

/// Of these, to one webhook: one that answers slowly keeps the others waiting no longer than that.
const TO_ONE: u32 = 4;

/// How long a message belongs to the server that took it: longer than any attempt takes, also by a clock that is half a
/// minute ahead.
const LEASE_MS: Timestamp = 60_000;

/// How often the queue is looked at that another server or the command line may have written to.
const LOOK: Duration = Duration::from_secs(1);

/// Whether webhooks may have to be told of this now.
pub(crate) fn concerns(appended: &Appended) -> bool {
    let mut bodies = appended.events.iter().map(|event| &event.body);
    appended.fresh && bodies.any(|body| !WebhookEvent::of(body).is_empty())
}

/// Sends, for as long as this is awaited.
pub(crate) async fn run(app: Arc<App>) {
    let sender = Arc::new(Sender::new());
    let mut under_way = JoinSet::new();
    let mut to: HashMap<Id, WebhookId> = HashMap::new();
    let mut failed = false;
    loop {
        match take(&app, AT_ONCE - to.len(), &to).await {
            Ok(taken) => {
                failed = false;
                for due in taken {
                    let id = due.webhook.id.clone();
                    let task = deliver(Arc::clone(&app), Arc::clone(&sender), due);
                    to.insert(under_way.spawn(task).id(), id);
                }
            }
            // Once for each time that the store fails.
            Err(error) if !failed => {
                failed = true;
                let cause = error.source.to_string();
                tracing::error!(cause, "webhooks are told nothing until the store is back");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = app.webhooks_due.notified() => {}
            Some(done) = under_way.join_next_with_id() => {
                let id = match done {
                    Ok((id, ())) => id,
                    // A panic, which has been logged. It is due again when its lease is over.
                    Err(error) => error.id(),
                };
                to.remove(&id);
            }
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes what is due, if there is room. Looks without writing first: mostly nothing is.
async fn take(app: &App, room: usize, to: &HashMap<Id, WebhookId>) -> Result<Vec<Due>, StoreError> {
    if room == 0 {
        return Ok(Vec::new());
    }
    let due_at = app.store.next_due().await?;
    let now = app.clock.now();
    if due_at.is_none_or(|due_at| due_at > now) {
        return Ok(Vec::new());
    }
    let limit = u32::try_from(room).unwrap_or(TO_ONE).min(TO_ONE);
    let busy: HashSet<_> = to.values().cloned().collect();
    let busy: Vec<_> = busy.into_iter().collect();
    let taken = app
        .store
        .take_due(now, now.saturating_add(LEASE_MS), limit, &busy)
        .await?;
    if taken.len() == limit as usize {
        // There may be more.
        app.webhooks_due.notify_one();
    }
    Ok(taken)
}

async fn deliver(app: Arc<App>, sender: Arc<Sender>, due: Due) {
    let (webhook, delivery) = (due.webhook.id.0.as_str(), due.id.0.as_str());
    let post = Post {
        webhook: &due.webhook,
        id: &due.id,
        body: &due.body,
        at: app.clock.now(),
    };
    let said = sender.send(&post).await;
    // Without dice what failed together comes back together, which is no reason not to come back.
    let dice = getrandom::u32().unwrap_or_default();
    let at = app.clock.now();
    let next = next(due.attempt, said.answer, at, dice);
    let outcome = said.outcome;
    match next {
        Next::Delivered | Next::Again(_) => {
            tracing::debug!(
                webhook,
                delivery,
                attempt = due.attempt,
                outcome,
                "told a webhook"
            );
        }
        Next::GiveUp => tracing::warn!(
            webhook,
            delivery,
            outcome,
            "a webhook was not told of something in three days, which was given up"
        ),
        Next::Disable => tracing::warn!(
            webhook,
            "a webhook wants nothing any more (410) and was disabled"
        ),
    }
    let attempt = Attempt { next, outcome, at };
    if let Err(error) = app.store.attempted(&due, &attempt).await {
        let cause = error.source.to_string();
        tracing::error!(
            cause,
            webhook,
            delivery,
            "what came of a delivery is not stored; it is tried again"
        );
    }
}
