//! A store moves from its file to a database that several servers share, whole or not at all.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use data_encoding::HEXLOWER;
use deskbell_desk::webhooks::{Webhook, WebhookQueue as _};
use deskbell_desk::{Directory as _, EventLog as _, SessionHash, contract};
use deskbell_protocol::{AgentId, ConversationId};
use deskbell_store_sqlite::SqliteStore;
use sha2::{Digest as _, Sha256};

use crate::support::postgres::{OneOfMany, open, postgres, prepared};
use crate::support::{Console, Server, Visitor, accepted};

fn migrate(from: &Path, to: &str) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .args(["migrate-store", "--to", to, "--from"])
        .arg(from)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    (status.success(), said)
}

fn empty_database() -> String {
    postgres().create_database().unwrap()
}

/// A file with people, sessions and conversations in every state; gives the session of the agent, too.
async fn used(folder: &Path) -> (std::path::PathBuf, String) {
    let server = Server::start().await;
    // Told nothing, but all that is done about it is stored.
    let hook = Webhook {
        url: "https://127.0.0.1/".to_owned(),
        ..contract::webhook("hook", "demo")
    };
    server.store.add_webhook(&hook).await.unwrap();
    let sam = server.console("sam").await;
    sam.set_online(true).await;
    for name in ["ann", "bob", "cai", "dee"] {
        let visitor = server.visitor(name).await;
        visitor
            .say("first", "where is my “parcel”? 📦\n\\ ' \" \t%")
            .await;
        if name != "dee" {
            visitor.ring("ring").await;
        }
        if name == "cai" || name == "bob" {
            accepted(sam.act("claim", &visitor, "claim")).await;
        }
        if name == "cai" {
            accepted(sam.act("close", &visitor, "close")).await;
        }
    }
    // More rows than are moved at once.
    let busy = server.visitor("eve").await;
    for n in 0..260 {
        busy.say(&format!("more-{n}"), "and again").await;
    }
    let path = folder.join("moved.db");
    deskbell_store_sqlite::backup(&server.database(), &path)
        .await
        .unwrap();
    (path, sam.cookie)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_moves_and_people_go_on_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cookie) = used(folder.path()).await;
    let bytes = std::fs::read(&path).unwrap();
    let url = empty_database();
    let (done, said) = migrate(&path, &url);
    assert!(done, "{said}");
    let moved = |line: &str| line.split_whitespace().take(2).eq(["conversations", "5"]);
    assert!(said.lines().any(moved), "{said}");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        bytes,
        "the file is as it was"
    );

    let (old, new) = (SqliteStore::open(&path).await.unwrap(), open(&url).await);
    assert_eq!(new.sites().await.unwrap(), old.sites().await.unwrap());
    assert_eq!(new.agents().await.unwrap(), old.agents().await.unwrap());
    let hooks = new.webhooks().await.unwrap();
    assert_eq!((hooks.len(), &hooks), (1, &old.webhooks().await.unwrap()));
    let told = new.deliveries(&hooks[0].id, 100).await.unwrap();
    assert!(told.len() > 5, "{told:?}");
    assert_eq!(told, old.deliveries(&hooks[0].id, 100).await.unwrap());
    let (waiting, total) = new.waiting(10).await.unwrap();
    assert_eq!((waiting, total), old.waiting(10).await.unwrap());
    let sam = AgentId::new("sam").unwrap();
    let owned = new.owned_by(&sam, 10).await.unwrap();
    assert_eq!(owned, old.owned_by(&sam, 10).await.unwrap());
    // Bob talks with Sam; Ann waits, and Eve, whom the bot did not understand.
    assert_eq!((owned.len(), total), (1, 2));

    let (_, token) = cookie.split_once('=').unwrap();
    let session = SessionHash(HEXLOWER.encode(&Sha256::digest(token)));
    let kept = new.session(&session, 0).await.unwrap();
    assert_eq!(kept.unwrap().agent, sam);

    let server = OneOfMany::start(&url).await;
    for name in ["ann", "eve"] {
        let visitor = Visitor::open(&server.address, name).await;
        let id = ConversationId::new(visitor.conversation.as_str()).unwrap();
        let events = old.events_after(&id, 0, 1_000).await.unwrap();
        assert!(events.len() > 1);
        assert_eq!(new.events_after(&id, 0, 1_000).await.unwrap(), events);
        let next = visitor.say("after", "still here?").await;
        assert_eq!(next[0]["seq"], events.len() + 1);
    }
    Console::sign_in(&server.address, "sam").await;
}

#[tokio::test]
async fn a_database_with_anything_in_it_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    let url = empty_database();
    let store = prepared(&url).await;
    let (done, said) = migrate(&path, &url);
    assert!(
        !done && said.contains("is not empty, it has 1 sites"),
        "{said}"
    );
    assert_eq!(store.agents().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_moved_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (path, url) = (folder.path().join("desk.db"), empty_database());
    let refused = |from: &Path, to: &str| {
        let (done, said) = migrate(from, to);
        assert!(!done, "{said}");
        said
    };
    assert!(refused(&path, &url).contains("the database cannot be read"));
    assert!(!path.exists(), "it makes no file");
    assert!(refused(&path, "other.db").contains("other.db is no PostgreSQL database"));
    assert!(refused(url.as_ref(), &url).contains("only a SQLite file can be moved"));
    let wrong = refused(&path, "postgres://desk:hunter2@db:port/desk");
    assert!(
        wrong.contains("--to") && !wrong.contains("hunter2"),
        "{wrong}"
    );
    SqliteStore::open(&path).await.unwrap().close().await;
    let away = refused(&path, "postgres://desk:hunter2@127.0.0.1:1/desk");
    assert!(
        away.contains("cannot be used") && !away.contains("hunter2"),
        "{away}"
    );
}

#[tokio::test]
async fn a_file_of_another_version_stays_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    std::fs::write(&path, "").unwrap();
    let (done, said) = migrate(&path, &empty_database());
    assert!(!done && said.contains("another version"), "{said}");
}
