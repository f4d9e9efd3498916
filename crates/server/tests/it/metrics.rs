//! What is measured is what happened, and says nothing about who.

use std::fs::File;
use std::process::Stdio;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{
    Console, Measured, Program, Server, Visitor, accepted, answer, refused, write_id,
};

/// Requests to this route, by method and class of status.
fn requests(route: &str, method: &str, class: &str) -> String {
    format!(
        "deskbell_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{class}\"}}"
    )
}

fn events(kind: &str) -> String {
    format!("deskbell_events_total{{type=\"{kind}\"}}")
}

#[tokio::test]
async fn what_happens_at_the_desk_is_counted_once_however_often_it_is_sent() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let again = server.visitor("ann").await;
    assert_eq!(visitor.conversation, again.conversation);
    for _ in 0..3 {
        visitor.say("first", "where is my parcel").await;
        visitor.ring("ring").await;
    }
    let console = server.console("sam").await;
    accepted(console.act("claim", &visitor, "claim")).await;
    accepted(console.reply(&visitor, "reply", "hello")).await;

    let measured = server.measured().await;
    for (sample, expected) in [
        (events("opened"), 1.0),
        (events("customer_message"), 1.0),
        (events("bot_message"), 1.0),
        (events("escalated"), 1.0),
        (events("agent_message"), 1.0),
        ("deskbell_escalations_total{reason=\"bell\"}".into(), 1.0),
        (requests("/v1/conversations", "POST", "2xx"), 2.0),
        (
            requests("/v1/conversations/{id}/messages", "POST", "2xx"),
            3.0,
        ),
        // One each for opening, message, bell, claim and reply.
        ("deskbell_store_append_seconds_count".into(), 5.0),
        ("deskbell_store_failures_total".into(), 0.0),
        ("deskbell_problems_total{code=\"internal\"}".into(), 0.0),
        ("process_start_time_seconds".into(), 1_700_000_000.0),
        ("deskbell_http_requests_in_flight".into(), 0.0),
        ("deskbell_store_up".into(), 1.0),
        (
            format!(
                "deskbell_build_info{{version=\"{}\"}}",
                env!("CARGO_PKG_VERSION")
            ),
            1.0,
        ),
    ] {
        assert_eq!(measured.get(&sample), Some(expected), "{sample}");
    }
    let route = "route=\"/v1/conversations/{id}/messages\",method=\"POST\"";
    let bucket = |bound: &str| {
        measured.get(&format!(
            "deskbell_http_request_seconds_bucket{{le=\"{bound}\",{route}}}"
        ))
    };
    assert_eq!(bucket("+Inf"), Some(3.0), "{measured:?}");
}

#[tokio::test]
async fn refusals_are_counted_by_their_code() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    let wrong = Console::sign_in_request(&server.address, "sam", "a guess");
    assert_eq!(refused(wrong).await.1, "wrong_password");
    assert_eq!(refused(console.act("claim", &visitor, "c")).await.0, 409);
    let measured = server.measured().await;
    for code in ["wrong_password", "wrong_state"] {
        let sample = format!("deskbell_problems_total{{code=\"{code}\"}}");
        assert_eq!(measured.get(&sample), Some(1.0), "{sample}");
    }
    let sample = requests("/v1/agent/session", "POST", "4xx");
    assert_eq!(measured.get(&sample), Some(1.0));
}

#[tokio::test]
async fn the_queue_the_streams_and_the_people_are_as_they_are_now() {
    let server = Server::start().await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let streams = |of: &str| format!("deskbell_event_streams{{reader=\"{of}\"}}");
    let quiet = server.measured().await;
    for sample in [
        "deskbell_queue_length",
        "deskbell_queue_longest_wait_seconds",
    ] {
        assert_eq!(quiet.get(sample), Some(0.0), "{sample}");
    }
    assert_eq!(quiet.get(&streams("customer")), Some(0.0));

    ann.ring("ring").await;
    server.pass_hours(2);
    bob.ring("ring").await;
    let console = server.console("sam").await;
    console.set_online(true).await;
    let mut inbox = console.inbox().await;
    inbox.next().await;
    let mut stream = ann.stream(0).await;
    stream.next().await;
    let busy = server.measured().await;
    assert_eq!(busy.get("deskbell_queue_length"), Some(2.0));
    let longest = busy.get("deskbell_queue_longest_wait_seconds").unwrap();
    assert!((7_200.0..7_210.0).contains(&longest), "{longest}");
    assert_eq!(busy.get("deskbell_agents_online"), Some(1.0));
    for (of, open) in [("customer", 1.0), ("agent", 0.0), ("inbox", 1.0)] {
        assert_eq!(busy.get(&streams(of)), Some(open), "{of}");
    }

    drop((stream, inbox));
    // The server notices as soon as the connections are gone.
    while server.measured().await.sum("deskbell_event_streams") > 0.0 {
        tokio::task::yield_now().await;
    }
}

/// Everything that a stranger can vary, in the way `n` stands for.
async fn scan(server: &Server, n: usize) {
    let id = format!("{n:032x}");
    for path in [
        format!("/secret-{n}"),
        format!("/v1/conversations/{id}/events"),
        format!("/v1/sites/secret-{n}"),
        format!("/contact/secret-{n}?secret={n}"),
        format!("/assets/secret-{n}.js"),
        format!("/widget?site=secret-{n}"),
    ] {
        for method in [Method::GET, Method::POST, Method::PATCH] {
            answer(server.request(method, &path)).await;
        }
        let made_up = Method::from_bytes(format!("SECRET{n}").as_bytes()).unwrap();
        answer(server.request(made_up, &path)).await;
    }
    let body = json!({ "write": write_id("open"), "site": format!("secret-{n}") });
    let open = server
        .request(Method::POST, "/v1/conversations")
        .bearer_auth(Visitor::token(&format!("secret-{n}")))
        .json(&body);
    answer(open).await;
}

#[tokio::test]
async fn whoever_calls_whatever_the_number_of_series_stays_and_nothing_they_say_is_in_it() {
    let server = Server::start().await;
    scan(&server, 0).await;
    let first = server.measured().await;
    for n in 1..20 {
        scan(&server, n).await;
    }
    let later = server.measured().await;
    assert_eq!(later.series(), first.series());
    assert!(later.sum("deskbell_http_requests_total") > first.sum("deskbell_http_requests_total"));
    for value in later.label_values() {
        assert!(!value.to_lowercase().contains("secret"), "{value}");
        assert!(!value.contains("00000000"), "{value}");
    }
    assert!(later.label_values().contains("none"), "no route matched");
    assert!(later.label_values().contains("other"), "a made-up method");
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_measured_too() {
    let server = Server::start().await;
    for file in [
        server.database(),
        server.database().with_extension("db-wal"),
    ] {
        File::options()
            .write(true)
            .truncate(true)
            .open(file)
            .unwrap();
    }
    let measured = server.measured().await;
    assert_eq!(measured.get("deskbell_store_up"), Some(0.0));
    assert_eq!(measured.get("deskbell_queue_length"), None);
    assert!(measured.get("deskbell_store_failures_total") > Some(0.0));
}

#[tokio::test]
async fn the_measurements_are_on_a_listener_of_their_own_or_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (folder.path().join("desk.db"), folder.path().join("log"));
    let on_the_main_one = async |program: &Program| {
        let url = format!("{}/metrics", program.address);
        crate::support::client()
            .get(url)
            .send()
            .await
            .unwrap()
            .status()
    };
    let program = Program::start(&database);
    assert_eq!(on_the_main_one(&program).await, StatusCode::NOT_FOUND);
    program.kill();

    let settings = [("DESKBELL_METRICS__LISTEN", "127.0.0.1:0")];
    let file: Stdio = File::create(&log).unwrap().into();
    let program = Program::start_set(&database, &settings, "info", file);
    assert_eq!(on_the_main_one(&program).await, StatusCode::NOT_FOUND);
    let log = std::fs::read_to_string(&log).unwrap();
    let line = log.lines().find(|line| line.contains("/metrics")).unwrap();
    let (_, address) = line.split_once("address=").unwrap();
    let measured = Measured::fetch(address.trim()).await;
    assert_eq!(measured.sum("deskbell_http_requests_total"), 1.0);
    if cfg!(target_os = "linux") {
        let memory = measured.get("process_resident_memory_bytes").unwrap();
        assert!((1e6..1e9).contains(&memory), "{memory}");
    }
    program.kill();
}
