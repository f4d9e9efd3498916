//! The event log and the directory on SQLite.
//!
//! What must never be true: that a write was answered and is gone after a crash (WAL with `synchronous=FULL`, answered
//! after commit); that two events of a conversation have one position, or that a reader sees a later one first (one
//! writer, and every append in its turn of a transaction that takes the write lock before anybody reads); that the projection in
//! `conversations` differs from the fold over `events` (both are written in the same transaction, and what another fold
//! made is folded again when the file is opened).

mod audit;
mod backup;
mod custody;
mod directory;
mod error;
mod event_log;
mod export;
mod fold_again;
mod group;
mod store;
mod webhooks;

use std::path::Path;
use std::time::Duration;

pub use backup::{BackupError, Copied, backup};
use deskbell_desk::StoreError;
pub use export::{ExportError, SqliteExport};
use sqlx::Connection as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use thiserror::Error;

use group::Line;

/// How long a statement waits for another process, such as the command line adding a site.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that read while the one writer writes.
const READERS: u32 = 4;

/// Takes the write lock at once: a transaction that read first and wrote later could be refused by SQLite.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Why a database file cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file cannot be opened: no such folder, no permission, not a database.
    #[error("the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// The tables cannot be brought up to date, or were made by a newer version of this program.
    #[error("the database's tables cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Conversations that an older program left cannot be brought up to date.
    #[error("the database's conversations cannot be brought up to date")]
    FoldAgain(#[source] StoreError),
}

/// An event log and directory in one SQLite file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    /// For the writes that there are many of.
    line: Line,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it if there is none, and brings its tables and conversations up to date.
    /// Several processes of one machine may have it open.
    ///
    /// # Errors
    /// If the file cannot be used or was made by a newer version.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full);
        let pool = || {
            SqlitePoolOptions::new()
                .test_before_acquire(false)
                // After a failed write, such as on a full disk, SQLite has rolled back by itself, and sqlx goes on counting
                // a transaction that is none: such a connection never begins another one.
                .before_acquire(|connection, _| {
                    let usable = !connection.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(BUSY_TIMEOUT)
        };
        let writer = pool()
            .max_connections(1)
            .connect_with(
                options
                    .clone()
                    .create_if_missing(true)
                    // What is deleted is overwritten in the file.
                    .pragma("secure_delete", "ON")
                    .journal_mode(SqliteJournalMode::Wal),
            )
            .await
            .map_err(OpenError::Open)?;
        sqlx::migrate!().run(&writer).await?;
        let readers = pool()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(OpenError::Open)?;
        let line = Line::new(writer.clone());
        let store = Self {
            writer,
            line,
            readers,
        };
        store.fold_again().await.map_err(OpenError::FoldAgain)?;
        Ok(store)
    }

    /// Finishes what is under way and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_commit_is_synced_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("desk.db"))
            .await
            .unwrap();
        let pragma = async |name: &'static str| {
            let row = sqlx::query(name).fetch_one(&store.writer).await.unwrap();
            sqlx::Row::try_get_unchecked::<String, _>(&row, 0).unwrap()
        };
        assert_eq!(pragma("SELECT * FROM pragma_journal_mode").await, "wal");
        assert_eq!(
            pragma("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await,
            "2"
        );
    }
}
