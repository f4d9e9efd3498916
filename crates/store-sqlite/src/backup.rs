//! A copy of a database that others are using, whole and checked.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use thiserror::Error;

use crate::BUSY_TIMEOUT;

/// What a backup has, as counted in the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Conversations.
    pub conversations: u64,
    /// Their events.
    pub events: u64,
    /// Size of the file.
    pub bytes: u64,
}

/// Why there is no backup. Nothing is left behind.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is a file of this name; backups never replace anything.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// Another process is writing the same backup.
    #[error("another backup to {} is under way", .0.display())]
    UnderWay(PathBuf),
    /// SQLite names files in UTF-8 only.
    #[error("{} is no name that SQLite can use", .0.display())]
    Name(PathBuf),
    /// The database cannot be opened or read: none there, no permission, not one of ours.
    #[error("the database cannot be read")]
    Source(#[source] sqlx::Error),
    /// The copy cannot be written: no such folder, no permission, no space.
    #[error("the copy cannot be written")]
    Write(#[from] io::Error),
    /// SQLite could not make the copy, such as for want of space.
    #[error("the copy cannot be made")]
    Copy(#[source] sqlx::Error),
    /// The copy was made and is not what it should be.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// The copy was made and cannot be read.
    #[error("the copy cannot be read")]
    Unreadable(#[source] sqlx::Error),
}

/// Copies the database at `from` to the new file `to`, as it is at one moment, while others may read and write it.
///
/// The copy has everything that was acknowledged before this was called. Only a copy that SQLite finds intact, that
/// has every event its conversations tell of, and that is on the disk gets the name `to`; until then it is called
/// `to` with `.partial` behind it. Only its owner may read it. `from` is not changed, and not brought up to date.
///
/// # Errors
/// If there is a file `to`, the database cannot be read, the copy cannot be written, or it is not intact.
pub async fn backup(from: &Path, to: &Path) -> Result<Copied, BackupError> {
    if to.try_exists()? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let to = std::path::absolute(to)?;
    let partial = Partial::begin(&to)?;
    let mut source = options(from)
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await
        .map_err(BackupError::Source)?;
    let before = count(&mut source).await.map_err(BackupError::Source)?;
    sqlx::query("VACUUM INTO ?")
        .bind(partial.name()?)
        .execute(&mut source)
        .await
        .map_err(BackupError::Copy)?;
    let after = count(&mut source).await.map_err(BackupError::Source)?;
    // Nothing depends on how well this ends: the connection only read.
    let _ = source.close().await;
    let mut copied = examine(&partial.path).await?;
    // Others may have added conversations meanwhile, or deleted some.
    let (least, most) = (
        before.events.min(after.events),
        before.events.max(after.events),
    );
    if !(least..=most).contains(&copied.events) {
        return Err(BackupError::Damaged(format!(
            "it has {} events, and the database had between {least} and {most}",
            copied.events
        )));
    }
    copied.bytes = partial.keep_as(to).await?;
    Ok(copied)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).read_only(true)
}

async fn count(connection: &mut SqliteConnection) -> Result<Copied, sqlx::Error> {
    let (conversations, events) = sqlx::query_as::<_, (i64, i64)>(
        "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM events)",
    )
    .fetch_one(connection)
    .await?;
    Ok(Copied {
        conversations: conversations.unsigned_abs(),
        events: events.unsigned_abs(),
        bytes: 0,
    })
}

/// Whether the file is whole: for SQLite, and for us.
async fn examine(path: &Path) -> Result<Copied, BackupError> {
    // Nobody else knows of it, so there is nothing to lock and no file to lay beside it.
    let mut copy = options(path)
        .immutable(true)
        .connect()
        .await
        .map_err(BackupError::Unreadable)?;
    let found = async {
        let words = sqlx::query_scalar::<_, String>("PRAGMA integrity_check(1)")
            .fetch_one(&mut copy)
            .await?;
        let astray = sqlx::query("PRAGMA foreign_key_check")
            .fetch_optional(&mut copy)
            .await?
            .is_some();
        let short = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM conversations AS one
             WHERE last_seq IS NOT (SELECT max(seq) FROM events WHERE conversation = one.id)",
        )
        .fetch_one(&mut copy)
        .await?;
        Ok((words, astray, short, count(&mut copy).await?))
    };
    let (words, astray, short, copied) = found.await.map_err(BackupError::Unreadable)?;
    // Nothing was written, so nothing can be lost.
    let _ = copy.close().await;
    let damaged = |what: String| Err(BackupError::Damaged(what));
    match (words.as_str(), astray, short) {
        ("ok", false, 0) => Ok(copied),
        ("ok", false, _) => damaged(format!("{short} conversations lack events")),
        ("ok", true, _) => damaged("something in it belongs to nothing".to_owned()),
        _ => damaged(words),
    }
}

/// A copy that is not finished. Deleted when dropped.
struct Partial {
    path: PathBuf,
    /// Locked, so that a second backup of the same name does not write into it.
    file: File,
}

impl Partial {
    fn begin(to: &Path) -> Result<Self, BackupError> {
        let mut path = OsString::from(to);
        path.push(".partial");
        let path = PathBuf::from(path);
        let mut open = OpenOptions::new();
        open.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let file = open.open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::UnderWay(to.to_owned())),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let partial = Self { path, file };
        // What an interrupted backup left.
        partial.file.set_len(0)?;
        Ok(partial)
    }

    fn name(&self) -> Result<&str, BackupError> {
        let name = self.path.to_str();
        name.ok_or_else(|| BackupError::Name(self.path.clone()))
    }

    /// Makes it durable and gives it its name. Its size in bytes.
    async fn keep_as(self, to: PathBuf) -> Result<u64, BackupError> {
        let finish = move || {
            self.file.sync_all()?;
            if to.try_exists()? {
                return Err(BackupError::Exists(to));
            }
            std::fs::rename(&self.path, &to)?;
            // The name is in the folder, and durable when that is.
            if cfg!(unix)
                && let Some(folder) = to.parent()
            {
                File::open(folder)?.sync_all()?;
            }
            Ok(self.file.metadata()?.len())
        };
        match tokio::task::spawn_blocking(finish).await {
            Ok(outcome) => outcome,
            Err(error) => Err(BackupError::Write(io::Error::other(error))),
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Nothing is there if it got its name; if it cannot be deleted, the next backup of this name writes over it.
        let _ = std::fs::remove_file(&self.path);
    }
}
