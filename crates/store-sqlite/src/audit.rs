//! What was done with accounts and settings.

use async_trait::async_trait;
use deskbell_desk::{Audit, AuditEntry, StoreError};
use deskbell_protocol::Timestamp;

use crate::SqliteStore;
use crate::error::Context as _;

#[derive(sqlx::FromRow)]
struct AuditRow {
    number: i64,
    at: i64,
    who: Option<String>,
    act: String,
    whom: String,
    detail: Option<String>,
    via: String,
}

impl AuditRow {
    fn entry(self) -> Result<(u64, AuditEntry), StoreError> {
        let entry = AuditEntry {
            at: self.at,
            who: self.who,
            act: self.act.parse().context("reading the audit log")?,
            whom: self.whom,
            detail: self.detail,
            via: self.via,
        };
        Ok((self.number.unsigned_abs(), entry))
    }
}

#[async_trait]
impl Audit for SqliteStore {
    async fn record(&self, entry: &AuditEntry) -> Result<u64, StoreError> {
        let number = sqlx::query_scalar::<_, i64>(
            "INSERT INTO audit (number, at, who, act, whom, detail, via)
             SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM audit
             RETURNING number",
        )
        .bind(entry.at)
        .bind(entry.who.as_deref())
        .bind(entry.act.as_str())
        .bind(&entry.whom)
        .bind(entry.detail.as_deref())
        .bind(&entry.via)
        .fetch_one(&self.writer)
        .await
        .context("writing the audit log")?;
        Ok(number.unsigned_abs())
    }

    async fn audit(
        &self,
        since: Timestamp,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        sqlx::query_as::<_, AuditRow>(
            "SELECT number, at, who, act, whom, detail, via FROM audit
             WHERE at >= ? AND number > ? ORDER BY number LIMIT ?",
        )
        .bind(since)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .context("reading the audit log")?
        .into_iter()
        .map(AuditRow::entry)
        .collect()
    }
}
