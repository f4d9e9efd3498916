//! Rows to values and back.

use deskbell_desk::{Conversation, StoreError};
use deskbell_protocol::{ConversationState, Event, Seq, WriteId};
use sqlx::PgConnection;

use crate::error::Context as _;

#[derive(sqlx::FromRow)]
pub(crate) struct EventRow {
    seq: i64,
    write_id: String,
    at: i64,
    body: String,
}

impl EventRow {
    pub(crate) fn event(self) -> Result<Event, StoreError> {
        Ok(Event {
            seq: u64::try_from(self.seq).context("reading an event's position")?,
            at: self.at,
            write: WriteId::new(self.write_id).context("reading an event's write id")?,
            body: serde_json::from_str(&self.body).context("reading an event")?,
        })
    }
}

/// The events of rows.
pub(crate) fn events(rows: Vec<EventRow>) -> Result<Vec<Event>, StoreError> {
    rows.into_iter().map(EventRow::event).collect()
}

/// PostgreSQL's integers are signed; a position beyond them cannot be reached.
pub(crate) fn signed(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// Numbers of rows are never negative; more than fit are as good as the most.
pub(crate) fn count(rows: i64) -> u32 {
    u32::try_from(rows.max(0)).unwrap_or(u32::MAX)
}

/// The state as the column has it; the indices of the queue depend on these words.
const fn state_name(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Bot => "bot",
        ConversationState::Waiting => "waiting",
        ConversationState::WithAgent => "with_agent",
        ConversationState::Closed => "closed",
    }
}

pub(crate) fn parse(snapshot: &str) -> Result<Conversation, StoreError> {
    serde_json::from_str(snapshot).context("reading a conversation")
}

pub(crate) fn parse_all(snapshots: &[String]) -> Result<Vec<Conversation>, StoreError> {
    snapshots.iter().map(|snapshot| parse(snapshot)).collect()
}

/// Adds a conversation; says whether it was added, which it is not if its visitor has one with its site. One that is
/// being added by somebody else is waited for.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    conversation: &Conversation,
) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO conversations
             (state, agent, waiting_since, updated_at, last_seq, fold, snapshot, id, site, visitor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (site, visitor) DO NOTHING",
    );
    let done = bind(query, conversation)?
        .bind(conversation.site.as_str())
        .bind(&conversation.visitor.0)
        .execute(connection)
        .await
        .context("adding a conversation")?;
    Ok(done.rows_affected() > 0)
}

/// Puts a conversation in the place of what there was under its id.
pub(crate) async fn save(
    connection: &mut PgConnection,
    conversation: &Conversation,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "UPDATE conversations SET state = $1, agent = $2, waiting_since = $3, updated_at = $4, last_seq = $5,
             fold = $6, snapshot = $7
         WHERE id = $8",
    );
    bind(query, conversation)?
        .execute(connection)
        .await
        .map(drop)
        .context("saving a conversation")
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// What can change of a conversation, and its id.
fn bind<'q>(query: Query<'q>, conversation: &'q Conversation) -> Result<Query<'q>, StoreError> {
    let snapshot = serde_json::to_string(conversation).context("writing a conversation")?;
    let fold = i32::try_from(conversation.fold).context("writing a conversation's fold")?;
    let agent = conversation.agent.as_ref();
    Ok(query
        .bind(state_name(conversation.state))
        .bind(agent.map(|agent| agent.id.as_str()))
        .bind(conversation.waiting_since)
        .bind(conversation.updated_at)
        .bind(signed(conversation.last_seq))
        .bind(fold)
        .bind(snapshot)
        .bind(conversation.id.as_str()))
}

/// Appends the events of one write, of which there is at least one.
pub(crate) async fn insert_events(
    connection: &mut PgConnection,
    conversation: &Conversation,
    events: &[Event],
) -> Result<(), StoreError> {
    let mut seqs = Vec::with_capacity(events.len());
    let mut writes = Vec::with_capacity(events.len());
    let mut times = Vec::with_capacity(events.len());
    let mut bodies = Vec::with_capacity(events.len());
    for event in events {
        seqs.push(signed(event.seq));
        writes.push(event.write.as_str());
        times.push(event.at);
        bodies.push(serde_json::to_string(&event.body).context("writing an event")?);
    }
    sqlx::query(
        "INSERT INTO events (conversation, seq, write_id, at, body)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[])",
    )
    .bind(conversation.id.as_str())
    .bind(seqs)
    .bind(writes)
    .bind(times)
    .bind(bodies)
    .execute(connection)
    .await
    .map(drop)
    .context("appending events")
}
