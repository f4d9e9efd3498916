//! What was done with accounts and settings.

use async_trait::async_trait;
use deskbell_desk::{Audit, AuditEntry, StoreError};
use deskbell_protocol::Timestamp;

use crate::PostgresStore;
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
impl Audit for PostgresStore {
    async fn record(&self, entry: &AuditEntry) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await.context("writing the audit log")?;
        // Numbers are taken and shown in one order; reading goes on meanwhile.
        sqlx::query("LOCK TABLE audit IN EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await
            .context("writing the audit log")?;
        let number = sqlx::query_scalar::<_, i64>(
            "INSERT INTO audit (number, at, who, act, whom, detail, via)
             SELECT coalesce(max(number), 0) + 1, $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text FROM audit
             RETURNING number",
        )
        .bind(entry.at)
        .bind(entry.who.as_deref())
        .bind(entry.act.as_str())
        .bind(&entry.whom)
        .bind(entry.detail.as_deref())
        .bind(&entry.via)
        .fetch_one(&mut *transaction)
        .await
        .context("writing the audit log")?;
        transaction
            .commit()
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
             WHERE at >= $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(since)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .context("reading the audit log")?
        .into_iter()
        .map(AuditRow::entry)
        .collect()
    }
}
