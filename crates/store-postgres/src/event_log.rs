//! Conversations and their events.
//!
//! PostgreSQL's default isolation, read committed, is enough: a write begins by locking the row of its conversation, and
//! each statement after that sees everything that was committed before it began, so everything by whoever held the lock
//! before. Nobody else changes this conversation or its events until the commit.

use async_trait::async_trait;
use deskbell_desk::{
    AppendError, Appended, Conversation, Decide, EventLog, NewConversation, StoreError,
};
use deskbell_protocol::{AgentId, ConversationId, Event, EventBody, Seq, Timestamp, WriteId};
use deskbell_triage::policy::Policy;
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::error::Context as _;
use crate::peers::notify;
use crate::rows::{self, EventRow, parse, parse_all};
use crate::webhooks::tell;

const OF_VISITOR: &str = "SELECT snapshot FROM conversations WHERE site = $1 AND visitor = $2";

/// The conversation, locked until the end of the transaction.
async fn lock(
    connection: &mut PgConnection,
    id: &ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    sqlx::query_scalar::<_, String>("SELECT snapshot FROM conversations WHERE id = $1 FOR UPDATE")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .context("locking a conversation")?
        .map(|snapshot| parse(&snapshot))
        .transpose()
}

#[async_trait]
impl EventLog for PostgresStore {
    async fn open(&self, new: NewConversation) -> Result<Conversation, StoreError> {
        let found = sqlx::query_scalar::<_, String>(OF_VISITOR)
            .bind(new.site.as_str())
            .bind(&new.visitor.0)
            .fetch_optional(&self.pool)
            .await
            .context("looking for a visitor's conversation")?;
        if let Some(snapshot) = found {
            return parse(&snapshot);
        }
        let mut conversation =
            Conversation::before_first(new.id, new.site.clone(), new.visitor.clone(), new.at);
        let body = EventBody::Opened {
            site: new.site,
            language: new.language,
            page: new.page,
        };
        let event = Event {
            seq: 1,
            at: new.at,
            write: new.write,
            body,
        };
        conversation.apply(&event, &Policy::default());
        let mut transaction = self.pool.begin().await.context("opening a conversation")?;
        if !rows::insert(&mut transaction, &conversation).await? {
            // Another tab was faster; it has committed by now.
            let snapshot = sqlx::query_scalar::<_, String>(OF_VISITOR)
                .bind(conversation.site.as_str())
                .bind(&conversation.visitor.0)
                .fetch_one(&mut *transaction)
                .await
                .context("looking for a visitor's conversation")?;
            return parse(&snapshot);
        }
        rows::insert_events(&mut transaction, &conversation, &[event]).await?;
        transaction
            .commit()
            .await
            .context("opening a conversation")?;
        Ok(conversation)
    }

    async fn append(
        &self,
        id: &ConversationId,
        write: &WriteId,
        at: Timestamp,
        policy: &Policy,
        decide: Decide<'_>,
    ) -> Result<Appended, AppendError> {
        let mut transaction = self.pool.begin().await.context("appending")?;
        let mut conversation = lock(&mut transaction, id)
            .await?
            .ok_or(AppendError::UnknownConversation)?;
        let known = sqlx::query_as::<_, EventRow>(
            "SELECT seq, write_id, at, body FROM events
             WHERE conversation = $1 AND write_id = $2 ORDER BY seq",
        )
        .bind(id.as_str())
        .bind(write.as_str())
        .fetch_all(&mut *transaction)
        .await
        .context("looking for a repeated write")?;
        if !known.is_empty() {
            return Ok(Appended {
                events: rows::events(known)?,
                conversation,
                fresh: false,
            });
        }
        let mut events = Vec::new();
        for body in decide(&conversation)? {
            let event = Event {
                seq: conversation.last_seq + 1,
                at,
                write: write.clone(),
                body,
            };
            conversation.apply(&event, policy);
            events.push(event);
        }
        let appended = Appended {
            events,
            conversation,
            fresh: true,
        };
        if !appended.events.is_empty() {
            let Appended {
                events,
                conversation,
                ..
            } = &appended;
            rows::insert_events(&mut transaction, conversation, events).await?;
            rows::save(&mut transaction, conversation).await?;
            tell(&mut transaction, conversation, events).await?;
            notify(&mut transaction, &appended.wakeups()).await?;
            transaction.commit().await.context("appending")?;
        }
        Ok(appended)
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        sqlx::query_scalar::<_, String>("SELECT snapshot FROM conversations WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await
            .context("looking for a conversation")?
            .map(|snapshot| parse(&snapshot))
            .transpose()
    }

    async fn events_after(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let found = sqlx::query_as::<_, EventRow>(
            "SELECT seq, write_id, at, body FROM events
             WHERE conversation = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(id.as_str())
        .bind(rows::signed(after))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .context("reading events")?;
        rows::events(found)
    }

    async fn waiting(&self, limit: u32) -> Result<(Vec<Conversation>, u32), StoreError> {
        // One statement sees one state of the database: the total fits the list.
        let (first, total) = sqlx::query_as::<_, (Vec<String>, i64)>(
            "SELECT
                 ARRAY(SELECT snapshot FROM conversations WHERE state = 'waiting'
                       ORDER BY waiting_since, id LIMIT $1),
                 (SELECT count(*) FROM conversations WHERE state = 'waiting')",
        )
        .bind(i64::from(limit))
        .fetch_one(&self.pool)
        .await
        .context("reading the queue")?;
        Ok((parse_all(&first)?, rows::count(total)))
    }

    async fn position(&self, id: &ConversationId) -> Result<Option<u32>, StoreError> {
        let position = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM conversations AS ahead
             JOIN (SELECT waiting_since, id FROM conversations WHERE id = $1 AND state = 'waiting') AS mine
                 ON (ahead.waiting_since, ahead.id) <= (mine.waiting_since, mine.id)
             WHERE ahead.state = 'waiting'",
        )
        .bind(id.as_str())
        .fetch_one(&self.pool)
        .await
        .context("finding a place in the queue")?;
        Ok((position > 0).then_some(rows::count(position)))
    }

    async fn owned_by(&self, agent: &AgentId, limit: u32) -> Result<Vec<Conversation>, StoreError> {
        let owned = sqlx::query_scalar::<_, String>(
            "SELECT snapshot FROM conversations WHERE agent = $1
             ORDER BY updated_at DESC, id DESC LIMIT $2",
        )
        .bind(agent.as_str())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .context("reading an agent's conversations")?;
        parse_all(&owned)
    }
}
