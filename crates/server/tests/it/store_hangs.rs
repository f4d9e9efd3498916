//! A database that says nothing, or nonsense: people are told, and the server goes on.

use std::process::Stdio;
use std::time::Duration;

use deskbell_server::settings::LimitSettings;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::postgres::{OneOfMany, postgres, prepared};
use crate::support::{Program, Visitor, accepted, answer, client, refused, write_id};

/// The way to a database, which can be made to hang: connections are taken and stay, and nothing comes through.
struct Way {
    url: String,
    hangs: watch::Sender<bool>,
}

impl Way {
    async fn to(url: &str) -> Self {
        let port = postgres().port();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = listener.local_addr().unwrap().port();
        let (hangs, hanging) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let mut hanging = hanging.clone();
                tokio::spawn(async move {
                    loop {
                        hanging.wait_for(|hangs| !hangs).await?;
                        tokio::select! {
                            _ = copy_bidirectional(&mut near, &mut far) => break,
                            changed = hanging.changed() => changed?,
                        }
                    }
                    Ok::<(), watch::error::RecvError>(())
                });
            }
        });
        let url = url.replace(&format!(":{port}/"), &format!(":{ours}/"));
        Self { url, hangs }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_hangs_people_are_told_and_afterwards_everything_goes_on() {
    let url = postgres().create_database().unwrap();
    prepared(&url).await;
    let way = Way::to(&url).await;
    let mut limits = LimitSettings::none();
    limits.times.answer = Duration::from_secs(1);
    let server = OneOfMany::start_limited(&way.url, &limits).await;
    let ann = Visitor::open(&server.address, "ann").await;
    ann.say("before", "before").await;
    let mut stream = ann.stream(0).await;
    stream.status().await;

    way.hangs.send_replace(true);
    let body = json!({ "write": write_id("meanwhile"), "text": "meanwhile" });
    let told = refused(ann.post("messages", &body)).await;
    assert_eq!(told, (503, "unavailable".to_owned()));
    let form = client().get(format!("{}/contact/demo", server.address));
    let (status, page) = answer(form).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.as_str()
            .unwrap()
            .contains("This does not work at the moment.")
    );
    let alive = client().get(format!("{}/healthz", server.address));
    assert_eq!(answer(alive).await.0, StatusCode::OK);

    way.hangs.send_replace(false);
    // Sent again until it is taken, as the device does; what was under way meanwhile is the same write.
    while ann.post("messages", &body).send().await.unwrap().status() != StatusCode::OK {}
    let said = ann.history().await;
    assert_eq!(
        said.iter()
            .filter(|kind| *kind == "customer_message")
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_a_damaged_conversation_says_what_there_is_and_waits_for_news() {
    let url = postgres().create_database().unwrap();
    prepared(&url).await;
    let server = OneOfMany::start(&url).await;
    let ann = Visitor::open(&server.address, "ann").await;
    ann.say("one", "one").await;
    postgres()
        .sql(&url, "DELETE FROM events WHERE seq > 1")
        .unwrap();
    let mut stream = ann.stream(0).await;
    stream.until_type("opened").await;
    stream.status().await;
    ann.ring("ring").await;
    stream.until_type("escalated").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_starts_although_its_sites_cannot_be_listed() {
    let url = postgres().create_database().unwrap();
    prepared(&url).await;
    postgres()
        .sql(&url, "UPDATE sites SET body = '{}'")
        .unwrap();
    let program = Program::start_with(url.as_ref(), "error", Stdio::null());
    let alive = client().request(Method::GET, format!("{}/healthz", program.address));
    accepted(alive).await;
}
