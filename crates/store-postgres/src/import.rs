//! Taking everything of another store, in one transaction.

use async_trait::async_trait;
use deskbell_desk::StoreError;
use deskbell_desk::transfer::{Kind, PAGE, Row, Source, TABLES, Table, Target};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use crate::PostgresStore;
use crate::error::Context as _;

/// A transaction over the whole database: others may read meanwhile, and see it as it was. Dropped, it never happened.
#[derive(Debug)]
pub struct PostgresImport {
    connection: PgConnection,
}

impl PostgresStore {
    /// Begins to take everything of another store.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn import(&self) -> Result<PostgresImport, StoreError> {
        // A connection of its own: there are no limits to how long this takes.
        let options = self.url.options();
        let mut connection = options.connect().await.context("moving to this store")?;
        let names: Vec<_> = TABLES.iter().map(|table| table.name).collect();
        let lock = format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", "));
        for statement in ["BEGIN".to_owned(), lock] {
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await
                .context("moving to this store")?;
        }
        Ok(PostgresImport { connection })
    }
}

impl PostgresImport {
    /// Makes it true for everybody. Returned after it is durable.
    ///
    /// # Errors
    /// If the store fails; then nothing was moved.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::query("COMMIT")
            .execute(&mut self.connection)
            .await
            .context("moving to this store")?;
        // So that the planner knows what there is now; the database does so by itself later.
        let _ = sqlx::query("ANALYZE").execute(&mut self.connection).await;
        let _ = self.connection.close().await;
        Ok(())
    }
}

/// A column as a text.
fn text((name, kind): &(&'static str, Kind)) -> String {
    match kind {
        Kind::Text => (*name).to_owned(),
        Kind::Integer => format!("{name}::text"),
        Kind::Truth => format!("{name}::int::text"),
    }
}

/// A text as what the column holds.
fn value(text: &str, kind: Kind) -> String {
    match kind {
        Kind::Text => text.to_owned(),
        Kind::Integer => format!("{text}::bigint"),
        Kind::Truth => format!("{text}::int::boolean"),
    }
}

fn row(row: &PgRow) -> Result<Row, StoreError> {
    let value = |column| row.try_get::<Option<String>, _>(column);
    let values: Result<Row, _> = (0..row.len()).map(value).collect();
    values.context("reading a row")
}

#[async_trait]
impl Source for PostgresImport {
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
        let limits: Vec<_> = keys
            .iter()
            .zip(1..)
            .map(|((_, kind), n): (_, usize)| value(&format!("${n}::text"), *kind))
            .collect();
        let begin = match after {
            Some(_) => format!("WHERE ({key}) > ({})", limits.join(", ")),
            None => String::new(),
        };
        let columns: Vec<_> = table.columns.iter().map(text).collect();
        let select = format!(
            "SELECT {} FROM {} {begin} ORDER BY {key} LIMIT {PAGE}",
            columns.join(", "),
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

#[async_trait]
impl Target for PostgresImport {
    async fn insert(&mut self, table: &'static Table, rows: &[Row]) -> Result<(), StoreError> {
        let columns = table.columns;
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<_> = columns
            .iter()
            .map(|(name, kind)| value(&format!("given.{name}"), *kind))
            .collect();
        let parameters: Vec<_> = (1..=columns.len())
            .map(|n| format!("${n}::text[]"))
            .collect();
        let insert = format!(
            "INSERT INTO {} ({names}) SELECT {} FROM unnest({}) AS given ({names})",
            table.name,
            values.join(", "),
            parameters.join(", "),
            names = names.join(", "),
        );
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for column in 0..columns.len() {
            let of_all = rows.iter().map(|row| row.get(column).cloned().flatten());
            query = query.bind(of_all.collect::<Vec<Option<String>>>());
        }
        query
            .execute(&mut self.connection)
            .await
            .map(drop)
            .context("writing rows")
    }
}
