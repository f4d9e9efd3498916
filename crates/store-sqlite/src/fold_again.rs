//! Conversations that another program folded are folded again from their events.

use std::collections::HashMap;

use deskbell_desk::{Conversation, Directory as _, StoreError, VisitorHash};
use deskbell_protocol::{ConversationId, SiteKey};
use deskbell_triage::policy::Policy;
use sqlx::SqliteConnection;

use crate::error::Context as _;
use crate::event_log::{EventRow, save};
use crate::{BEGIN, SqliteStore};

/// Conversations in one transaction: few enough that others who write need not wait long.
const AT_ONCE: usize = 200;

impl SqliteStore {
    /// Brings every conversation to [`Conversation::FOLD`]. One whose events cannot be read stays as it is, which is
    /// logged: the others must not suffer for it.
    pub(crate) async fn fold_again(&self) -> Result<(), StoreError> {
        let old = sqlx::query_scalar::<_, String>(
            "SELECT id FROM conversations WHERE fold < ?1 OR fold > ?1",
        )
        .bind(Conversation::FOLD)
        .fetch_all(&self.readers)
        .await
        .context("looking for conversations to fold again")?;
        if old.is_empty() {
            return Ok(());
        }
        let sites = self.sites().await?.into_iter();
        let policies: HashMap<_, _> = sites.map(|site| (site.key, site.policy)).collect();
        for ids in old.chunks(AT_ONCE) {
            let mut transaction = self
                .writer
                .begin_with(BEGIN)
                .await
                .context("folding conversations again")?;
            for id in ids {
                match fold(&mut transaction, id, &policies).await {
                    Ok(conversation) => save(&mut transaction, &conversation).await?,
                    Err(error) => {
                        // Not the cause: it may quote a message.
                        let failed = error.context;
                        tracing::error!(conversation = %id, failed, "a conversation could not be folded again");
                    }
                }
            }
            transaction
                .commit()
                .await
                .context("folding conversations again")?;
        }
        Ok(())
    }
}

/// What the events of a conversation lead to.
async fn fold(
    connection: &mut SqliteConnection,
    id: &str,
    policies: &HashMap<SiteKey, Policy>,
) -> Result<Conversation, StoreError> {
    let (site, visitor) = sqlx::query_as::<_, (String, String)>(
        "SELECT site, visitor FROM conversations WHERE id = ?",
    )
    .bind(id)
    .fetch_one(&mut *connection)
    .await
    .context("reading whose a conversation is")?;
    let events = sqlx::query_as::<_, EventRow>(
        "SELECT seq, write_id, at, body FROM events WHERE conversation = ? ORDER BY seq",
    )
    .bind(id)
    .fetch_all(connection)
    .await
    .context("reading a conversation's events")?
    .into_iter()
    .map(EventRow::event)
    .collect::<Result<Vec<_>, _>>()?;
    let site = SiteKey::new(site).context("reading a conversation's site")?;
    let policy = policies.get(&site).copied().unwrap_or_default();
    let id = ConversationId::new(id).context("reading a conversation's id")?;
    Conversation::of_events(id, site, VisitorHash(visitor), &events, &policy)
        .context("folding a conversation")
}
