//! A server whose PostgreSQL is started later, stopped, and crashes.

use std::process::{Command, Stdio};

use deskbell_desk::EventLog as _;
use deskbell_postgres_process::{Postgres, Stop};
use deskbell_protocol::{ConversationId, Event};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::postgres::{OneOfMany, open, postgres, prepared};
use crate::support::{Program, Visitor, accepted, answer, client, refused, write_id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_people_are_told_and_afterwards_everything_goes_on() {
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.create_database().unwrap();
    prepared(&url).await;
    let (first, second) = (OneOfMany::start(&url).await, OneOfMany::start(&url).await);
    let ann = Visitor::open(&first.address, "ann").await;
    let there = Visitor::open(&second.address, "ann").await;
    let mut acknowledged = Vec::new();
    let mut cursor = 0;
    for (n, how) in [Stop::Fast, Stop::Crash].into_iter().enumerate() {
        let mut stream = there.stream(cursor).await;
        acknowledged.extend(ann.say(&format!("before-{n}"), "before").await);
        postgres.stop(how).unwrap();
        let body = json!({ "write": write_id(&format!("meanwhile-{n}")), "text": "meanwhile" });
        let meanwhile = refused(ann.post("messages", &body)).await;
        assert_eq!(meanwhile, (503, "unavailable".to_owned()));
        let ready = client().get(format!("{}/readyz", first.address));
        let (status, said) = answer(ready).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(said["store"], "The database does not answer.");

        postgres.start_again().unwrap();
        // The device sends again what was not acknowledged, and once is enough.
        let sent = accepted(ann.post("messages", &body)).await;
        acknowledged.extend(sent["events"].as_array().unwrap().iter().cloned());
        let last = acknowledged.last().unwrap()["seq"].as_u64().unwrap();
        // A stream goes on by itself, or ends and is opened again at its cursor; either way nothing is missed.
        while cursor < last {
            match stream.next_or_end().await {
                Some(message) => cursor = message.id.unwrap_or(cursor),
                None => stream = there.stream(cursor).await,
            }
        }
    }
    let store = open(&url).await;
    let id = ConversationId::new(ann.conversation.as_str()).unwrap();
    let stored = store.events_after(&id, 0, 100).await.unwrap();
    let seqs: Vec<_> = stored.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=stored.len() as u64).collect::<Vec<_>>());
    for event in acknowledged {
        let event: Event = serde_json::from_value(event).unwrap();
        assert!(stored.contains(&event), "{event:?} was acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_started_before_its_database_waits_for_it() {
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.create_database().unwrap();
    prepared(&url).await;
    postgres.stop(Stop::Fast).unwrap();
    let starting = tokio::task::spawn_blocking(move || Program::start(url.as_ref()));
    postgres.start_again().unwrap();
    let program = starting.await.unwrap();
    let ann = Visitor::open(&program.address, "ann").await;
    assert_eq!(ann.ring("ring").await["state"], "waiting");
    program.kill();
}

fn deskbell(database: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .args(arguments)
        .env("DESKBELL_DATABASE", database)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn the_command_line_manages_a_database_that_servers_share() {
    let url = postgres().create_database().unwrap();
    let arguments = ["site", "add", "--key", "fern", "--name", "Fern"];
    let add = [&arguments[..], &["--origin", "https://fern.example"]].concat();
    let (done, said) = deskbell(&url, &add);
    assert!(done, "{said}");
    let server = OneOfMany::start(&url).await;
    let page = client().request(Method::GET, format!("{}/contact/fern", server.address));
    assert_eq!(answer(page).await.0, StatusCode::OK);
    let replace = [
        "site",
        "add",
        "--key",
        "fern",
        "--replace",
        "--name",
        "Field",
    ];
    assert!(deskbell(&url, &replace).0);
    let (_, said) = deskbell(&url, &["site", "list"]);
    assert!(said.contains("Field") && !said.contains("Fern"), "{said}");
}

#[test]
fn the_password_of_a_database_is_never_printed() {
    let away = "postgres://desk:hunter2@127.0.0.1:1/desk";
    let wrong = "postgres://desk:hunter2@127.0.0.1:port/desk";
    for (database, arguments) in [
        (away, &["site", "list"][..]),
        (wrong, &["site", "list"]),
        (away, &["--help"]),
        (away, &["serve", "--help"]),
        ("nothing.db", &["site", "list", "--database", wrong]),
    ] {
        let (_, said) = deskbell(database, arguments);
        assert!(!said.contains("hunter2"), "{said}");
        assert!(!said.is_empty());
    }
    let (_, said) = deskbell(away, &["site", "list"]);
    assert!(
        said.contains("postgres://desk@127.0.0.1:1/desk cannot be used"),
        "{said}"
    );
}
