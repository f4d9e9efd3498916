//! Conversations and their events.

use async_trait::async_trait;
use deskbell_desk::{
    AppendError, Appended, Conversation, Decide, EventLog, NewConversation, StoreError,
};
use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, Event, EventBody, Seq, Timestamp, WriteId,
};
use deskbell_triage::policy::Policy;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

use crate::SqliteStore;
use crate::error::Context as _;
use crate::group::{Line, Turn};
use crate::webhooks::tell;

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

/// SQLite's integers are signed; a position beyond them cannot be reached.
fn signed(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
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

fn parse(snapshot: &str) -> Result<Conversation, StoreError> {
    serde_json::from_str(snapshot).context("reading a conversation")
}

fn parse_all(snapshots: &[String]) -> Result<Vec<Conversation>, StoreError> {
    snapshots.iter().map(|snapshot| parse(snapshot)).collect()
}

async fn find_of_visitor(
    connection: &mut SqliteConnection,
    new: &NewConversation,
) -> Result<Option<Conversation>, StoreError> {
    sqlx::query_scalar::<_, String>(
        "SELECT snapshot FROM conversations WHERE site = ? AND visitor = ?",
    )
    .bind(new.site.as_str())
    .bind(&new.visitor.0)
    .fetch_optional(connection)
    .await
    .context("looking for a visitor's conversation")?
    .map(|snapshot| parse(&snapshot))
    .transpose()
}

/// One statement, or one of several that are carried out together.
type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

const INSERT: &str =
    "INSERT INTO events (conversation, seq, write_id, at, body) VALUES (?, ?, ?, ?, ?);";

/// Gives the values of [`INSERT`].
fn bind_event<'q>(
    statement: Statement<'q>,
    conversation: &'q ConversationId,
    event: &'q Event,
) -> Result<Statement<'q>, StoreError> {
    let body = serde_json::to_string(&event.body).context("writing an event")?;
    Ok(statement
        .bind(conversation.as_str())
        .bind(signed(event.seq))
        .bind(event.write.as_str())
        .bind(event.at)
        .bind(body))
}

const SAVE: &str = "INSERT INTO conversations
         (id, site, visitor, state, agent, waiting_since, updated_at, last_seq, snapshot)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
         state = excluded.state, agent = excluded.agent, waiting_since = excluded.waiting_since,
         updated_at = excluded.updated_at, last_seq = excluded.last_seq, snapshot = excluded.snapshot;";

/// Gives the values of [`SAVE`].
fn bind_conversation<'q>(
    statement: Statement<'q>,
    conversation: &'q Conversation,
) -> Result<Statement<'q>, StoreError> {
    let snapshot = serde_json::to_string(conversation).context("writing a conversation")?;
    Ok(statement
        .bind(conversation.id.as_str())
        .bind(conversation.site.as_str())
        .bind(&conversation.visitor.0)
        .bind(state_name(conversation.state))
        .bind(conversation.agent.as_ref().map(|agent| agent.id.as_str()))
        .bind(conversation.waiting_since)
        .bind(conversation.updated_at)
        .bind(signed(conversation.last_seq))
        .bind(snapshot))
}

pub(crate) async fn save(
    connection: &mut SqliteConnection,
    conversation: &Conversation,
) -> Result<(), StoreError> {
    bind_conversation(sqlx::query(SAVE), conversation)?
        .execute(connection)
        .await
        .map(drop)
        .context("saving a conversation")
}

/// Adds these events, and saves the conversation that they lead to, in one go: each question to SQLite is a way to another
/// thread and back, and others wait for their turn meanwhile.
async fn save_with(
    connection: &mut SqliteConnection,
    conversation: &Conversation,
    events: &[Event],
) -> Result<(), StoreError> {
    let text = INSERT.repeat(events.len()) + SAVE;
    let mut statement = sqlx::query(AssertSqlSafe(text));
    for event in events {
        statement = bind_event(statement, &conversation.id, event)?;
    }
    bind_conversation(statement, conversation)?
        .execute(connection)
        .await
        .map(drop)
        .context("appending events")
}

async fn load(
    connection: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    sqlx::query_scalar::<_, String>("SELECT snapshot FROM conversations WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .context("looking for a conversation")?
        .map(|snapshot| parse(&snapshot))
        .transpose()
}

async fn open_in_turn(line: &Line, new: NewConversation) -> Result<Conversation, StoreError> {
    let context = "opening a conversation";
    let mut turn = line.turn(context).await?;
    let found = find_of_visitor(turn.read()?, &new).await;
    if let Some(found) = found.inspect_err(|error| turn.failed(error))? {
        turn.end(context).await?;
        return Ok(found);
    }
    let mut conversation =
        Conversation::before_first(new.id.clone(), new.site.clone(), new.visitor, new.at);
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
    save(turn.write()?, &conversation).await?;
    // Second, as an event belongs to a conversation that is there.
    bind_event(sqlx::query(INSERT), &new.id, &event)?
        .execute(turn.write()?)
        .await
        .context(context)?;
    turn.end(context).await?;
    Ok(conversation)
}

/// Before it is durable.
async fn append_in_turn(
    turn: &mut Turn,
    id: &ConversationId,
    write: &WriteId,
    at: Timestamp,
    policy: &Policy,
    decide: Decide<'_>,
) -> Result<Appended, AppendError> {
    // One question instead of two: others wait for their turn.
    let (snapshot, known) = sqlx::query_as::<_, (String, bool)>(
        "SELECT snapshot, EXISTS (SELECT 1 FROM events WHERE conversation = ?1 AND write_id = ?2)
         FROM conversations WHERE id = ?1",
    )
    .bind(id.as_str())
    .bind(write.as_str())
    .fetch_optional(turn.read()?)
    .await
    .context("looking for a conversation")?
    .ok_or(AppendError::UnknownConversation)?;
    let mut conversation = parse(&snapshot)?;
    if known {
        let events = sqlx::query_as::<_, EventRow>(
            "SELECT seq, write_id, at, body FROM events
             WHERE conversation = ? AND write_id = ? ORDER BY seq",
        )
        .bind(id.as_str())
        .bind(write.as_str())
        .fetch_all(turn.read()?)
        .await
        .context("looking for a repeated write")?
        .into_iter()
        .map(EventRow::event)
        .collect::<Result<_, _>>()?;
        return Ok(Appended {
            events,
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
    if !events.is_empty() {
        save_with(turn.write()?, &conversation, &events).await?;
        tell(turn.write()?, &conversation, &events).await?;
    }
    Ok(Appended {
        events,
        conversation,
        fresh: true,
    })
}

#[async_trait]
impl EventLog for SqliteStore {
    async fn open(&self, new: NewConversation) -> Result<Conversation, StoreError> {
        let mut reader = self
            .readers
            .acquire()
            .await
            .context("opening a conversation")?;
        if let Some(found) = find_of_visitor(&mut reader, &new).await? {
            return Ok(found);
        }
        drop(reader);
        let line = self.line.clone();
        // In a task of its own: a client that goes away in the middle must not undo what others write in the same group.
        let opening = tokio::spawn(async move { open_in_turn(&line, new).await });
        opening.await.context("opening a conversation")?
    }

    async fn append(
        &self,
        id: &ConversationId,
        write: &WriteId,
        at: Timestamp,
        policy: &Policy,
        decide: Decide<'_>,
    ) -> Result<Appended, AppendError> {
        let context = "appending";
        let mut turn = self.line.turn(context).await?;
        let decided = append_in_turn(&mut turn, id, write, at, policy, decide).await;
        // A refusal, too, may rest on what somebody else wrote a moment ago and is not durable yet.
        match decided {
            Err(AppendError::Store(error)) => {
                turn.failed(&error);
                Err(error.into())
            }
            decided => {
                turn.end(context).await?;
                decided
            }
        }
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        let mut reader = self
            .readers
            .acquire()
            .await
            .context("looking for a conversation")?;
        load(&mut reader, id).await
    }

    async fn events_after(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        sqlx::query_as::<_, EventRow>(
            "SELECT seq, write_id, at, body FROM events
             WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(id.as_str())
        .bind(signed(after))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .context("reading events")?
        .into_iter()
        .map(EventRow::event)
        .collect()
    }

    async fn waiting(&self, limit: u32) -> Result<(Vec<Conversation>, u32), StoreError> {
        // One snapshot for both, so that the total fits the list.
        let mut reader = self.readers.begin().await.context("reading the queue")?;
        let first = sqlx::query_scalar::<_, String>(
            "SELECT snapshot FROM conversations WHERE state = 'waiting'
             ORDER BY waiting_since, id LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&mut *reader)
        .await
        .context("reading the queue")?;
        let total = sqlx::query_scalar::<_, u32>(
            "SELECT count(*) FROM conversations WHERE state = 'waiting'",
        )
        .fetch_one(&mut *reader)
        .await
        .context("counting the queue")?;
        Ok((parse_all(&first)?, total))
    }

    async fn position(&self, id: &ConversationId) -> Result<Option<u32>, StoreError> {
        let position = sqlx::query_scalar::<_, u32>(
            "SELECT count(*) FROM conversations AS ahead
             JOIN (SELECT waiting_since, id FROM conversations WHERE id = ? AND state = 'waiting') AS mine
                 ON (ahead.waiting_since, ahead.id) <= (mine.waiting_since, mine.id)
             WHERE ahead.state = 'waiting'",
        )
        .bind(id.as_str())
        .fetch_one(&self.readers)
        .await
        .context("finding a place in the queue")?;
        Ok((position > 0).then_some(position))
    }

    async fn owned_by(&self, agent: &AgentId, limit: u32) -> Result<Vec<Conversation>, StoreError> {
        let owned = sqlx::query_scalar::<_, String>(
            "SELECT snapshot FROM conversations WHERE agent = ?
             ORDER BY updated_at DESC, id DESC LIMIT ?",
        )
        .bind(agent.as_str())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .context("reading an agent's conversations")?;
        parse_all(&owned)
    }
}
