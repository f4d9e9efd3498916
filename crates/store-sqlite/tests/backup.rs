//! A backup has what was acknowledged before it began, is whole, and never stands in for one that is not.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::fs;
use std::path::Path;

use deskbell_desk::{Command, Conversation, Directory as _, EventLog as _, contract};
use deskbell_protocol::{ContactText, WriteId};
use deskbell_store_sqlite::{BackupError, SqliteStore, backup};
use deskbell_triage::policy::Policy;
use sqlx::ConnectOptions as _;

/// Adds an event to a visitor's conversation; returns when it is durable.
async fn append(store: &SqliteStore, visitor: &str, n: usize) {
    let conversation = store
        .open(contract::new_conversation(visitor))
        .await
        .unwrap();
    let command = Command::LeaveContact(ContactText::new(&format!("call {n}")).unwrap());
    let decide = |conversation: &Conversation| command.decide(conversation);
    let write = WriteId::new(format!("write-of-tests-{n}")).unwrap();
    store
        .append(&conversation.id, &write, 5, &Policy::default(), &decide)
        .await
        .unwrap();
}

async fn events(path: &Path, visitor: &str) -> usize {
    let store = SqliteStore::open(path).await.unwrap();
    let id = contract::new_conversation(visitor).id;
    let events = store.events_after(&id, 0, 100_000).await.unwrap();
    store.close().await;
    events.len()
}

/// Names in the folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_while_others_write_has_everything_from_before_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("desk.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    for n in 0..20 {
        append(&store, "before", n).await;
    }
    let (done, mut stop) = tokio::sync::watch::channel(false);
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            let mut written = 0;
            while !*stop.borrow_and_update() {
                append(&store, "meanwhile", written).await;
                written += 1;
            }
            written
        }
    });
    let copied = backup(&path, &copy).await.unwrap();
    done.send_replace(true);
    assert!(writer.await.unwrap() > 0);

    assert!(copied.events >= 21, "{copied:?}");
    assert_eq!(copied.bytes, fs::metadata(&copy).unwrap().len());
    assert_eq!(
        names(folder.path()),
        ["copy.db", "desk.db", "desk.db-shm", "desk.db-wal"]
    );
    assert_eq!(events(&copy, "before").await, 21);
    let restored = SqliteStore::open(&copy).await.unwrap();
    assert_eq!(restored.sites().await.unwrap(), [contract::site("demo")]);
    // What was written meanwhile is there up to a moment, without a gap.
    let id = contract::new_conversation("meanwhile").id;
    let meanwhile = restored.events_after(&id, 0, 100_000).await.unwrap();
    let seqs: Vec<_> = meanwhile.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=meanwhile.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_database_that_nobody_has_open_is_backed_up_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("desk.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).await.unwrap();
    append(&store, "one", 1).await;
    store.close().await;
    let before = fs::read(&path).unwrap();
    let copied = backup(&path, &copy).await.unwrap();
    assert_eq!((copied.conversations, copied.events), (1, 2));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(events(&copy, "one").await, 2);
}

#[tokio::test]
async fn nothing_is_replaced_and_nothing_half_made_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    let mine = folder.path().join("mine.txt");
    fs::write(&mine, "mine").unwrap();
    assert!(matches!(
        backup(&path, &mine).await,
        Err(BackupError::Exists(_))
    ));
    assert_eq!(fs::read(&mine).unwrap(), b"mine");

    let copy = folder.path().join("copy.db");
    let nowhere = folder.path().join("missing/copy.db");
    assert!(matches!(
        backup(&path, &nowhere).await,
        Err(BackupError::Write(_))
    ));
    let missing = folder.path().join("missing.db");
    assert!(matches!(
        backup(&missing, &copy).await,
        Err(BackupError::Source(_))
    ));
    assert!(matches!(
        backup(&mine, &copy).await,
        Err(BackupError::Source(_))
    ));
    assert_eq!(names(folder.path()), ["desk.db", "mine.txt"]);
}

#[tokio::test]
async fn what_an_interrupted_backup_left_is_no_obstacle_and_one_under_way_is() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("desk.db"), folder.path().join("copy.db"));
    SqliteStore::open(&path).await.unwrap().close().await;
    let partial = folder.path().join("copy.db.partial");
    fs::write(&partial, "half of a database").unwrap();
    let held = fs::File::open(&partial).unwrap();
    held.lock().unwrap();
    assert!(matches!(
        backup(&path, &copy).await,
        Err(BackupError::UnderWay(_))
    ));
    drop(held);
    backup(&path, &copy).await.unwrap();
    assert_eq!(events(&copy, "one").await, 0);
    assert!(!partial.exists());
}

#[tokio::test]
async fn a_database_that_lacks_events_is_told_and_gives_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("desk.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).await.unwrap();
    append(&store, "one", 1).await;
    store.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut damage = options.connect().await.unwrap();
    sqlx::query("DELETE FROM events WHERE seq = 2")
        .execute(&mut damage)
        .await
        .unwrap();
    let refused = backup(&path, &copy).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the copy is damaged: 1 conversations lack events"
    );
    assert!(!copy.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("desk.db"), folder.path().join("copy.db"));
    SqliteStore::open(&path).await.unwrap().close().await;
    backup(&path, &copy).await.unwrap();
    let mode = fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
