//! What was acknowledged is there after a crash, by whoever opens the database.

use std::time::Duration;

use deskbell_desk::{
    Agent, Command, Conversation, Directory as _, EventLog as _, Role, Session, SessionHash,
    Store as _, contract,
};
use deskbell_postgres_process::{Postgres, Stop};
use deskbell_protocol::{ContactText, WriteId};
use deskbell_store_postgres::{OpenError, PostgresStore, PostgresUrl};
use deskbell_triage::policy::Policy;

use crate::support;

async fn append(store: &PostgresStore, write: &str, at: i64, command: &Command<'_>) {
    let conversation = store.open(contract::new_conversation("one")).await.unwrap();
    let decide = |conversation: &Conversation| command.decide(conversation);
    let write = WriteId::new(format!("write-of-tests-{write}")).unwrap();
    store
        .append(&conversation.id, &write, at, &Policy::default(), &decide)
        .await
        .unwrap();
}

#[tokio::test]
async fn everything_that_was_acknowledged_survives_a_crash_of_the_database() {
    let mut postgres = Postgres::start().unwrap();
    let url: PostgresUrl = postgres.create_database().unwrap().parse().unwrap();
    let store = support::open(&url).await;
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
    store.add_site(&contract::site("demo")).await.unwrap();
    store.add_agent(&ann).await.unwrap();
    let begun = store.begin_session(&session, &ann.password_hash).await;
    assert!(begun.unwrap());
    append(&store, "ring", 2_000, &Command::Ring).await;
    for n in 0..3 {
        let contact = ContactText::new(&format!("call {n}")).unwrap();
        let command = Command::LeaveContact(contact);
        append(&store, &format!("contact-{n}"), 3_000 + n, &command).await;
    }
    let id = contract::new_conversation("one").id;
    let conversation = store.conversation(&id).await.unwrap();
    let events = store.events_after(&id, 0, 100).await.unwrap();
    assert_eq!(events.len(), 5);

    postgres.stop(Stop::Crash).unwrap();
    assert!(store.check().await.is_err());
    postgres.start_again().unwrap();
    // The store that was open, and one that is opened now.
    for store in [store, support::open(&url).await] {
        store.check().await.unwrap();
        assert_eq!(store.sites().await.unwrap(), [contract::site("demo")]);
        assert_eq!(store.agents().await.unwrap(), std::slice::from_ref(&ann));
        let found = store.session(&session.hash, 1).await.unwrap();
        assert_eq!(found.as_ref(), Some(&session));
        assert_eq!(store.conversation(&id).await.unwrap(), conversation);
        assert_eq!(store.events_after(&id, 0, 100).await.unwrap(), events);
        assert_eq!(store.position(&id).await.unwrap(), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_bring_a_new_database_up_to_date_together() {
    let url = support::database();
    let one = || PostgresStore::open(&url, Duration::ZERO);
    let (first, second, third, fourth) = tokio::join!(one(), one(), one(), one());
    for store in [first, second, third, fourth] {
        store.unwrap().check().await.unwrap();
    }
}

async fn refused(url: &PostgresUrl) -> OpenError {
    PostgresStore::open(url, Duration::ZERO).await.unwrap_err()
}

#[tokio::test]
async fn a_database_that_would_lose_what_it_acknowledged_is_refused() {
    let url = support::postgres().create_database().unwrap();
    let name = url.rsplit('/').next().unwrap();
    let forgetful = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    support::postgres().sql(&url, &forgetful).unwrap();
    let error = refused(&url.parse().unwrap()).await;
    assert!(matches!(error, OpenError::NotDurable("synchronous_commit")));
}

#[tokio::test]
async fn a_database_of_a_newer_version_and_one_that_is_not_there_are_left_alone() {
    let url = support::postgres().create_database().unwrap();
    support::open(&url.parse().unwrap()).await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', TRUE, '', 0)";
    support::postgres().sql(&url, newer).unwrap();
    let error = refused(&url.parse().unwrap()).await;
    assert!(matches!(error, OpenError::Migrate(_)));
    let nowhere = support::postgres().url("nowhere").parse().unwrap();
    assert!(matches!(refused(&nowhere).await, OpenError::Connect(_)));
}
