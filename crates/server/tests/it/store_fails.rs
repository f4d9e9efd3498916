//! The database's disk fails while the server runs: people read a page, and nothing that was acknowledged is lost.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

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

/// A database with a site, and how many kibibytes it has.
async fn database(folder: &Path) -> (PathBuf, u64) {
    let path = folder.join("desk.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.close().await;
    let size = std::fs::metadata(&path).unwrap().len() / 1_024;
    (path, size)
}

fn token(n: usize) -> String {
    format!("{n:A>43}")
}

/// Submits forms until the disk is full; gives the messages that were taken, and the page that said that one was not.
async fn fill(address: &str) -> (Vec<String>, String) {
    let mut taken = Vec::new();
    loop {
        let message = format!("message {}", taken.len());
        let (status, page) = submit(address, &token(taken.len()), &message).await;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return (taken, page);
        }
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(taken.len() < 100, "the disk is never full");
        taken.push(message);
    }
}

#[tokio::test]
async fn a_form_that_a_full_disk_does_not_take_comes_back_filled_in_and_can_be_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, size) = database(folder.path()).await;
    // The file itself fits, and some of what is added.
    let program = Program::start_on_small_disk(&path, size + 64, Stdio::null());
    let (mut taken, page) = fill(&program.address).await;
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

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_goes_on_by_itself_when_its_full_disk_has_room_again() {
    use std::io::{Seek as _, SeekFrom};
    let folder = tempfile::tempdir().unwrap();
    let (path, size) = database(folder.path()).await;
    let room = size + 64;
    // Its log is on the same disk, and has no room left from the beginning.
    let mut log = File::create_new(folder.path().join("log")).unwrap();
    log.set_len(room * 1_024).unwrap();
    log.seek(SeekFrom::End(0)).unwrap();
    let program = Program::start_on_small_disk(&path, room, log.into());
    let (mut taken, _) = fill(&program.address).await;
    for _ in 0..3 {
        let (status, page) = submit(&program.address, &token(taken.len()), "again").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    }
    program.make_room();
    let (status, page) = submit(&program.address, &token(taken.len()), "there is room").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    program.kill();
    taken.push("there is room".to_owned());
    assert_eq!(waiting(&path).await, taken);
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
