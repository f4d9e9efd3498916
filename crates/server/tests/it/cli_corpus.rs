//! What operators type is data and nothing else: every text of the corpus as a name, an address, an origin, an answer.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use deskbell_desk::Directory as _;
use deskbell_protocol::MessageText;
use deskbell_store_sqlite::SqliteStore;
use deskbell_triage::taxonomy;
use serde_json::json;

use crate::corpus::{Hostile, corpus, stored};

/// Runs the command line; gives whether it did what it was told. A program that fell over fails the test.
fn deskbell(database: &Path, arguments: &[&str]) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .env("DESKBELL_DATABASE", database)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A program that refuses before it reads closes its end.
    let _ = child.stdin.take().unwrap().write_all(b"correct horse\n");
    let status = child.wait().unwrap();
    assert!(
        matches!(status.code(), Some(0..=2)),
        "{arguments:?}: {status}"
    );
    status.success()
}

/// Whether a name is one line that reads as it is.
fn is_plain(name: &str) -> bool {
    !name.contains(|c: char| {
        c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[tokio::test]
async fn what_operators_type_is_kept_as_it_is_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("desk.db");
    let (mut agents, mut sites) = (BTreeMap::new(), BTreeMap::new());
    let corpus = corpus();
    // No program can be given a null character or a very long argument by a shell.
    let can_be_typed = |it: &&Hostile| !it.text.contains('\0') && it.text.len() < 300;
    for (n, Hostile { tries, text, .. }) in corpus.iter().filter(can_be_typed).enumerate() {
        let (key, name) = (format!("--key=s{n}"), format!("--name={text}"));
        let (email, strange) = (format!("--email=a{n}@b"), format!("--email={text}@b"));
        let origin = "--origin=https://shop.example";
        if deskbell(&database, &["site", "add", &key, &name, origin]) {
            assert!(is_plain(text.trim()), "{tries}: a site's name");
            sites.insert(format!("s{n}"), stored(text));
        }
        if deskbell(
            &database,
            &["agent", "add", &email, &name, "--password-stdin"],
        ) {
            assert!(is_plain(text.trim()), "{tries}: an agent's name");
            agents.insert(format!("a{n}@b"), stored(text));
        }
        if deskbell(
            &database,
            &["agent", "add", &strange, "--name=x", "--password-stdin"],
        ) {
            assert!(is_plain(text.trim()), "{tries}: an agent's address");
            let email = format!("{}@b", text.to_lowercase());
            agents.insert(email.trim().to_owned(), "x".to_owned());
        }
        let origin = format!("--origin={text}");
        let done = deskbell(
            &database,
            &["site", "add", "--key=other", "--name=x", &origin],
        );
        assert!(!done, "{tries}: an origin");
    }
    assert!(sites.len() > 40 && agents.len() > 40);

    let texts = corpus
        .iter()
        .filter_map(|it| MessageText::new(&it.text).ok());
    let texts: Vec<_> = texts.map(String::from).collect();
    let mut answers = BTreeMap::new();
    for (n, texts) in texts.chunks(taxonomy::INTENTS.len()).enumerate() {
        let key = format!("answers-{n}");
        let mut book = String::from("said_again = \"Again:\"\nnot_understood = { text = \"?\" }\n");
        for (intent, text) in taxonomy::INTENTS.iter().zip(texts) {
            book += &format!("[answers.{intent}]\ntext = {}\n", json!(text));
            answers.insert((key.clone(), (*intent).to_owned()), text.clone());
        }
        let path = folder.path().join("answers.toml");
        std::fs::write(&path, book).unwrap();
        let (of, path) = (
            format!("--key={key}"),
            format!("--answers={}", path.display()),
        );
        let origin = "--origin=https://shop.example";
        let arguments = ["site", "add", &of, "--name=Shop", origin, &path];
        assert!(deskbell(&database, &arguments));
        sites.insert(key, "Shop".to_owned());
    }

    let store = SqliteStore::open(&database).await.unwrap();
    let (mut names, mut books) = (BTreeMap::new(), BTreeMap::new());
    for site in store.sites().await.unwrap() {
        if site.key.as_str().starts_with("answers-") {
            for (intent, answer) in site.answers.answers {
                books.insert((site.key.to_string(), intent.to_string()), answer.text);
            }
        }
        names.insert(site.key.to_string(), site.name);
    }
    assert_eq!(names, sites);
    assert_eq!(books, answers);
    let there = store.agents().await.unwrap().into_iter();
    let there: BTreeMap<_, _> = there.map(|agent| (agent.email, agent.name.name)).collect();
    assert_eq!(there, agents);
}
