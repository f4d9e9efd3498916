//! The database's disk fails while the server runs: people read a page, and nothing that was acknowledged is lost.

use std::fs::File;
use std::path::Path;

use deskbell_desk::{Directory as _, EventLog as _, contract};
use deskbell_store_sqlite::SqliteStore;
use reqwest::{Method, StatusCode, header};

use crate::contact::encode;
use crate::support::{Program, Server, answer, client};

const UNAVAILABLE: &str = "This does not work at the moment. Please try again in a few minutes.";

/// Sends the form that this secret belongs to; gives the status and the page.
async fn submit(address: &str, token: &str, message: &str) -> (StatusCode, String) {
    let fields = [
        ("token", token),
        ("message", message),
        ("contact", "ann@example.org"),
    ];
    let request = client()
        .post(format!("{address}/contact/demo"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(encode(&fields));
    let (status, page) = answer(request).await;
    (status, page.as_str().unwrap().to_owned())
}

/// The first text of every conversation that waits.
async fn waiting(path: &Path) -> Vec<String> {
    let store = SqliteStore::open(path).await.unwrap();
    let (waiting, _) = store.waiting(100).await.unwrap();
    store.close().await;
    waiting.into_iter().filter_map(|it| it.preview).collect()
}

#[tokio::test]
async fn a_form_that_a_full_disk_does_not_take_comes_back_filled_in_and_can_be_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.close().await;

    // The file itself fits, and some of what is added.
    let size = std::fs::metadata(&path).unwrap().len() / 1_024;
    let program = Program::start_on_small_disk(&path, size + 64);
    let token = |n: usize| format!("{n:A>43}");
    let mut taken = Vec::new();
    let page = loop {
        let message = format!("message {}", taken.len());
        let (status, page) = submit(&program.address, &token(taken.len()), &message).await;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            break page;
        }
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(taken.len() < 100, "the disk is never full");
        taken.push(message);
    };
    let refused = format!("message {}", taken.len());
    assert!(page.contains(UNAVAILABLE), "{page}");
    for kept in [&*refused, "ann@example.org", &token(taken.len())] {
        assert!(page.contains(kept), "{kept} in {page}");
    }
    // What can be read still is.
    let form = client().get(format!("{}/contact/demo", program.address));
    assert_eq!(answer(form).await.0, StatusCode::OK);
    program.kill();

    // There is room again, and the customer presses the button again.
    let program = Program::start(&path);
    for _ in 0..2 {
        let sent = submit(&program.address, &token(taken.len()), &refused).await;
        assert_eq!(sent.0, StatusCode::OK);
    }
    program.kill();
    taken.push(refused);
    assert_eq!(waiting(&path).await, taken, "each once, in order");
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_a_page_in_the_readers_language() {
    let server = Server::start().await;
    // The disk loses what is in the files.
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
    let form = "message=Hallo&contact=0123";
    for (method, body) in [(Method::GET, ""), (Method::POST, form)] {
        let request = server
            .request(method, "/contact/demo")
            .header(header::ACCEPT_LANGUAGE, "de")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let kind = &response.headers()[header::CONTENT_TYPE];
        assert_eq!(kind, "text/html; charset=utf-8");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let page = response.text().await.unwrap();
        assert!(page.contains(r#"<html lang="de" dir="ltr">"#), "{page}");
        assert!(page.contains("Das funktioniert im Moment nicht."), "{page}");
        assert!(!page.contains("SQL") && !page.contains("desk.db"), "{page}");
    }
}
