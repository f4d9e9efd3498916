//! The server ends as it was told to: nothing acknowledged is lost, and nobody waits for long.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use deskbell_desk::{Directory as _, EventLog as _, contract};
use deskbell_protocol::{ConversationId, EventBody};
use deskbell_store_sqlite::SqliteStore;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Program, Server, Visitor, answer, write_id};

/// A program with its log in a file.
struct Logged {
    program: Program,
    log: PathBuf,
}

impl Logged {
    fn start(folder: &Path) -> Self {
        let log = folder.join("log");
        let file = File::create(&log).unwrap();
        let program = Program::start_with(&folder.join("desk.db"), "info", file.into());
        Self { program, log }
    }

    /// Waits until the log has this.
    async fn said(&self, what: &str) {
        while !std::fs::read_to_string(&self.log).unwrap().contains(what) {
            tokio::task::yield_now().await;
        }
    }
}

async fn folder_with_site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("desk.db"))
        .await
        .unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.close().await;
    folder
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_says_so_before_it_does() {
    let mut server = Server::start_with(|settings| settings.drain_seconds = 600).await;
    let visitor = server.visitor("ann").await;
    let mut stream = visitor.stream(0).await;
    stream.status().await;
    server.tell_to_stop();
    let ready = async || answer(server.request(Method::GET, "/readyz")).await;
    while ready().await.1["server"] == "ok" {}
    let (status, readiness) = ready().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(readiness["ready"], false);
    // Whoever still comes here, or has not left yet, is served.
    visitor.ring("ring").await;
    stream.until_type("escalated").await;
    assert_eq!(server.visitor("bob").await.history().await.len(), 1);
}

#[tokio::test]
async fn streams_end_with_a_word_about_when_to_come_back() {
    let mut server = Server::start().await;
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    let open = [
        visitor.request(Method::GET, "events"),
        console.request(Method::GET, "inbox"),
    ];
    let mut streams = Vec::new();
    for request in open {
        let mut response = request.send().await.unwrap();
        assert!(response.chunk().await.unwrap().is_some());
        streams.push(response);
    }
    server.tell_to_stop();
    for stream in streams {
        let rest = stream.text().await.unwrap();
        let (_, wait) = rest.rsplit_once("retry:").expect("the stream says when");
        let millis: u64 = wait.trim().parse().unwrap();
        assert!((500..=1_520).contains(&millis), "{millis}");
    }
}

/// Writes one message after the other until the server is gone: those that were acknowledged, and the one that was not.
async fn write_until_gone(visitor: &Visitor, name: &str) -> (Vec<String>, String) {
    let mut acknowledged = Vec::new();
    loop {
        let text = format!("{name} {}", acknowledged.len());
        match post(visitor, &text).send().await {
            Ok(response) if response.status().is_success() => acknowledged.push(text),
            _ => return (acknowledged, text),
        }
    }
}

fn post(visitor: &Visitor, text: &str) -> reqwest::RequestBuilder {
    let write = write_id(&text.replace(' ', "-"));
    visitor.post("contact", &json!({ "write": write, "contact": text }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_under_load_it_loses_nothing_and_what_is_sent_again_lands_once() {
    let folder = folder_with_site().await;
    let path = folder.path().join("desk.db");
    let names = ["ann", "bob", "cem", "dee"];
    let mut logged = Logged::start(folder.path());
    let address = logged.program.address.clone();
    let visitors = join_all(names.map(|name| Visitor::open(&address, name))).await;
    let writers = visitors
        .iter()
        .zip(names)
        .map(|(visitor, name)| write_until_gone(visitor, name));
    let stop = async {
        // In the middle of it: some are acknowledged, some under way.
        let first = visitors[0].stream(0).await;
        let mut first = first;
        for _ in 0..20 {
            first.until_type("contact_left").await;
        }
        logged.program.terminate();
    };
    let (written, ()) = tokio::join!(join_all(writers), stop);
    assert!(logged.program.wait().success(), "it ended by itself");
    logged.said("stopping: not ready any more").await;
    logged.said("stopped").await;

    let program = Program::start(&path);
    for (name, (_, unanswered)) in names.iter().zip(&written) {
        let visitor = Visitor::open(&program.address, name).await;
        // Its client does not know whether it was stored, and sends it again, twice to be sure.
        for _ in 0..2 {
            assert_eq!(answer(post(&visitor, unanswered)).await.0, StatusCode::OK);
        }
    }
    program.kill();

    let store = SqliteStore::open(&path).await.unwrap();
    for (visitor, (acknowledged, unanswered)) in visitors.iter().zip(written) {
        let id = ConversationId::new(visitor.conversation.as_str()).unwrap();
        let events = store.events_after(&id, 0, 100_000).await.unwrap();
        let stored: Vec<String> = events
            .iter()
            .filter_map(|event| match &event.body {
                EventBody::ContactLeft { contact } => Some(contact.as_str().to_owned()),
                _ => None,
            })
            .collect();
        let expected: Vec<String> = acknowledged.into_iter().chain([unanswered]).collect();
        assert_eq!(stored, expected, "each once, in order");
    }
}

/// Sends a message but for its last byte; gives the connection and that byte.
fn half_sent(visitor: &Visitor, address: &str) -> (TcpStream, Vec<u8>) {
    let request = post(visitor, "slowly").build().unwrap();
    let (body, headers) = (
        request.body().unwrap().as_bytes().unwrap(),
        request.headers(),
    );
    let mut connection = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let mut head = format!("POST {} HTTP/1.1\r\nhost: desk\r\n", request.url().path());
    for (name, value) in headers {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    connection.write_all(head.as_bytes()).unwrap();
    let (first, last) = body.split_at(body.len() - 1);
    connection.write_all(first).unwrap();
    (connection, last.to_vec())
}

#[tokio::test]
async fn a_request_under_way_is_finished() {
    let folder = folder_with_site().await;
    let mut logged = Logged::start(folder.path());
    let visitor = Visitor::open(&logged.program.address, "ann").await;
    let (mut connection, rest) = half_sent(&visitor, &logged.program.address);
    // The server has taken the connection before this one, which it answers.
    Visitor::open(&logged.program.address, "bob").await;
    logged.program.terminate();
    logged.said("no new requests").await;
    connection.write_all(&rest).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(logged.program.wait().success());
}

#[tokio::test]
async fn told_twice_it_waits_for_nothing() {
    let folder = folder_with_site().await;
    let mut logged = Logged::start(folder.path());
    let visitor = Visitor::open(&logged.program.address, "ann").await;
    let (mut connection, _) = half_sent(&visitor, &logged.program.address);
    Visitor::open(&logged.program.address, "bob").await;
    logged.program.terminate();
    logged.said("no new requests").await;
    logged.program.terminate();
    assert_eq!(logged.program.wait().code(), Some(1));
    logged.said("told to stop twice").await;
    let mut answer = Vec::new();
    // The end of the connection, or its reset: in either case no acknowledgement.
    let _ = connection.read_to_end(&mut answer);
    assert!(answer.is_empty());
}
