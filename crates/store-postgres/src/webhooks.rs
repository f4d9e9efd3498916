//! Webhooks and what waits for them.

use async_trait::async_trait;
use deskbell_desk::webhooks::{
    Attempt, Delivery, DeliveryId, DeliveryState, Due, Next, Replay, Subscriber, UnansweredAfter,
    Webhook, WebhookError, WebhookEvent, WebhookId, WebhookQueue, WebhookSecret, ends_waiting,
    messages,
};
use deskbell_desk::{Conversation, StoreError};
use deskbell_protocol::{Event, SiteKey, Timestamp};
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::error::Context as _;

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: String,
    site: String,
    url: String,
    secret: String,
    old_secret: Option<String>,
    old_secret_until: Option<i64>,
    allow_private: bool,
    unanswered_after: i64,
    added_at: i64,
    disabled_at: Option<i64>,
}

impl WebhookRow {
    fn webhook(self) -> Result<Webhook, StoreError> {
        let old = self.old_secret.map(WebhookSecret);
        Ok(Webhook {
            id: WebhookId(self.id),
            site: SiteKey::new(self.site).context("reading a webhook's site")?,
            url: self.url,
            secret: WebhookSecret(self.secret),
            old_secret: old.zip(self.old_secret_until),
            allow_private: self.allow_private,
            unanswered_after: unanswered_after(self.unanswered_after)?,
            added_at: self.added_at,
            disabled_at: self.disabled_at,
        })
    }
}

fn unanswered_after(seconds: i64) -> Result<UnansweredAfter, StoreError> {
    let seconds = u32::try_from(seconds).context("reading when a wait is told of")?;
    UnansweredAfter::try_from(seconds).context("reading when a wait is told of")
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: String,
    event: String,
    at: i64,
    state: String,
    due_at: Option<i64>,
    attempts: i64,
    outcome: Option<String>,
}

impl DeliveryRow {
    fn delivery(self) -> Result<Delivery, StoreError> {
        Ok(Delivery {
            id: DeliveryId(self.id),
            event: self.event,
            at: self.at,
            state: DeliveryState::named(&self.state).context("reading a delivery's state")?,
            due_at: self.due_at,
            attempts: u32::try_from(self.attempts).context("reading a delivery's attempts")?,
            outcome: self.outcome,
        })
    }
}

/// Writes what is to be told of events that were appended in this transaction.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    conversation: &Conversation,
    events: &[Event],
) -> Result<(), StoreError> {
    let context = "writing what webhooks are told";
    if events
        .iter()
        .all(|event| WebhookEvent::of(&event.body).is_empty())
        && !ends_waiting(conversation, events)
    {
        return Ok(());
    }
    let rows = sqlx::query_as::<_, (String, i64)>(
        // One that is being removed just now is waited for: writing to it later would fail, and the append with it.
        "SELECT id, unanswered_after FROM webhooks WHERE site = $1 AND disabled_at IS NULL FOR KEY SHARE",
    )
    .bind(conversation.site.as_str())
    .fetch_all(&mut *connection)
    .await
    .context(context)?;
    let mut subscribers = Vec::with_capacity(rows.len());
    for (id, seconds) in rows {
        subscribers.push(Subscriber {
            webhook: WebhookId(id),
            unanswered_after: unanswered_after(seconds)?,
        });
    }
    if ends_waiting(conversation, events) {
        sqlx::query(
            "DELETE FROM deliveries WHERE conversation = $1 AND event = $2 AND attempts = 0",
        )
        .bind(conversation.id.as_str())
        .bind(WebhookEvent::EscalationUnanswered.name())
        .execute(&mut *connection)
        .await
        .context(context)?;
    }
    for message in messages(conversation, events, &subscribers) {
        sqlx::query(
            "INSERT INTO deliveries (id, webhook, conversation, event, body, at, state, due_at, attempts)
             VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, 0)",
        )
        .bind(message.id.0)
        .bind(message.webhook.0)
        .bind(message.conversation.as_str())
        .bind(message.event.name())
        .bind(message.body)
        .bind(message.at)
        .bind(message.at)
        .execute(&mut *connection)
        .await
        .context(context)?;
    }
    Ok(())
}

#[async_trait]
impl WebhookQueue for PostgresStore {
    async fn add_webhook(&self, webhook: &Webhook) -> Result<(), WebhookError> {
        let old = webhook.old_secret.as_ref();
        let done = sqlx::query(
            "INSERT INTO webhooks (id, site, url, secret, old_secret, old_secret_until, allow_private,
                 unanswered_after, added_at, disabled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&webhook.id.0)
        .bind(webhook.site.as_str())
        .bind(&webhook.url)
        .bind(webhook.secret.as_str())
        .bind(old.map(|(secret, _)| secret.as_str()))
        .bind(old.map(|(_, until)| *until))
        .bind(webhook.allow_private)
        .bind(i64::from(webhook.unanswered_after.seconds()))
        .bind(webhook.added_at)
        .bind(webhook.disabled_at)
        .execute(&self.pool)
        .await;
        match done {
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                Err(WebhookError::UnknownSite)
            }
            other => Ok(other.map(drop).context("adding a webhook")?),
        }
    }

    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        sqlx::query_as::<_, WebhookRow>("SELECT * FROM webhooks WHERE id = $1")
            .bind(&id.0)
            .fetch_optional(&self.pool)
            .await
            .context("looking for a webhook")?
            .map(WebhookRow::webhook)
            .transpose()
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        sqlx::query_as::<_, WebhookRow>("SELECT * FROM webhooks ORDER BY site, added_at, id")
            .fetch_all(&self.pool)
            .await
            .context("listing the webhooks")?
            .into_iter()
            .map(WebhookRow::webhook)
            .collect()
    }

    async fn remove_webhook(&self, id: &WebhookId) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM webhooks WHERE id = $1")
            .bind(&id.0)
            .execute(&self.pool)
            .await
            .context("removing a webhook")?;
        Ok(removed.rows_affected() > 0)
    }

    async fn rotate_secret(
        &self,
        id: &WebhookId,
        secret: &WebhookSecret,
        old_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE webhooks SET old_secret = secret, old_secret_until = $1, secret = $2 WHERE id = $3",
        )
        .bind(old_until)
        .bind(secret.as_str())
        .bind(&id.0)
        .execute(&self.pool)
        .await
        .context("changing a webhook's secret")?;
        Ok(changed.rows_affected() > 0)
    }

    async fn enable_webhook(&self, id: &WebhookId) -> Result<bool, StoreError> {
        let changed = sqlx::query("UPDATE webhooks SET disabled_at = NULL WHERE id = $1")
            .bind(&id.0)
            .execute(&self.pool)
            .await
            .context("enabling a webhook")?;
        Ok(changed.rows_affected() > 0)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        sqlx::query_scalar::<_, Option<i64>>(
            "SELECT min(due_at) FROM deliveries WHERE state = 'pending'",
        )
        .fetch_one(&self.pool)
        .await
        .context("looking when a webhook is due")
    }

    async fn take_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[WebhookId],
    ) -> Result<Vec<Due>, StoreError> {
        let context = "taking what is due";
        let busy: Vec<_> = busy.iter().map(|id| id.0.as_str()).collect();
        let mut transaction = self.pool.begin().await.context(context)?;
        let taken = sqlx::query_as::<_, (String, String, String, i64)>(
            // What another server is taking just now is passed over.
            "WITH due AS (
                 SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= $2 AND webhook <> ALL($3)
                 ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
             )
             UPDATE deliveries SET due_at = $1, attempts = attempts + 1 FROM due WHERE deliveries.id = due.id
             RETURNING deliveries.id, webhook, body, attempts",
        )
        .bind(until)
        .bind(now)
        .bind(busy)
        .bind(i64::from(limit))
        .fetch_all(&mut *transaction)
        .await
        .context(context)?;
        let mut all = Vec::with_capacity(taken.len());
        for (id, webhook, body, attempts) in taken {
            let webhook = sqlx::query_as::<_, WebhookRow>("SELECT * FROM webhooks WHERE id = $1")
                .bind(webhook)
                .fetch_one(&mut *transaction)
                .await
                .context(context)?;
            all.push(Due {
                id: DeliveryId(id),
                webhook: webhook.webhook()?,
                body,
                attempt: u32::try_from(attempts).context(context)?,
                leased_until: until,
            });
        }
        transaction.commit().await.context(context)?;
        Ok(all)
    }

    async fn attempted(&self, due: &Due, attempt: &Attempt) -> Result<(), StoreError> {
        let context = "writing what came of a delivery";
        let (state, due_at) = match attempt.next {
            Next::Delivered => (DeliveryState::Delivered, None),
            Next::Again(at) => (DeliveryState::Pending, Some(at)),
            Next::GiveUp | Next::Disable => (DeliveryState::GivenUp, None),
        };
        let mut transaction = self.pool.begin().await.context(context)?;
        sqlx::query(
            "UPDATE deliveries SET state = $1, due_at = $2, attempted_at = $3, outcome = $4
             WHERE id = $5 AND state = 'pending' AND due_at = $6",
        )
        .bind(state.name())
        .bind(due_at)
        .bind(attempt.at)
        .bind(&attempt.outcome)
        .bind(&due.id.0)
        .bind(due.leased_until)
        .execute(&mut *transaction)
        .await
        .context(context)?;
        if attempt.next == Next::Disable {
            sqlx::query(
                "UPDATE webhooks SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL",
            )
            .bind(attempt.at)
            .bind(&due.webhook.id.0)
            .execute(&mut *transaction)
            .await
            .context(context)?;
            sqlx::query(
                "UPDATE deliveries SET state = 'given_up', due_at = NULL, outcome = 'its webhook was disabled'
                 WHERE webhook = $1 AND state = 'pending'",
            )
            .bind(&due.webhook.id.0)
            .execute(&mut *transaction)
            .await
            .context(context)?;
        }
        transaction.commit().await.context(context)
    }

    async fn replay(
        &self,
        webhook: &WebhookId,
        which: &Replay,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (id, state) = match which {
            Replay::One(id) => (Some(id.0.as_str()), None),
            Replay::GivenUp => (None, Some(DeliveryState::GivenUp.name())),
        };
        let done = sqlx::query(
            "UPDATE deliveries SET state = 'pending', due_at = greatest($1, at), attempts = 0
             WHERE webhook = $2 AND (id = $3 OR state = $4)",
        )
        .bind(now)
        .bind(&webhook.0)
        .bind(id)
        .bind(state)
        .execute(&self.pool)
        .await
        .context("sending deliveries again")?;
        Ok(done.rows_affected())
    }

    async fn deliveries(
        &self,
        webhook: &WebhookId,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        sqlx::query_as::<_, DeliveryRow>(
            "SELECT id, event, at, state, due_at, attempts, outcome FROM deliveries
             WHERE webhook = $1 ORDER BY at DESC, id DESC LIMIT $2",
        )
        .bind(&webhook.0)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .context("listing deliveries")?
        .into_iter()
        .map(DeliveryRow::delivery)
        .collect()
    }
}
