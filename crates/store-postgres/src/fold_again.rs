//! Conversations that another program folded are folded again from their events.

use std::collections::HashMap;

use deskbell_desk::{Conversation, Site, StoreError, VisitorHash};
use deskbell_protocol::{ConversationId, SiteKey};
use deskbell_triage::policy::Policy;
use sqlx::{Connection as _, PgConnection};

use crate::error::Context as _;
use crate::rows::{self, EventRow};

/// Conversations in one transaction: few enough that others who write need not wait long.
const AT_ONCE: usize = 200;

/// Brings every conversation to [`Conversation::FOLD`]. One whose events cannot be read stays as it is, which is logged:
/// the others must not suffer for it. Others may write meanwhile: each conversation is locked before it is read.
pub(crate) async fn run(connection: &mut PgConnection) -> Result<(), StoreError> {
    let fold = i32::try_from(Conversation::FOLD).context("naming the fold")?;
    let old = sqlx::query_scalar::<_, String>(
        "SELECT id FROM conversations WHERE fold < $1 OR fold > $1",
    )
    .bind(fold)
    .fetch_all(&mut *connection)
    .await
    .context("looking for conversations to fold again")?;
    if old.is_empty() {
        return Ok(());
    }
    let policies = policies(connection).await?;
    for ids in old.chunks(AT_ONCE) {
        let mut transaction = connection
            .begin()
            .await
            .context("folding conversations again")?;
        for id in ids {
            let found = sqlx::query_as::<_, (String, String)>(
                "SELECT site, visitor FROM conversations WHERE id = $1 FOR UPDATE",
            )
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await
            .context("reading whose a conversation is")?;
            // Erased meanwhile.
            let Some((site, visitor)) = found else {
                continue;
            };
            let events = sqlx::query_as::<_, EventRow>(
                "SELECT seq, write_id, at, body FROM events WHERE conversation = $1 ORDER BY seq",
            )
            .bind(id)
            .fetch_all(&mut *transaction)
            .await
            .context("reading a conversation's events")?;
            match fold_one(id, site, visitor, events, &policies) {
                Ok(conversation) => rows::save(&mut transaction, &conversation).await?,
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

async fn policies(connection: &mut PgConnection) -> Result<HashMap<SiteKey, Policy>, StoreError> {
    let bodies = sqlx::query_scalar::<_, String>("SELECT body FROM sites")
        .fetch_all(connection)
        .await
        .context("listing the sites")?;
    let sites = bodies
        .iter()
        .map(|body| serde_json::from_str::<Site>(body).context("reading a site"));
    sites
        .map(|site| site.map(|site| (site.key, site.policy)))
        .collect()
}

/// What the events of a conversation lead to.
fn fold_one(
    id: &str,
    site: String,
    visitor: String,
    events: Vec<EventRow>,
    policies: &HashMap<SiteKey, Policy>,
) -> Result<Conversation, StoreError> {
    let events = rows::events(events)?;
    let site = SiteKey::new(site).context("reading a conversation's site")?;
    let policy = policies.get(&site).copied().unwrap_or_default();
    let id = ConversationId::new(id).context("reading a conversation's id")?;
    Conversation::of_events(id, site, VisitorHash(visitor), &events, &policy)
        .context("folding a conversation")
}
