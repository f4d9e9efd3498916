//! The event log and the directory on PostgreSQL, shared by any number of servers.
//!
//! What must never be true: that a write was answered and is gone after a crash (answered after commit, and a server
//! that commits without writing is refused); that two events of a conversation have one position, or that a reader sees
//! a later one first (every append locks the conversation's row first and holds the lock to the commit); that a server
//! does not hear of a write at another one (`NOTIFY` is part of the write's transaction, and whoever may have missed one
//! looks at everything); that the projection in `conversations` differs from the fold over `events`; that two servers
//! bring the tables up to date at once (an advisory lock).

mod audit;
mod connect;
mod custody;
mod directory;
mod error;
mod event_log;
mod fold_again;
mod import;
mod peers;
mod rows;
mod url;
mod webhooks;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_desk::{Peers, Site, Store, StoreError};
use sqlx::postgres::{PgPool, PgPoolOptions};
use thiserror::Error;

use error::Context as _;
pub use import::PostgresImport;
pub use url::{PostgresUrl, PostgresUrlError};

/// Connections of one server. PostgreSQL has 100 unless it is told otherwise.
const CONNECTIONS: u32 = 16;

/// How long a request waits for a connection: bridges a restart of PostgreSQL, and is less than people wait.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A connection that was idle for longer is tried before it is used: no restart of PostgreSQL is quicker than this.
const TRUSTED: Duration = Duration::from_millis(100);

/// Why a database cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It cannot be reached, or does not let us in.
    // sqlx's errors tell their source themselves.
    #[error("the database cannot be reached: {0}")]
    Connect(sqlx::Error),
    /// It would lose what it has acknowledged.
    #[error("the database would lose messages in a crash: its setting {0} is off, and must be on")]
    NotDurable(&'static str),
    /// Somebody else's lock on the tables cannot be waited for, or a setting cannot be read.
    #[error("the database cannot be prepared: {0}")]
    Prepare(sqlx::Error),
    /// The tables cannot be brought up to date, or were made by a newer version of this program.
    #[error("the database's tables cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Conversations that an older program left cannot be brought up to date.
    #[error("the database's conversations cannot be brought up to date")]
    FoldAgain(#[source] StoreError),
}

/// An event log and directory in one PostgreSQL database. Cheap to clone.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    url: PostgresUrl,
    /// Names this server among those over the database, until it ends.
    server: Arc<str>,
}

impl PostgresStore {
    /// Opens the database at `url` and brings its tables and conversations up to date; of several servers that do so at
    /// once, one does it and the others wait. A database that does not answer yet is tried for as long as `patience`,
    /// which is logged.
    ///
    /// # Errors
    /// If the database cannot be reached, was made by a newer version, or does not keep what it acknowledges.
    pub async fn open(url: &PostgresUrl, patience: Duration) -> Result<Self, OpenError> {
        let mut connection = connect::first(url, patience).await?;
        let server = connect::prepare(&mut connection).await?;
        // Ends the lock, too.
        let _ = sqlx::Connection::close(connection).await;
        let options = url.options().options([
            // A request that waits longer has lost its client. Waiting for a row is waiting for one short write.
            ("lock_timeout", "10s"),
            ("statement_timeout", "20s"),
            // A server that vanished must not hold a conversation.
            ("idle_in_transaction_session_timeout", "20s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED {
                        sqlx::Connection::ping(connection).await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        Ok(Self {
            pool,
            url: url.clone(),
            server,
        })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn replace_site(&self, site: &Site) -> Result<(), StoreError> {
        let body = serde_json::to_string(site).context("writing a site")?;
        sqlx::query(
            "INSERT INTO sites (key, body) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET body = excluded.body",
        )
        .bind(site.key.as_str())
        .bind(body)
        .execute(&self.pool)
        .await
        .map(drop)
        .context("replacing a site")
    }

    async fn check(&self) -> Result<(), StoreError> {
        let writable = sqlx::query_scalar::<_, bool>(
            "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'
                 FROM (SELECT count(*) FROM sites) AS readable",
        )
        .fetch_one(&self.pool)
        .await
        .context("checking that the store reads")?;
        if writable {
            return Ok(());
        }
        Err(StoreError {
            context: "checking that the store can write",
            source: "the database is read-only".into(),
        })
    }

    async fn close(&self) {
        self.pool.close().await;
    }

    fn peers(&self) -> Option<Arc<dyn Peers>> {
        Some(Arc::new(self.clone()))
    }

    /// Nothing: whoever writes tells the peers.
    async fn changed_elsewhere(&self) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresStore").field(&self.url).finish()
    }
}
