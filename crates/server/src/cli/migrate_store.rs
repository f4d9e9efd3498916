//! `deskbell migrate-store`.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use deskbell_desk::Store as _;
use deskbell_desk::transfer::{self, TransferError};
use deskbell_store_postgres::{PostgresStore, PostgresUrl};
use deskbell_store_sqlite::{ExportError, SqliteExport};
use indicatif::{ProgressBar, ProgressStyle};

use super::commands::MigrateStoreOptions;
use super::table;
use crate::Database;

/// Moves everything from the file to the database, or nothing.
pub(super) async fn run(options: MigrateStoreOptions, out: &mut impl Write) -> anyhow::Result<()> {
    let (from, to) = (named("--from", options.from)?, named("--to", options.to)?);
    let (from, to) = match (from, to) {
        (Database::Sqlite(from), Database::Postgres(to)) => (from, to),
        (Database::Postgres(_), _) => bail!("--from: only a SQLite file can be moved"),
        (_, Database::Sqlite(to)) => bail!(
            "--to: {} is no PostgreSQL database, such as postgres://user@host/database",
            to.display()
        ),
    };
    let mut source = SqliteExport::open(&from)
        .await
        .map_err(|error| explained(error, &from))?;
    let store = PostgresStore::open(&to, Duration::ZERO)
        .await
        .with_context(|| format!("{to} cannot be used"))?;
    let mut target = store.import().await.with_context(|| nothing_moved(&to))?;
    let style = ProgressStyle::with_template("{prefix:13} {wide_bar} {pos}/{len} {eta:>4}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let moved = transfer::transfer(&mut source, &mut target, &|table, rows, of| {
        bar.set_prefix(table.name);
        bar.set_length(of);
        bar.set_position(rows);
    })
    .await;
    bar.finish_and_clear();
    let moved = moved.map_err(|error| refused(error, &to))?;
    // The last moment to see that a server is still using the file.
    let unchanged = source.unchanged().await;
    unchanged.map_err(|error| explained(error, &from))?;
    target.commit().await.with_context(|| nothing_moved(&to))?;
    store.close().await;
    let rows: Vec<_> = moved
        .iter()
        .map(|moved| {
            let (rows, sha256) = (moved.digest.rows(), moved.digest.sha256());
            [moved.table.to_owned(), rows.to_string(), sha256]
        })
        .collect();
    table::write(out, ["MOVED", "ROWS", "SHA-256 ON BOTH SIDES"], &rows)?;
    writeln!(
        out,
        "\nEverything in {} is in {to} now, read back and compared. The file is as it was.\n\
         From now on start servers with --database or DESKBELL_DATABASE naming that database.",
        from.display()
    )?;
    Ok(())
}

fn named(option: &'static str, name: OsString) -> anyhow::Result<Database> {
    Database::try_from(name).context(option)
}

fn nothing_moved(to: &PostgresUrl) -> String {
    format!("nothing was moved to {to}")
}

fn explained(error: ExportError, from: &Path) -> anyhow::Error {
    let shown = from.display();
    match error {
        ExportError::Version => anyhow::anyhow!(
            "{shown} was made by another version of this program, and nothing was moved. An older file is brought up to date \
             by `deskbell site list --database {shown}`; keep a copy of it"
        ),
        ExportError::Changed => anyhow::anyhow!(
            "somebody wrote to {shown} meanwhile, and nothing was moved. Stop the server that uses it, and try again"
        ),
        error => anyhow::Error::new(error).context(format!("{shown} was not moved")),
    }
}

fn refused(error: TransferError, to: &PostgresUrl) -> anyhow::Error {
    match error {
        TransferError::NotEmpty { table, rows } => anyhow::anyhow!(
            "{to} is not empty, it has {rows} {table}: only an empty database can take a store. Nothing was moved"
        ),
        error => anyhow::Error::new(error).context(nothing_moved(to)),
    }
}
