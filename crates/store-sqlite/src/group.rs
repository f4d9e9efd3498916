//! Several writes share one transaction, and so one sync of the disk.
//!
//! They take turns with the one connection that writes. Who comes while the disk syncs waits in line, and those in line
//! make the next group: alone, a write waits for one sync; among many it waits for the one under way and then shares the
//! next.
//!
//! What must never be true: that somebody is answered before what they were told is durable, be it their own write or
//! what somebody else of the group wrote and they read; that a part of a group is kept.

use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::StoreError;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::error::Context as _;
use crate::{BEGIN, BUSY_TIMEOUT};

/// Most writes of one group: each of them waits for all.
const MOST: usize = 128;

/// Why a group came to nothing.
#[derive(Clone, Debug, Error)]
enum GroupError {
    #[error("the transaction failed")]
    Transaction(#[source] Arc<sqlx::Error>),
    #[error("another write of the same transaction failed")]
    Undone,
}

/// Asks for a turn.
type Asking = oneshot::Sender<Result<Turn, GroupError>>;

/// Where to wait for a turn. The task behind it ends with the last of its clones.
#[derive(Clone, Debug)]
pub(crate) struct Line(mpsc::Sender<Asking>);

impl Line {
    /// A line for this connection.
    pub(crate) fn new(writer: SqlitePool) -> Self {
        let (asking, asked) = mpsc::channel(MOST);
        tokio::spawn(serve(writer, asked));
        Self(asking)
    }

    /// Waits for a turn, but not for ever: who waits for a disk that hangs takes memory.
    pub(crate) async fn turn(&self, context: &'static str) -> Result<Turn, StoreError> {
        self.turn_within(BUSY_TIMEOUT, context).await
    }

    async fn turn_within(&self, time: Duration, context: &'static str) -> Result<Turn, StoreError> {
        let (asking, granted) = oneshot::channel();
        let asked = async {
            self.0.send(asking).await.context(context)?;
            granted.await.context(context)?.context(context)
        };
        timeout(time, asked).await.context(context)?
    }
}

/// One after the other may read and write in the group's transaction. Dropped before [`Turn::end`], it undoes the whole
/// group if something was written, as nobody knows how much of it, or if SQLite failed.
pub(crate) struct Turn {
    /// There until the end.
    held: Option<(Transaction<'static, Sqlite>, oneshot::Sender<Back>)>,
    /// Whether dropping it undoes the group.
    undoes: bool,
}

/// What comes back of a turn.
struct Back {
    transaction: Transaction<'static, Sqlite>,
    then: Then,
}

enum Then {
    /// The next one, please; whoever had the turn waits to hear what becomes of the group.
    Tell(oneshot::Sender<Result<(), GroupError>>),
    /// Nothing was written, and nobody waits.
    Nothing,
    /// The group cannot be kept.
    Undo,
}

impl Turn {
    /// For reading.
    pub(crate) fn read(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        match &mut self.held {
            Some((transaction, _)) => Ok(&mut *transaction),
            None => Err(GroupError::Undone).context("taking a turn"),
        }
    }

    /// For writing.
    pub(crate) fn write(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.undoes = true;
        self.read()
    }

    /// Tells why the turn is about to be dropped. If SQLite failed, even when reading, it may have rolled back all by
    /// itself: what others write afterwards would be in no transaction.
    pub(crate) fn failed(&mut self, error: &StoreError) {
        let cause = error.source.downcast_ref::<sqlx::Error>();
        self.undoes |= matches!(cause, Some(sqlx::Error::Database(_)));
    }

    /// Gives the turn to the next one, and waits until the group is durable.
    ///
    /// # Errors
    /// If nothing of the group was stored.
    pub(crate) async fn end(mut self, context: &'static str) -> Result<(), StoreError> {
        let (tell, told) = oneshot::channel();
        self.give_back(Then::Tell(tell));
        told.await.context(context)?.context(context)
    }

    fn give_back(&mut self, then: Then) {
        if let Some((transaction, back)) = self.held.take() {
            // Nobody is there any more when the runtime ends. Then the transaction is rolled back.
            let _ = back.send(Back { transaction, then });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let then = if self.undoes {
            Then::Undo
        } else {
            Then::Nothing
        };
        self.give_back(then);
    }
}

/// One group after the other, for as long as there may be somebody.
async fn serve(writer: SqlitePool, mut line: mpsc::Receiver<Asking>) {
    while let Some(first) = line.recv().await {
        match writer.begin_with(BEGIN).await {
            Ok(transaction) => group(transaction, first, &mut line).await,
            Err(error) => {
                let error = GroupError::Transaction(Arc::new(error));
                // Those who waited as long need not wait once more.
                let mut next = Some(first);
                while let Some(asking) = next {
                    // Whoever has gone away need not know.
                    let _ = asking.send(Err(error.clone()));
                    next = line.try_recv().ok();
                }
            }
        }
    }
}

async fn group(
    mut transaction: Transaction<'static, Sqlite>,
    first: Asking,
    line: &mut mpsc::Receiver<Asking>,
) {
    let mut waiting = Vec::new();
    let mut next = Some(first);
    let mut kept = true;
    while let Some(asking) = next {
        let (back, returned) = oneshot::channel();
        let turn = Turn {
            held: Some((transaction, back)),
            undoes: false,
        };
        // If whoever asked has gone away, the turn is dropped here and comes back at once.
        drop(asking.send(Ok(turn)));
        // An error is impossible as a turn that is dropped comes back; if it were, all of them would hear of an error.
        let Ok(back) = returned.await else { return };
        transaction = back.transaction;
        match back.then {
            Then::Tell(tell) => waiting.push(tell),
            Then::Nothing => {}
            Then::Undo => {
                kept = false;
                break;
            }
        }
        next = if waiting.len() < MOST {
            line.try_recv().ok()
        } else {
            None
        };
    }
    let outcome = if kept {
        let committed = transaction.commit().await;
        committed.map_err(|error| GroupError::Transaction(Arc::new(error)))
    } else {
        drop(transaction);
        Err(GroupError::Undone)
    };
    for tell in waiting {
        // The write is durable or not, whether or not somebody waits for the answer.
        let _ = tell.send(outcome.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;

    /// A line to a table of numbers.
    async fn numbers(folder: &tempfile::TempDir) -> (SqliteStore, Line) {
        let path = folder.path().join("desk.db");
        let store = SqliteStore::open(&path).await.unwrap();
        sqlx::query("CREATE TABLE numbers (n INTEGER NOT NULL)")
            .execute(&store.writer)
            .await
            .unwrap();
        let line = store.line.clone();
        (store, line)
    }

    async fn insert(turn: &mut Turn, n: i64) {
        sqlx::query("INSERT INTO numbers VALUES (?)")
            .bind(n)
            .execute(turn.write().unwrap())
            .await
            .unwrap();
    }

    async fn kept(store: &SqliteStore) -> Vec<i64> {
        sqlx::query_scalar("SELECT n FROM numbers ORDER BY n")
            .fetch_all(&store.readers)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn whoever_waits_in_line_is_in_the_same_transaction_and_none_is_answered_before_it_is_durable()
     {
        let folder = tempfile::tempdir().unwrap();
        let (store, line) = numbers(&folder).await;
        let mut first = line.turn("first").await.unwrap();
        // In line before the first one ends: polled once, it has asked.
        let mut second = Box::pin(line.turn("second"));
        assert!(poll_once(&mut second).await.is_none());
        insert(&mut first, 1).await;
        let mut first = Box::pin(first.end("first"));
        assert!(poll_once(&mut first).await.is_none());
        let mut second = second.await.unwrap();
        insert(&mut second, 2).await;
        assert_eq!(
            kept(&store).await,
            [] as [i64; 0],
            "the first one still waits"
        );
        second.end("second").await.unwrap();
        first.await.unwrap();
        assert_eq!(kept(&store).await, [1, 2]);
    }

    #[tokio::test]
    async fn a_write_that_was_given_up_undoes_its_group_and_says_so_and_the_next_one_succeeds() {
        let folder = tempfile::tempdir().unwrap();
        let (store, line) = numbers(&folder).await;
        let mut first = line.turn("first").await.unwrap();
        let mut second = Box::pin(line.turn("second"));
        assert!(poll_once(&mut second).await.is_none());
        insert(&mut first, 1).await;
        let first = first.end("first");
        let given_up = async {
            insert(&mut second.await.unwrap(), 2).await;
        };
        let (outcome, ()) = tokio::join!(first, given_up);
        assert!(outcome.is_err());
        assert_eq!(kept(&store).await, [] as [i64; 0]);
        let mut third = line.turn("third").await.unwrap();
        insert(&mut third, 3).await;
        third.end("third").await.unwrap();
        assert_eq!(kept(&store).await, [3]);
    }

    #[tokio::test]
    async fn who_goes_away_before_writing_disturbs_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (store, line) = numbers(&folder).await;
        let mut first = line.turn("first").await.unwrap();
        let mut away = Box::pin(line.turn("away"));
        assert!(poll_once(&mut away).await.is_none());
        drop(away);
        insert(&mut first, 1).await;
        first.end("first").await.unwrap();
        drop(line.turn("reads").await.unwrap());
        assert_eq!(kept(&store).await, [1]);
    }

    #[tokio::test]
    async fn a_group_in_which_sqlite_fails_is_undone_even_if_it_failed_at_reading_and_what_cannot_be_understood_harms_nobody()
     {
        for (question, survives) in [("SELECT n FROM nowhere", false), ("SELECT 'x'", true)] {
            let folder = tempfile::tempdir().unwrap();
            let (store, line) = numbers(&folder).await;
            let mut first = line.turn("first").await.unwrap();
            let mut second = Box::pin(line.turn("second"));
            assert!(poll_once(&mut second).await.is_none());
            insert(&mut first, 1).await;
            let fails = async {
                let mut second = second.await.unwrap();
                let read = sqlx::query_scalar::<_, i64>(question)
                    .fetch_one(second.read().unwrap())
                    .await;
                second.failed(&read.context("second").unwrap_err());
            };
            let (outcome, ()) = tokio::join!(first.end("first"), fails);
            assert_eq!(outcome.is_ok(), survives, "{question}");
            assert_eq!(
                kept(&store).await.len(),
                usize::from(survives),
                "{question}"
            );
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_and_who_gave_up_waiting_disturbs_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (store, line) = numbers(&folder).await;
        let mut first = line.turn("first").await.unwrap();
        insert(&mut first, 1).await;
        let late = line.turn_within(Duration::ZERO, "second").await;
        assert!(late.is_err());
        first.end("first").await.unwrap();
        drop(line.turn("third").await.unwrap());
        assert_eq!(kept(&store).await, [1]);
    }

    /// Polls once.
    async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
                std::task::Poll::Ready(output) => Some(output),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
