//! Finding, erasing and forgetting conversations.
//!
//! The writer overwrites what it deletes (`secure_delete`). What was written before is in the write-ahead log, too, until
//! that is written over from its beginning, or cut off by [`Custody::clear_traces`].

use std::num::NonZeroU32;

use async_trait::async_trait;
use deskbell_desk::{Custody, StoreError, names};
use deskbell_protocol::{ConversationId, EmailAddress, EventBody, SiteKey, Timestamp};

use crate::error::Context as _;
use crate::{BEGIN, BUSY_TIMEOUT, SqliteStore};

/// How long everybody else waits while the log is cut off, at most: it needs a moment in which nobody reads.
const CLEARING: &str = "PRAGMA busy_timeout = 2000";

#[async_trait]
impl Custody for SqliteStore {
    async fn conversations_of(
        &self,
        email: &EmailAddress,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let written = serde_json::to_string(email).context("writing an address")?;
        // Those that may name it; whether they do is not SQL's to say.
        let candidates = sqlx::query_as::<_, (String, String)>(
            "SELECT conversation, body FROM events
             WHERE json_extract(body, '$.type') IN ('introduced', 'contact_left')
                 AND instr(lower(body), ?) > 0
             ORDER BY conversation, seq",
        )
        .bind(written.trim_matches('"').to_ascii_lowercase())
        .fetch_all(&self.readers)
        .await
        .context("looking for a customer's conversations")?;
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
        let mut transaction = self.writer.begin_with(BEGIN).await.context(context)?;
        let events = sqlx::query("DELETE FROM events WHERE conversation = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context(context)?;
        let erased = sqlx::query("DELETE FROM conversations WHERE id = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context(context)?;
        transaction.commit().await.context(context)?;
        Ok((erased.rows_affected() > 0).then_some(events.rows_affected()))
    }

    async fn forget(
        &self,
        site: &SiteKey,
        before: Timestamp,
        limit: NonZeroU32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        // Their events go with them (ON DELETE CASCADE). One statement is one transaction.
        let forgotten = sqlx::query_scalar::<_, String>(
            "DELETE FROM conversations WHERE id IN
                 (SELECT id FROM conversations
                  WHERE site = ? AND updated_at < ? AND state IN ('bot', 'closed')
                  ORDER BY updated_at, id LIMIT ?)
             RETURNING id",
        )
        .bind(site.as_str())
        .bind(before)
        .bind(limit.get())
        .fetch_all(&self.writer)
        .await
        .context("forgetting conversations")?;
        let ids = forgotten.into_iter().map(ConversationId::new);
        ids.collect::<Result<_, _>>()
            .context("reading a conversation's id")
    }

    async fn clear_traces(&self) -> Result<bool, StoreError> {
        let context = "clearing the write-ahead log";
        let mut writer = self.writer.acquire().await.context(context)?;
        sqlx::query(CLEARING)
            .execute(&mut *writer)
            .await
            .context(context)?;
        let busy = sqlx::query_as::<_, (i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut *writer)
            .await;
        let usual = format!("PRAGMA busy_timeout = {}", BUSY_TIMEOUT.as_millis());
        sqlx::query(sqlx::AssertSqlSafe(usual))
            .execute(&mut *writer)
            .await
            .context(context)?;
        let (busy, _, _) = busy.context(context)?;
        Ok(busy == 0)
    }
}
