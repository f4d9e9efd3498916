//! What the same disk and database do alone: rows of the same size into the same table with the same indices, under the
//! same settings of SQLite and through the same library, as many writers, and many rows to one sync of the disk.
//!
//! What a server does beside that is left out: no HTTP, no question who may write or what follows, no conversation that
//! is brought up to date.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use deskbell_protocol::EventBody;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteSynchronous;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::appends::Appends;
use crate::fill;
use crate::people::{Customer, message};

/// Most rows of one transaction.
const MOST: usize = 128;

struct Row {
    conversation: String,
    seq: i64,
    write: String,
    body: String,
    durable: oneshot::Sender<()>,
}

/// Writes for so long, with so many writers of whom each waits until their row is durable. `turn` numbers the rounds.
///
/// # Errors
/// If a row is not taken.
pub async fn measure(path: &Path, writers: u64, time: Duration, turn: usize) -> Result<Appends> {
    let (line, waiting) = mpsc::channel(MOST);
    let database = fill::open(path, SqliteSynchronous::Full).await?;
    let writing = tokio::spawn(write(database, waiting));
    let began = Instant::now();
    let mut people = JoinSet::new();
    for writer in 0..writers {
        let line = line.clone();
        people.spawn(async move {
            let conversation: String = Customer::new(writer)?.conversation.into();
            let mut times = Vec::new();
            while began.elapsed() < time {
                let sent = Instant::now();
                let number = times.len() as u64;
                let body = EventBody::CustomerMessage {
                    text: message(number)?,
                    triage: None,
                };
                let (durable, told) = oneshot::channel();
                let row = Row {
                    conversation: conversation.clone(),
                    seq: i64::try_from(1_000 + number)? + i64::try_from(turn)? * 1_000_000_000,
                    write: format!("raw-{turn:03}-{writer:06}-{number:09}"),
                    body: serde_json::to_string(&body)?,
                    durable,
                };
                line.send(row).await.ok().context("nobody writes")?;
                told.await.context("a row was not written")?;
                times.push(sent.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        });
    }
    drop(line);
    let appends = Appends::collect(people, began).await?;
    writing.await??;
    Ok(appends)
}

/// All who wait are in the next transaction.
async fn write(
    mut database: sqlx::SqliteConnection,
    mut waiting: mpsc::Receiver<Row>,
) -> Result<()> {
    while let Some(first) = waiting.recv().await {
        let mut transaction = database.begin_with("BEGIN IMMEDIATE").await?;
        let mut written = Vec::new();
        let mut next = Some(first);
        while let Some(row) = next {
            sqlx::query(
                "INSERT INTO events (conversation, seq, write_id, at, body) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(row.conversation)
            .bind(row.seq)
            .bind(row.write)
            .bind(row.seq)
            .bind(row.body)
            .execute(&mut *transaction)
            .await?;
            written.push(row.durable);
            next = if written.len() < MOST {
                waiting.try_recv().ok()
            } else {
                None
            };
        }
        transaction.commit().await?;
        for durable in written {
            // Everybody waits for it.
            let _ = durable.send(());
        }
    }
    Ok(database.close().await?)
}
