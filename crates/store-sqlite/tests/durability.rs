//! What was acknowledged is there when the file is opened again, by whoever opens it.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::path::Path;

use deskbell_desk::{
    Agent, Command, Conversation, Directory, EventLog, Role, Session, SessionHash, Store as _,
    contract,
};
use deskbell_protocol::{ContactText, ConversationState, WriteId};
use deskbell_store_sqlite::{OpenError, SqliteStore};
use deskbell_triage::policy::Policy;

async fn append(store: &SqliteStore, write: &str, at: i64, command: &Command<'_>) {
    let conversation = store.open(contract::new_conversation("one")).await.unwrap();
    let decide = |conversation: &Conversation| command.decide(conversation);
    let write = WriteId::new(format!("write-of-tests-{write}")).unwrap();
    store
        .append(&conversation.id, &write, at, &Policy::default(), &decide)
        .await
        .unwrap();
}

#[tokio::test]
async fn everything_is_there_after_opening_the_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let ann = Agent {
        name: contract::agent_name("ann"),
        email: "ann@shop.example".to_owned(),
        password_hash: "hash".to_owned(),
        online: true,
        role: Role::Agent,
    };
    let session = Session {
        hash: SessionHash("laptop".to_owned()),
        agent: ann.name.id.clone(),
        expires_at: 5_000,
        idle_until: 4_000,
    };

    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.add_agent(&ann).await.unwrap();
    let begun = store.begin_session(&session, &ann.password_hash).await;
    assert!(begun.unwrap());
    append(&store, "ring", 2_000, &Command::Ring).await;
    let id = contract::new_conversation("one").id;
    let conversation = store.conversation(&id).await.unwrap();
    let events = store.events_after(&id, 0, 100).await.unwrap();
    store.close().await;

    let again = SqliteStore::open(&path).await.unwrap();
    assert_eq!(again.sites().await.unwrap(), [contract::site("demo")]);
    assert_eq!(again.agents().await.unwrap(), [ann]);
    assert_eq!(
        again.session(&session.hash, 1).await.unwrap(),
        Some(session)
    );
    assert_eq!(again.conversation(&id).await.unwrap(), conversation);
    assert_eq!(again.events_after(&id, 0, 100).await.unwrap(), events);
    assert_eq!(again.position(&id).await.unwrap(), Some(1));
    assert_eq!(conversation.unwrap().state, ConversationState::Waiting);
}

#[tokio::test]
async fn an_append_is_in_the_file_before_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("desk.db"))
        .await
        .unwrap();
    for n in 0..3 {
        let contact = ContactText::new(&format!("call {n}")).unwrap();
        append(
            &store,
            &format!("contact-{n}"),
            n,
            &Command::LeaveContact(contact),
        )
        .await;
    }
    // What a crash leaves: the files as they are now, without anything the process would still write.
    let crashed = tempfile::tempdir().unwrap();
    for name in ["desk.db", "desk.db-wal"] {
        std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let survivor = SqliteStore::open(&crashed.path().join("desk.db"))
        .await
        .unwrap();
    let id = contract::new_conversation("one").id;
    assert_eq!(survivor.events_after(&id, 0, 100).await.unwrap().len(), 4);
}

#[tokio::test]
async fn two_processes_see_each_others_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let server = SqliteStore::open(&path).await.unwrap();
    let command_line = SqliteStore::open(&path).await.unwrap();
    command_line
        .add_site(&contract::site("demo"))
        .await
        .unwrap();
    assert_eq!(server.sites().await.unwrap().len(), 1);
    let mut renamed = contract::site("demo");
    "Fern".clone_into(&mut renamed.name);
    command_line.replace_site(&renamed).await.unwrap();
    assert_eq!(server.site(&renamed.key).await.unwrap(), Some(renamed));
}

#[tokio::test]
async fn a_file_that_is_no_database_and_a_folder_that_is_not_there_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "this is not a database, only a text of some length\n".repeat(40),
    )
    .unwrap();
    let refused = |path: &Path| {
        let path = path.to_owned();
        async move { SqliteStore::open(&path).await.unwrap_err() }
    };
    assert!(matches!(
        refused(&text).await,
        OpenError::Open(_) | OpenError::Migrate(_)
    ));
    let nowhere = folder.path().join("missing/desk.db");
    assert!(matches!(refused(&nowhere).await, OpenError::Open(_)));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let newer = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&newer)
    .await
    .unwrap();
    newer.close().await;
    assert!(matches!(
        SqliteStore::open(&path).await,
        Err(OpenError::Migrate(_))
    ));
}
