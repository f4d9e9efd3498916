//! Many stored conversations at once, by way of the tables: through the door it would take hours.
//!
//! What is written is what the server would have written, from the same types; only the disk is not waited for.

use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use deskbell_desk::Conversation;
use deskbell_protocol::{AgentId, AgentName, ConversationState, Event, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection};

use crate::people::history;

/// Conversations of one statement, which may have 32,766 values.
const STATEMENT: usize = 500;
/// Statements' worth of one transaction.
const TRANSACTION: usize = 200;
/// Kibibytes that SQLite may keep in memory meanwhile.
const CACHE: &str = "-512000";

/// Opens a database that the server made.
///
/// # Errors
/// If it cannot be opened.
pub async fn open(path: &Path, synchronous: SqliteSynchronous) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .synchronous(synchronous);
    SqliteConnection::connect_with(&options)
        .await
        .with_context(|| format!("cannot open {}", path.display()))
}

/// Stores the conversations with these numbers, as if they had taken place until now.
///
/// # Errors
/// If the tables are not what they should be.
pub async fn fill(path: &Path, numbers: Range<u64>) -> Result<()> {
    let mut database = open(path, SqliteSynchronous::Off).await?;
    for pragma in [
        format!("PRAGMA cache_size = {CACHE}"),
        "PRAGMA foreign_keys = OFF".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(pragma))
            .execute(&mut database)
            .await?;
    }
    let (id, name) = sqlx::query_as::<_, (String, String)>("SELECT id, name FROM agents")
        .fetch_one(&mut database)
        .await
        .context("there is no agent")?;
    let agent = AgentName {
        id: AgentId::new(id)?,
        name,
    };
    let now = Timestamp::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let numbers: Vec<u64> = numbers.collect();
    for many in numbers.chunks(STATEMENT * TRANSACTION) {
        let mut transaction = database.begin().await?;
        for some in many.chunks(STATEMENT) {
            let histories = some.iter().map(|number| history(*number, &agent, now));
            store(&mut transaction, &histories.collect::<Result<Vec<_>>>()?).await?;
        }
        transaction.commit().await?;
    }
    // So that the server does not begin with a log of gigabytes.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut database)
        .await?;
    Ok(database.close().await?)
}

async fn store(
    database: &mut SqliteConnection,
    histories: &[(Conversation, Vec<Event>)],
) -> Result<()> {
    let mut rows = Vec::with_capacity(histories.len());
    for (conversation, _) in histories {
        let state = match conversation.state {
            ConversationState::Bot => "bot",
            ConversationState::Waiting => "waiting",
            ConversationState::WithAgent => "with_agent",
            ConversationState::Closed => "closed",
        };
        rows.push((conversation, state, serde_json::to_string(conversation)?));
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO conversations
             (id, site, visitor, state, agent, waiting_since, updated_at, last_seq, snapshot) ",
    );
    query.push_values(rows, |mut row, (conversation, state, snapshot)| {
        row.push_bind(conversation.id.as_str())
            .push_bind(conversation.site.as_str())
            .push_bind(&conversation.visitor.0)
            .push_bind(state)
            .push_bind(conversation.agent.as_ref().map(|agent| agent.id.as_str()))
            .push_bind(conversation.waiting_since)
            .push_bind(conversation.updated_at)
            .push_bind(i64::try_from(conversation.last_seq).unwrap_or(i64::MAX))
            .push_bind(snapshot);
    });
    query.build().execute(&mut *database).await?;
    let mut rows = Vec::new();
    for (conversation, events) in histories {
        for event in events {
            rows.push((
                conversation.id.as_str(),
                event,
                serde_json::to_string(&event.body)?,
            ));
        }
    }
    let mut query =
        QueryBuilder::<Sqlite>::new("INSERT INTO events (conversation, seq, write_id, at, body) ");
    query.push_values(rows, |mut row, (conversation, event, body)| {
        row.push_bind(conversation)
            .push_bind(i64::try_from(event.seq).unwrap_or(i64::MAX))
            .push_bind(event.write.as_str())
            .push_bind(event.at)
            .push_bind(body);
    });
    query.build().execute(&mut *database).await?;
    Ok(())
}

/// Megabytes of the file and what belongs to it.
///
/// # Errors
/// If there is no such file.
pub fn megabytes(path: &Path) -> Result<f64> {
    let log = path.with_extension("db-wal");
    let log = std::fs::metadata(log).map_or(0, |log| log.len());
    Ok((std::fs::metadata(path)?.len() + log) as f64 / 1e6)
}
