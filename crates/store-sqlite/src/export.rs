//! Everything in a file, for moving it to another store.

use std::collections::BTreeSet;
use std::path::Path;

use async_trait::async_trait;
use deskbell_desk::StoreError;
use deskbell_desk::transfer::{Kind, PAGE, Row, Source, TABLES, Table};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use thiserror::Error;

use crate::BUSY_TIMEOUT;
use crate::error::Context as _;

/// Why a file cannot be moved.
#[derive(Debug, Error)]
pub enum ExportError {
    /// It cannot be opened: not there, no permission, not a database.
    #[error("the database cannot be read")]
    Open(#[source] sqlx::Error),
    /// It was made by another version: [`SqliteStore::open`](crate::SqliteStore::open) brings an older one up to date.
    #[error("the database was made by another version of this program")]
    Version,
    /// It has something that would be left behind.
    #[error("the database has a table that cannot be moved: {0}")]
    UnknownTable(String),
    /// Somebody wrote while it was read.
    #[error("somebody wrote to the database while it was read")]
    Changed,
}

/// A file as it is at one moment, opened for reading only.
#[derive(Debug)]
pub struct SqliteExport {
    connection: SqliteConnection,
    version: i64,
}

impl SqliteExport {
    /// Opens the file at `path`, which others may have open. It is not changed, and not brought up to date.
    ///
    /// # Errors
    /// If it cannot be read or is not of this version.
    pub async fn open(path: &Path) -> Result<Self, ExportError> {
        let mut connection = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .busy_timeout(BUSY_TIMEOUT)
            .connect()
            .await
            .map_err(ExportError::Open)?;
        let version = data_version(&mut connection).await?;
        sqlx::query("BEGIN")
            .execute(&mut connection)
            .await
            .map_err(ExportError::Open)?;
        let tables = sqlx::query_scalar::<_, String>(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(ExportError::Open)?;
        if !tables.iter().any(|table| table == "_sqlx_migrations") {
            return Err(ExportError::Version);
        }
        let applied = sqlx::query_scalar::<_, i64>("SELECT version FROM _sqlx_migrations")
            .fetch_all(&mut connection)
            .await
            .map_err(ExportError::Open)?;
        let known = sqlx::migrate!();
        let known: BTreeSet<_> = known.iter().map(|migration| migration.version).collect();
        if applied.into_iter().collect::<BTreeSet<_>>() != known {
            return Err(ExportError::Version);
        }
        let moved = |name: &String| {
            name == "_sqlx_migrations" || TABLES.iter().any(|table| table.name == *name)
        };
        if let Some(unknown) = tables.into_iter().find(|name| !moved(name)) {
            return Err(ExportError::UnknownTable(unknown));
        }
        Ok(Self {
            connection,
            version,
        })
    }

    /// Closes the file, and makes sure that nobody wrote to it since it was opened.
    ///
    /// # Errors
    /// If somebody did.
    pub async fn unchanged(mut self) -> Result<(), ExportError> {
        sqlx::query("COMMIT")
            .execute(&mut self.connection)
            .await
            .map_err(ExportError::Open)?;
        let version = data_version(&mut self.connection).await?;
        // It only read: there is nothing that closing could fail to do.
        let _ = self.connection.close().await;
        if version == self.version {
            Ok(())
        } else {
            Err(ExportError::Changed)
        }
    }
}

/// Differs from what it was on this connection if another one wrote meanwhile.
async fn data_version(connection: &mut SqliteConnection) -> Result<i64, ExportError> {
    sqlx::query_scalar::<_, i64>("SELECT data_version FROM pragma_data_version")
        .fetch_one(connection)
        .await
        .map_err(ExportError::Open)
}

/// The columns, as texts.
fn columns(table: &Table) -> String {
    let texts = table
        .columns
        .iter()
        .map(|(name, _)| format!("CAST({name} AS TEXT)"));
    texts.collect::<Vec<_>>().join(", ")
}

fn row(row: &SqliteRow) -> Result<Row, StoreError> {
    let value = |column| row.try_get::<Option<String>, _>(column);
    let values: Result<Row, _> = (0..row.len()).map(value).collect();
    values.context("reading a row")
}

#[async_trait]
impl Source for SqliteExport {
    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let rows = sqlx::query_scalar::<_, i64>(AssertSqlSafe(count))
            .fetch_one(&mut self.connection)
            .await
            .context("counting rows")?;
        Ok(rows.unsigned_abs())
    }

    async fn page(
        &mut self,
        table: &'static Table,
        after: Option<&Row>,
    ) -> Result<Vec<Row>, StoreError> {
        let keys = &table.columns[..table.key];
        // With the table's name: without it the text of a number would be meant, which has another order.
        let names: Vec<_> = keys
            .iter()
            .map(|(name, _)| format!("{}.{name}", table.name))
            .collect();
        let key = names.join(", ");
        // A parameter is a text; without the cast it would be greater than every number.
        let limits: Vec<_> = keys.iter().map(|(_, kind)| cast(*kind)).collect();
        let begin = match after {
            Some(_) => format!("WHERE ({key}) > ({})", limits.join(", ")),
            None => String::new(),
        };
        let select = format!(
            "SELECT {} FROM {} {begin} ORDER BY {key} LIMIT {PAGE}",
            columns(table),
            table.name
        );
        let mut query = sqlx::query(AssertSqlSafe(select));
        for value in after.into_iter().flatten().take(table.key) {
            query = query.bind(value.clone());
        }
        let rows = query
            .fetch_all(&mut self.connection)
            .await
            .context("reading rows")?;
        rows.iter().map(row).collect()
    }
}

/// A parameter, which is a text, as what the column holds.
fn cast(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "?",
        Kind::Integer | Kind::Truth => "CAST(? AS INTEGER)",
    }
}
