//! What the servers keep their data in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use deskbell_postgres_process::{Postgres, Stop};

use crate::lock;
use crate::tally::Count;

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// A file, and one server.
    Sqlite,
    /// A database server, and three of ours.
    Postgres,
}

impl Store {
    /// How many of our servers share it.
    pub const fn servers(self) -> usize {
        match self {
            Self::Sqlite => 1,
            Self::Postgres => 3,
        }
    }

    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite, one server",
            Self::Postgres => "PostgreSQL, three servers",
        }
    }

    /// What a run on it must have tried beside the rest.
    pub const fn tries(self) -> &'static [Count] {
        match self {
            // Elsewhere there is no such limit that could be lifted again while the server runs.
            Self::Sqlite if cfg!(target_os = "linux") => &[Count::FullDisks],
            Self::Sqlite => &[],
            Self::Postgres => &[Count::DatabaseKills],
        }
    }
}

/// A store of one run.
#[derive(Clone, Debug)]
pub enum Database {
    /// The file.
    Sqlite(PathBuf),
    /// A PostgreSQL of our own, and the address of a database in it.
    Postgres(Arc<Mutex<Postgres>>, String),
}

impl Database {
    /// Makes an empty one; a file lies in `folder`.
    ///
    /// # Errors
    /// If PostgreSQL is not there or does not start.
    pub async fn new(store: Store, folder: &Path) -> Result<Self> {
        Ok(match store {
            Store::Sqlite => Self::Sqlite(folder.join("desk.db")),
            Store::Postgres => {
                let started = blocking(|| {
                    let postgres = Postgres::start()?;
                    let url = postgres.create_database()?;
                    Ok((postgres, url))
                });
                let (postgres, url) = started.await?;
                Self::Postgres(Arc::new(Mutex::new(postgres)), url)
            }
        })
    }

    /// What `--database` gets.
    pub fn argument(&self) -> OsString {
        match self {
            Self::Sqlite(file) => file.into(),
            Self::Postgres(_, url) => url.into(),
        }
    }

    /// Crashes the database server and starts it again after a pause; a file has none. Says whether it has one.
    ///
    /// # Errors
    /// If it does not start again.
    pub async fn crash(&self, pause: Duration) -> Result<bool> {
        let Self::Postgres(postgres, _) = self else {
            return Ok(false);
        };
        let postgres = Arc::clone(postgres);
        let crashed = blocking(move || {
            let mut postgres = lock(&postgres);
            postgres.stop(Stop::Crash)?;
            std::thread::sleep(pause);
            postgres.start_again()
        });
        crashed
            .await
            .context("PostgreSQL, crashed and started again")?;
        Ok(true)
    }
}

/// Runs what waits for other programs without holding up the rest.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, deskbell_postgres_process::Error> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
