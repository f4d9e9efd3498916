//! What is erased is not in the file any more, nor in those beside it.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use deskbell_desk::{Conversation, Custody as _, EventLog as _, Store as _, contract};
use deskbell_protocol::{EventBody, MessageText, WriteId};
use deskbell_store_sqlite::SqliteStore;
use deskbell_triage::policy::Policy;

/// Whether any file of the folder has these bytes.
fn anywhere(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

/// A conversation whose customer wrote this, long enough to fill pages of its own.
async fn written(store: &SqliteStore, name: &str, text: &str) -> Conversation {
    let opened = store.open(contract::new_conversation(name)).await.unwrap();
    for n in 0..40 {
        let write = WriteId::new(format!("write-of-tests-{name}-{n}")).unwrap();
        let text = MessageText::new(&format!("{text} ").repeat(40)).unwrap();
        let body = EventBody::CustomerMessage { text, triage: None };
        let decide = |_: &Conversation| Ok(vec![body.clone()]);
        store
            .append(&opened.id, &write, 2_000, &Policy::default(), &decide)
            .await
            .unwrap();
    }
    opened
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_erased_or_forgotten_are_in_no_file_after_traces_are_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let ann = written(&store, "ann", "unmistakable").await;
    let bob = written(&store, "bob", "perishable").await;
    let cem = store.open(contract::new_conversation("cem")).await.unwrap();
    // Out of the log and into the file, so that both have it.
    assert!(store.clear_traces().await.unwrap());
    for word in ["unmistakable", "perishable"] {
        assert!(anywhere(folder.path(), word));
    }

    // As the command line does beside a running server.
    let beside = SqliteStore::open(&path).await.unwrap();
    let before = store.changed_elsewhere().await.unwrap();
    assert_eq!(beside.erase(&ann.id).await.unwrap(), Some(41));
    assert_ne!(
        store.changed_elsewhere().await.unwrap(),
        before,
        "the server notices what another process wrote"
    );
    assert!(beside.clear_traces().await.unwrap());
    assert!(!anywhere(folder.path(), "unmistakable"));
    beside.close().await;

    let before = store.changed_elsewhere().await.unwrap();
    let forgotten = store.forget(&bob.site, 3_000, NonZeroU32::MAX).await;
    assert_eq!(forgotten.unwrap().len(), 2);
    assert!(store.clear_traces().await.unwrap());
    assert!(!anywhere(folder.path(), "perishable"));
    assert_eq!(store.conversation(&cem.id).await.unwrap(), None);
    assert_eq!(
        store.changed_elsewhere().await.unwrap(),
        before,
        "what it wrote itself it knows"
    );
    store.close().await;
}
