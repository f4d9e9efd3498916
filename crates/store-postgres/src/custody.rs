//! Finding, erasing and forgetting conversations.
//!
//! What is deleted is gone for every query with the commit. PostgreSQL itself keeps its bytes in the table until vacuum
//! makes room of them and something else is written there, and in its write-ahead log until that is recycled.

use std::num::NonZeroU32;

use async_trait::async_trait;
use deskbell_desk::{Custody, StoreError, Wakeup, names};
use deskbell_protocol::{ConversationId, EmailAddress, EventBody, SiteKey, Timestamp};

use crate::PostgresStore;
use crate::error::Context as _;
use crate::peers::notify;

/// Names the lock of whoever forgets, for one transaction: the bytes of "forget".
const FORGET: i64 = 0x666f_7267_6574;

#[async_trait]
impl Custody for PostgresStore {
    async fn conversations_of(
        &self,
        email: &EmailAddress,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let context = "looking for a customer's conversations";
        let written = serde_json::to_string(email).context("writing an address")?;
        let mut transaction = self.pool.begin().await.context(context)?;
        // It reads every event, which no request does.
        sqlx::query("SET LOCAL statement_timeout = '1h'")
            .execute(&mut *transaction)
            .await
            .context(context)?;
        // Those that may name it; whether they do is not SQL's to say. An event's type comes first.
        let candidates = sqlx::query_as::<_, (String, String)>(
            "SELECT conversation, body FROM events
             WHERE (body LIKE '{\"type\":\"introduced\"%' OR body LIKE '{\"type\":\"contact\\_left\"%')
                 AND strpos(lower(body COLLATE \"C\"), $1) > 0
             ORDER BY conversation, seq",
        )
        .bind(written.trim_matches('"').to_ascii_lowercase())
        .fetch_all(&mut *transaction)
        .await
        .context(context)?;
        let mut ids = Vec::new();
        for (id, body) in candidates {
            let body: EventBody = serde_json::from_str(&body).context("reading an event")?;
            if names(email, &body) {
                ids.push(ConversationId::new(id).context("reading a conversation's id")?);
            }
        }
        ids.dedup();
        Ok(ids)
    }

    async fn erase(&self, id: &ConversationId) -> Result<Option<u64>, StoreError> {
        let context = "erasing a conversation";
        let mut transaction = self.pool.begin().await.context(context)?;
        // As an append does: whoever comes later finds nothing to append to.
        let locked = sqlx::query_scalar::<_, String>(
            "SELECT id FROM conversations WHERE id = $1 FOR UPDATE",
        )
        .bind(id.as_str())
        .fetch_optional(&mut *transaction)
        .await
        .context(context)?;
        if locked.is_none() {
            return Ok(None);
        }
        let events = sqlx::query("DELETE FROM events WHERE conversation = $1")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context(context)?;
        sqlx::query("DELETE FROM conversations WHERE id = $1")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context(context)?;
        let wakeups = [
            Wakeup::Conversation(id.clone()),
            Wakeup::Queue,
            Wakeup::Inbox,
        ];
        notify(&mut transaction, &wakeups).await?;
        transaction.commit().await.context(context)?;
        Ok(Some(events.rows_affected()))
    }

    async fn forget(
        &self,
        site: &SiteKey,
        before: Timestamp,
        limit: NonZeroU32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let context = "forgetting conversations";
        let mut transaction = self.pool.begin().await.context(context)?;
        let alone = sqlx::query_scalar::<_, bool>("SELECT pg_try_advisory_xact_lock($1)")
            .bind(FORGET)
            .fetch_one(&mut *transaction)
            .await
            .context(context)?;
        if !alone {
            return Ok(Vec::new());
        }
        // Locked before they are deleted: a conversation in which somebody is writing just now is passed over. Their
        // events go with them (ON DELETE CASCADE).
        let forgotten = sqlx::query_scalar::<_, String>(
            "WITH over AS (
                 SELECT id FROM conversations
                 WHERE site = $1 AND updated_at < $2 AND state IN ('bot', 'closed')
                 ORDER BY updated_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
             )
             DELETE FROM conversations USING over WHERE conversations.id = over.id
             RETURNING conversations.id",
        )
        .bind(site.as_str())
        .bind(before)
        .bind(i64::from(limit.get()))
        .fetch_all(&mut *transaction)
        .await
        .context(context)?;
        let ids = forgotten.into_iter().map(ConversationId::new);
        let ids = ids
            .collect::<Result<Vec<_>, _>>()
            .context("reading a conversation's id")?;
        let wakeups: Vec<_> = ids.iter().cloned().map(Wakeup::Conversation).collect();
        notify(&mut transaction, &wakeups).await?;
        transaction.commit().await.context(context)?;
        Ok(ids)
    }

    /// Vacuum is the database's own: it comes by itself, and may be long for whoever waits for it.
    async fn clear_traces(&self) -> Result<bool, StoreError> {
        Ok(false)
    }
}
