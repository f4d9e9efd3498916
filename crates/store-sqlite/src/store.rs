//! The file as a whole.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_desk::{Peers, Site, Store, StoreError};

use crate::error::Context as _;
use crate::{BEGIN, SqliteStore};

#[async_trait]
impl Store for SqliteStore {
    async fn replace_site(&self, site: &Site) -> Result<(), StoreError> {
        let body = serde_json::to_string(site).context("writing a site")?;
        sqlx::query(
            "INSERT INTO sites (key, body) VALUES (?, ?)
             ON CONFLICT (key) DO UPDATE SET body = excluded.body",
        )
        .bind(site.key.as_str())
        .bind(body)
        .execute(&self.writer)
        .await
        .map(drop)
        .context("replacing a site")
    }

    async fn check(&self) -> Result<(), StoreError> {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM sites")
            .fetch_one(&self.readers)
            .await
            .context("checking that the store reads")?;
        let transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("checking that the store can write")?;
        transaction
            .rollback()
            .await
            .context("checking that the store can write")
    }

    async fn close(&self) {
        Self::close(self).await;
    }

    /// None: one server has the file, and a wake-up in its memory is enough for what it writes itself.
    fn peers(&self) -> Option<Arc<dyn Peers>> {
        None
    }

    /// Asked of the one connection that writes here: it counts what others committed, not what it did itself.
    async fn changed_elsewhere(&self) -> Result<Option<i64>, StoreError> {
        sqlx::query_scalar("SELECT data_version FROM pragma_data_version")
            .fetch_one(&self.writer)
            .await
            .map(Some)
            .context("looking whether others wrote")
    }
}
