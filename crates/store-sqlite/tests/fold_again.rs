//! Conversations of an older program know what a newer one asks of them.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::path::Path;

use deskbell_desk::{Command, Conversation, EventLog as _, contract};
use deskbell_protocol::{ConversationId, Score, WriteId};
use deskbell_store_sqlite::SqliteStore;
use deskbell_triage::policy::Policy;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

/// What a program from before customers could rate wrote about a chat with a person that was closed.
const OLD: &str = r#"
INSERT INTO conversations (id, site, visitor, state, agent, waiting_since, updated_at, last_seq, snapshot) VALUES (
    'conversation-old', 'demo', 'hash-of-ann', 'closed', NULL, NULL, 4000, 4,
    '{"id":"conversation-old","site":"demo","visitor":"hash-of-ann","state":"closed","agent":null,"last_seq":4,
      "updated_at":4000,"waiting_since":null,"reason":"bell","bot_disclosed":false,
      "stretch":{"out_of_scope":0,"not_helped":0,"angry":0,"last_intent":null},"answers":[],"preview":null,
      "intent":null,"sentiment":null,"contact":null,"language":"en","page":null}');
INSERT INTO events (conversation, seq, write_id, at, body) VALUES
    ('conversation-old', 1, 'write-of-old-tests-1', 1000, '{"type":"opened","site":"demo","language":"en"}'),
    ('conversation-old', 2, 'write-of-old-tests-2', 2000, '{"type":"escalated","reason":"bell"}'),
    ('conversation-old', 3, 'write-of-old-tests-3', 3000, '{"type":"claimed","agent":{"id":"sam","name":"Sam"}}'),
    ('conversation-old', 4, 'write-of-old-tests-4', 4000, '{"type":"closed","agent":{"id":"sam","name":"Sam"}}');
"#;

async fn connect(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    SqlitePool::connect_with(options).await.unwrap()
}

/// Does something that no program of ours does.
async fn sql(path: &Path, text: &'static str) {
    let pool = connect(path).await;
    sqlx::raw_sql(text).execute(&pool).await.unwrap();
    pool.close().await;
}

/// A database as that program left it, tables included.
async fn leave_old(path: &Path) {
    let pool = connect(path).await;
    sqlx::migrate!().run_to(1, &pool).await.unwrap();
    pool.close().await;
    sql(path, OLD).await;
}

fn old() -> ConversationId {
    ConversationId::new("conversation-old").unwrap()
}

async fn stored(store: &SqliteStore) -> Conversation {
    store.conversation(&old()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_chat_that_ended_before_there_were_ratings_can_be_rated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    leave_old(&path).await;

    let store = SqliteStore::open(&path).await.unwrap();
    let found = stored(&store).await;
    assert_eq!(
        (found.fold, &found.ended_stretches),
        (Conversation::FOLD, &vec![4])
    );
    let rate = Command::Rate(4, Score::new(5).unwrap());
    let decide = |conversation: &Conversation| rate.decide(conversation);
    let write = WriteId::new("write-of-old-tests-5").unwrap();
    let rated = store
        .append(&old(), &write, 5_000, &Policy::default(), &decide)
        .await;
    assert_eq!(rated.unwrap().events.len(), 1);
}

#[tokio::test]
async fn what_queries_need_is_brought_up_to_date_too_and_once_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    leave_old(&path).await;
    // As if that program had seen no escalation as one.
    let waits = "DELETE FROM events WHERE seq > 2; UPDATE conversations SET state = 'bot'";
    sql(&path, waits).await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.position(&old()).await.unwrap(), Some(1));
    assert_eq!(stored(&store).await.last_seq, 2);
    store.close().await;

    sql(&path, "UPDATE conversations SET state = 'bot'").await;
    let again = SqliteStore::open(&path).await.unwrap();
    assert_eq!(
        again.position(&old()).await.unwrap(),
        None,
        "it is left alone"
    );
}

#[tokio::test]
async fn a_conversation_whose_events_cannot_be_read_keeps_nobody_else_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    leave_old(&path).await;
    sql(&path, "DELETE FROM events WHERE seq = 2").await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(stored(&store).await.ended_stretches, [] as [u64; 0]);
    store.open(contract::new_conversation("one")).await.unwrap();
}
