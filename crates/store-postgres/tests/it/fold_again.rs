//! Conversations of an older program know what a newer one asks of them.

use deskbell_desk::{Conversation, EventLog as _, contract};
use deskbell_protocol::ConversationId;
use deskbell_store_postgres::PostgresStore;

use crate::support;

/// What a program with another fold wrote about a chat with a person that was closed.
const OLD: &str = r#"
INSERT INTO conversations (id, site, visitor, state, agent, waiting_since, updated_at, last_seq, fold, snapshot) VALUES (
    'conversation-old', 'demo', 'hash-of-ann', 'closed', NULL, NULL, 4000, 4, 0,
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

/// A database as that program left it; gives its address.
async fn old_database() -> String {
    let url = support::postgres().create_database().unwrap();
    support::open(&url.parse().unwrap()).await;
    sql(&url, OLD);
    url
}

/// Does something that no program of ours does.
fn sql(url: &str, text: &str) {
    support::postgres().sql(url, text).unwrap();
}

async fn open(url: &str) -> PostgresStore {
    support::open(&url.parse().unwrap()).await
}

fn old() -> ConversationId {
    ConversationId::new("conversation-old").unwrap()
}

async fn stored(store: &PostgresStore) -> Conversation {
    store.conversation(&old()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_chat_that_another_fold_made_is_folded_again_and_once_is_enough() {
    let url = old_database().await;
    let found = stored(&open(&url).await).await;
    assert_eq!(
        (found.fold, &found.ended_stretches),
        (Conversation::FOLD, &vec![4])
    );
    sql(&url, "UPDATE conversations SET state = 'waiting'");
    let waiting = open(&url).await.waiting(1).await.unwrap();
    assert_eq!(waiting.1, 1, "it is left alone");
}

#[tokio::test]
async fn what_queries_need_is_brought_up_to_date_too() {
    let url = old_database().await;
    // As if that program had seen no escalation as one.
    sql(
        &url,
        "DELETE FROM events WHERE seq > 2; UPDATE conversations SET state = 'bot'",
    );
    let store = open(&url).await;
    assert_eq!(store.position(&old()).await.unwrap(), Some(1));
    assert_eq!(stored(&store).await.last_seq, 2);
}

#[tokio::test]
async fn a_conversation_whose_events_cannot_be_read_keeps_nobody_else_out() {
    let url = old_database().await;
    sql(&url, "DELETE FROM events WHERE seq = 2");
    let store = open(&url).await;
    assert_eq!(stored(&store).await.ended_stretches, [] as [u64; 0]);
    store.open(contract::new_conversation("one")).await.unwrap();
}
