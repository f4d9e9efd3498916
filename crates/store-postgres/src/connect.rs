//! Before the store is used: the first connection, and the tables.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions as _, Error};

use crate::{OpenError, PostgresUrl, fold_again};

/// Held by the one server that brings the database up to date. The number is only ours, and means nothing.
const LOCK: i64 = i64::from_be_bytes(*b"deskbell");

/// How often a database is tried that does not answer.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Settings without which what is acknowledged may be lost.
const DURABLE: [&str; 2] = ["fsync", "synchronous_commit"];

/// A connection, as soon as there is one.
pub(crate) async fn first(
    url: &PostgresUrl,
    patience: Duration,
) -> Result<PgConnection, OpenError> {
    let began = Instant::now();
    let mut told = false;
    loop {
        let options = url.options();
        let error = match tokio::time::timeout(ATTEMPT, options.connect()).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error,
            Err(_) => Error::PoolTimedOut,
        };
        if !may_pass(&error) || began.elapsed() >= patience {
            return Err(OpenError::Connect(error));
        }
        if !told {
            let seconds = patience.as_secs();
            tracing::warn!(database = %url, cause = %error, seconds, "waiting for the database");
            told = true;
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

/// Whether waiting may help: nobody listens there yet, or PostgreSQL is starting.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::PoolTimedOut => true,
        Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// Refuses a database that loses what it acknowledges, and brings its tables and conversations up to date. The lock that
/// this takes ends with the connection. Gives a name that no other server over the database has.
///
/// sqlx's migrator takes an advisory lock as well, but gives it back before conversations are folded.
pub(crate) async fn prepare(connection: &mut PgConnection) -> Result<Arc<str>, OpenError> {
    for setting in DURABLE {
        let value = sqlx::query_scalar::<_, String>("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut *connection)
            .await
            .map_err(OpenError::Prepare)?;
        if value == "off" {
            return Err(OpenError::NotDurable(setting));
        }
    }
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await
        .map_err(OpenError::Prepare)?;
    sqlx::migrate!().run(&mut *connection).await?;
    fold_again::run(connection)
        .await
        .map_err(OpenError::FoldAgain)?;
    sqlx::query_scalar::<_, String>("SELECT gen_random_uuid()::text")
        .fetch_one(connection)
        .await
        .map(Into::into)
        .map_err(OpenError::Prepare)
}
