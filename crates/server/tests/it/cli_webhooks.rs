//! `deskbell webhook`, as the operator uses it.

use std::path::Path;
use std::process::Command;

use deskbell_desk::webhooks::DeliveryState;
use deskbell_store_sqlite::SqliteStore;

use crate::support::{Program, Receiver, Visitor};
use crate::webhooks::{shop, when};

/// Runs the command line on `database`; what it said, and whether it was content.
fn deskbell(database: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .env("DESKBELL_DATABASE", database)
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// As [`deskbell`], if it is content.
pub(crate) fn done(database: &Path, arguments: &[&str]) -> String {
    let (ok, said) = deskbell(database, arguments);
    assert!(ok, "{said}");
    said
}

/// What the command line shows only once.
pub(crate) fn secret(said: &str) -> String {
    let word = said
        .split_whitespace()
        .find(|word| word.starts_with("whsec_"));
    word.unwrap().to_owned()
}

// The command line waits for the receiver, which is in this process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_adds_tests_rotates_replays_and_removes_a_webhook() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("desk.db");
    shop(&database).await;
    assert!(done(&database, &["webhook", "list"]).contains("no webhook yet"));
    let mut receiver = Receiver::start(&[410]).await;
    let url = receiver.url.clone();
    for (arguments, named) in [
        (["--site", "demo", "--url", &url], "only https://"),
        (
            ["--site", "demo", "--url", "https://10.0.0.1/"],
            "--allow-private",
        ),
        (
            ["--site", "nobody", "--url", "https://shop.example/"],
            "no site 'nobody'",
        ),
    ] {
        let (ok, said) = deskbell(&database, &[&["webhook", "add"], &arguments[..]].concat());
        assert!(!ok && said.contains(named), "{said}");
    }
    let add = [
        "webhook",
        "add",
        "--site",
        "demo",
        "--allow-private",
        "--url",
        &url,
    ];
    let first = secret(&done(&database, &add));
    let list = done(&database, &["webhook", "list"]);
    assert!(list.contains(&url) && !list.contains("whsec_"), "{list}");
    let row = list.lines().nth(1).unwrap();
    let id = row.split_whitespace().next().unwrap();

    // Gone, tested until it is there again.
    let program = Program::start(&database);
    Visitor::open(&program.address, "ann")
        .await
        .ring("ring")
        .await;
    let told = receiver.next().await;
    let store = SqliteStore::open(&database).await.unwrap();
    when(&store, id, |all| {
        all.iter().all(|it| it.state == DeliveryState::GivenUp)
    })
    .await;
    assert!(done(&database, &["webhook", "list"]).contains("disabled"));
    let (ok, said) = deskbell(&database, &["webhook", "replay", id]);
    assert!(!ok && said.contains("webhook test"), "{said}");
    receiver.answer(503);
    let (ok, said) = deskbell(&database, &["webhook", "test", id]);
    assert!(!ok && said.contains("answered 503"), "{said}");
    assert!(done(&database, &["webhook", "test", id]).contains("told things again"));
    let tests = [receiver.next().await, receiver.next().await];
    assert!(
        tests
            .iter()
            .all(|it| it.kind() == "webhook.test" && it.believed(&first))
    );

    // Two secrets for a while; then, at once, one.
    let second = secret(&done(&database, &["webhook", "rotate", id]));
    done(&database, &["webhook", "test", id]);
    let both = receiver.next().await;
    assert!(both.believed(&first) && both.believed(&second));
    let third = secret(&done(&database, &["webhook", "rotate", id, "--at-once"]));
    done(&database, &["webhook", "test", id]);
    let one = receiver.next().await;
    assert!(one.believed(&third) && !one.believed(&second) && !one.believed(&first));

    let message = told.id().to_owned();
    let replay = ["webhook", "replay", id, "--message", &message];
    assert!(done(&database, &replay).contains("1 message again"));
    assert_eq!(receiver.next().await.id(), message);
    when(&store, id, |all| {
        all.iter().any(|it| it.state == DeliveryState::Delivered)
    })
    .await;
    let log = done(&database, &["webhook", "list", id]);
    assert!(
        log.contains(&message) && log.contains("answered 204"),
        "{log}"
    );
    // The alarm of a wait that is not long yet: made due again, for when it is.
    assert!(done(&database, &["webhook", "replay", id]).contains("1 message again"));
    assert!(receiver.rest().is_empty());
    assert!(done(&database, &["webhook", "remove", id]).contains("removed"));
    let (ok, said) = deskbell(&database, &["webhook", "test", id]);
    assert!(!ok && said.contains("there is no webhook"), "{said}");
    let audit = done(&database, &["audit"]);
    for act in ["webhook_added", "webhook_secret_made", "webhook_removed"] {
        assert!(audit.contains(act), "{audit}");
    }
    assert!(!audit.contains("whsec_"), "{audit}");
    store.close().await;
    program.kill();
}
