//! Whoever takes too long is cut, and costs nobody else anything.

use std::time::Duration;

use deskbell_server::settings::LimitSettings;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Raw, Server, Visitor, accepted, write_id};

/// Short enough to wait for.
const SHORT: Duration = Duration::from_millis(100);

/// A server whose clients may take as long as they like, but for what is changed.
async fn start(change: impl FnOnce(&mut LimitSettings)) -> Server {
    Server::start_limited(|limits| {
        *limits = LimitSettings::none();
        change(limits);
    })
    .await
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_cut() {
    let server = start(|limits| limits.times.first_request = SHORT).await;
    for beginning in [
        "",
        "GET /healthz HTTP/1.1\r\nhost:",
        "PRI * HTTP/2.0\r\n",
        "\u{1}\u{2}",
    ] {
        let mut client = Raw::connect(&server.address).await;
        client.send(beginning).await;
        let answer = client.until_cut().await;
        assert!(!answer.contains("200 OK"), "{beginning}: {answer}");
    }
}

#[tokio::test]
async fn a_connection_on_which_nothing_more_is_asked_is_cut_and_one_with_a_stream_is_not() {
    let server = start(|limits| {
        limits.times.first_request = SHORT;
        limits.times.idle = SHORT;
    })
    .await;
    let visitor = server.visitor("ann").await;
    let mut stream = visitor.stream(0).await;
    stream.status().await;
    for more in ["", "GET /healthz HTTP/1.1\r\nhost:"] {
        let mut client = Raw::connect(&server.address).await;
        client
            .send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            .await;
        client.until("ok").await;
        client.send(more).await;
        let answer = client.until_cut().await;
        assert_eq!(answer.matches("200 OK").count(), 1, "{answer}");
    }
    visitor.ring("ring").await;
    stream.until_type("escalated").await;
}

/// A frame of HTTP/2 of connection 0 or stream 1.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
    frame.extend_from_slice(payload);
    frame
}

#[tokio::test]
async fn a_connection_of_http_2_on_which_nothing_more_is_asked_is_cut_although_it_says_that_it_lives()
 {
    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    let server = start(|limits| limits.times.idle = SHORT).await;
    let address = server.address.strip_prefix("http://").unwrap();
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    // GET http://x/healthz, in HPACK's static table.
    let asked = frame(1, 0x5, 1, b"\x82\x86\x44\x08/healthz\x41\x01x");
    let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let hello = [hello, frame(SETTINGS, 0, 0, b""), asked].concat();
    client.write_all(&hello).await.unwrap();
    let mut answered = false;
    let lives = async {
        let mut head = [0; 9];
        while client.read_exact(&mut head).await.is_ok() {
            let mut payload = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
            client.read_exact(&mut payload).await.unwrap();
            answered |= payload == b"ok\n";
            let confirmed = head[4] & 1 == 1;
            match head[3] {
                SETTINGS if !confirmed => {
                    client.write_all(&frame(SETTINGS, 1, 0, b"")).await.unwrap()
                }
                // Cut while it confirms is cut, too.
                PING if !confirmed => drop(client.write_all(&frame(PING, 1, 0, &payload)).await),
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), lives)
        .await
        .unwrap();
    assert!(answered);
}

#[tokio::test]
async fn a_message_that_does_not_come_is_refused_so_that_it_is_sent_again() {
    let server = start(|limits| limits.times.body = SHORT).await;
    let visitor = server.visitor("ann").await;
    let mut client = Raw::connect(&server.address).await;
    let (id, token) = (&visitor.conversation, &visitor.token);
    client
        .send(&format!(
            "POST /v1/conversations/{id}/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: 64\r\n\r\n{{\"write\":"
        ))
        .await;
    let answer = client.until_cut().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains(r#""code":"unavailable""#), "{answer}");
    assert_eq!(visitor.history().await, ["opened"], "nothing was stored");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = start(|_| {}).await;
    let long = format!("x: {}\r\n", "x".repeat(100_000));
    let many = "x: y\r\n".repeat(101);
    let address = format!("?{}", "x".repeat(100_000));
    for (address, headers) in [("", &*long), ("", &many), (&*address, "")] {
        let mut client = Raw::connect(&server.address).await;
        let head = format!("GET /healthz{address} HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
        client.send(&head).await;
        let answer = client.until_cut().await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    let mut client = Raw::connect(&server.address).await;
    let headers = format!("x: {}\r\n", "x".repeat(8_000)) + &"x: y\r\n".repeat(90);
    client
        .send(&format!(
            "GET /healthz HTTP/1.1\r\nhost: x\r\n{headers}\r\n"
        ))
        .await;
    client.until("200 OK").await;
}

/// Enough events that no buffer between server and client holds them.
async fn long_history(visitor: &Visitor) {
    let text = "\u{1f490}".repeat(4_000);
    for n in 0..400 {
        let body = json!({ "write": write_id(&format!("long-{n}")), "text": text });
        accepted(visitor.post("messages", &body)).await;
    }
}

#[tokio::test]
async fn a_stream_that_nobody_reads_ends_and_others_go_on_meanwhile() {
    let server = start(|limits| {
        limits.times.write = Duration::from_secs(1);
        limits.load.streams = 2;
    })
    .await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    long_history(&ann).await;
    let mut asleep = Raw::connect_with(&server.address, 4_096).await;
    let (id, token) = (&ann.conversation, &ann.token);
    asleep
        .send(&format!(
            "GET /v1/conversations/{id}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
        ))
        .await;
    asleep.until("text/event-stream").await;
    let mut awake = bob.stream(0).await;
    // As long as somebody sleeps there is no third place; when there is one, they were cut.
    let cut = async {
        let mut rings = 0;
        loop {
            let third = server
                .visitor("kim")
                .await
                .request(Method::GET, "events")
                .send()
                .await
                .unwrap();
            if third.status() == 200 {
                return rings;
            }
            let contact =
                json!({ "write": write_id(&format!("contact-{rings}")), "contact": "0123" });
            accepted(bob.post("contact", &contact)).await;
            awake.until_type("contact_left").await;
            rings += 1;
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(30), cut)
        .await
        .unwrap();
    assert!(heard > 0);
    let sent = asleep.until_cut().await;
    assert!(
        !sent.contains(r#""seq":800"#),
        "not everything was kept for it"
    );
}
