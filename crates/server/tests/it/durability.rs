//! What was acknowledged survives the death of the process.

use deskbell_desk::{Directory as _, EventLog as _, contract};
use deskbell_protocol::{ConversationId, Event};
use deskbell_store_sqlite::SqliteStore;

use crate::support::{Program, Visitor};

#[tokio::test]
async fn acknowledged_messages_and_escalations_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.close().await;

    let program = Program::start(&path);
    let visitor = Visitor::open(&program.address, "ann").await;
    let mut acknowledged = Vec::new();
    for n in 0..5 {
        acknowledged.extend(
            visitor
                .say(&format!("message-{n}"), &format!("message {n}"))
                .await,
        );
    }
    visitor.ring("ring").await;
    program.kill();

    let store = SqliteStore::open(&path).await.unwrap();
    let id = ConversationId::new(visitor.conversation.as_str()).unwrap();
    let stored = store.events_after(&id, 0, 100).await.unwrap();
    for event in acknowledged {
        let event: Event = serde_json::from_value(event).unwrap();
        assert!(stored.contains(&event), "{event:?} was acknowledged");
    }
    assert_eq!(store.position(&id).await.unwrap(), Some(1));
    store.close().await;

    // The same customer goes on after the restart, at the cursor.
    let program = Program::start(&path);
    let again = Visitor::open(&program.address, "ann").await;
    assert_eq!(again.conversation, visitor.conversation);
    let last = stored.last().unwrap().seq;
    let mut stream = again.stream(last - 1).await;
    assert_eq!(stream.next().await.id, Some(last));
    assert_eq!(stream.next().await.data["state"], "waiting");
    program.kill();
}

#[tokio::test]
async fn a_polite_stop_exits_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("desk.db"));
    program.terminate();
    assert!(program.wait().success());
}
