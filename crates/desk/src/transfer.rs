//! Moving everything from one store to another, row by row, and proving that it arrived.
//!
//! Both stores keep the same tables; what differs is how they write numbers and truth. So a row is the texts of its
//! columns, and two tables are the same if their rows, in the order of their keys, have the same digest.

mod digest;

use async_trait::async_trait;
use thiserror::Error;

pub use digest::TableDigest;

use crate::StoreError;

/// What a column holds, besides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number, as decimal digits.
    Integer,
    /// `1` or `0`.
    Truth,
}

/// One table of a store.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns; the first [`Self::key`] of them tell its rows apart, and put them in order.
    pub columns: &'static [(&'static str, Kind)],
    /// How many columns the key has.
    pub key: usize,
}

/// The tables that are moved, each after those it refers to. A store that has any other refuses to be moved.
pub const TABLES: [Table; 10] = [
    Table {
        name: "sites",
        columns: &[("key", Kind::Text), ("body", Kind::Text)],
        key: 1,
    },
    Table {
        name: "agents",
        columns: &[
            ("id", Kind::Text),
            ("email", Kind::Text),
            ("name", Kind::Text),
            ("password_hash", Kind::Text),
            ("online", Kind::Truth),
            ("role", Kind::Text),
        ],
        key: 1,
    },
    Table {
        name: "sessions",
        columns: &[
            ("hash", Kind::Text),
            ("agent", Kind::Text),
            ("expires_at", Kind::Integer),
            ("idle_until", Kind::Integer),
        ],
        key: 1,
    },
    Table {
        name: "totp",
        columns: &[
            ("agent", Kind::Text),
            ("seed", Kind::Text),
            ("used_step", Kind::Integer),
        ],
        key: 1,
    },
    Table {
        name: "recovery_codes",
        columns: &[("agent", Kind::Text), ("hash", Kind::Text)],
        key: 2,
    },
    Table {
        name: "audit",
        columns: &[
            ("number", Kind::Integer),
            ("at", Kind::Integer),
            ("who", Kind::Text),
            ("act", Kind::Text),
            ("whom", Kind::Text),
            ("detail", Kind::Text),
            ("via", Kind::Text),
        ],
        key: 1,
    },
    Table {
        name: "conversations",
        columns: &[
            ("id", Kind::Text),
            ("site", Kind::Text),
            ("visitor", Kind::Text),
            ("state", Kind::Text),
            ("agent", Kind::Text),
            ("waiting_since", Kind::Integer),
            ("updated_at", Kind::Integer),
            ("last_seq", Kind::Integer),
            ("fold", Kind::Integer),
            ("snapshot", Kind::Text),
        ],
        key: 1,
    },
    Table {
        name: "events",
        columns: &[
            ("conversation", Kind::Text),
            ("seq", Kind::Integer),
            ("write_id", Kind::Text),
            ("at", Kind::Integer),
            ("body", Kind::Text),
        ],
        key: 2,
    },
    Table {
        name: "webhooks",
        columns: &[
            ("id", Kind::Text),
            ("site", Kind::Text),
            ("url", Kind::Text),
            ("secret", Kind::Text),
            ("old_secret", Kind::Text),
            ("old_secret_until", Kind::Integer),
            ("allow_private", Kind::Truth),
            ("unanswered_after", Kind::Integer),
            ("added_at", Kind::Integer),
            ("disabled_at", Kind::Integer),
        ],
        key: 1,
    },
    Table {
        name: "deliveries",
        columns: &[
            ("id", Kind::Text),
            ("webhook", Kind::Text),
            ("conversation", Kind::Text),
            ("event", Kind::Text),
            ("body", Kind::Text),
            ("at", Kind::Integer),
            ("state", Kind::Text),
            ("due_at", Kind::Integer),
            ("attempts", Kind::Integer),
            ("attempted_at", Kind::Integer),
            ("outcome", Kind::Text),
        ],
        key: 1,
    },
];

/// The texts of a row's columns, in the order of [`Table::columns`].
pub type Row = Vec<Option<String>>;

/// Rows read or written at once.
pub const PAGE: u32 = 500;

/// A store that stands still while it is read.
#[async_trait]
pub trait Source: Send {
    /// How many rows a table has.
    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError>;

    /// Up to [`PAGE`] rows after the one with the key of `after`, in the order of the key; texts in that of their bytes.
    async fn page(
        &mut self,
        table: &'static Table,
        after: Option<&Row>,
    ) -> Result<Vec<Row>, StoreError>;
}

/// A store in one transaction, which nobody sees until it is committed by its owner.
#[async_trait]
pub trait Target: Source {
    /// Adds rows, at most [`PAGE`].
    async fn insert(&mut self, table: &'static Table, rows: &[Row]) -> Result<(), StoreError>;
}

/// Why a store was not moved.
#[derive(Debug, Error)]
pub enum TransferError {
    /// There is something in the target already.
    #[error("the target is not empty: it has {rows} {table}")]
    NotEmpty {
        /// What.
        table: &'static str,
        /// How many.
        rows: u64,
    },
    /// What arrived is not what was sent.
    #[error("{table}: what arrived differs from what was sent")]
    Differs {
        /// What.
        table: &'static str,
    },
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One table that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub table: &'static str,
    /// How many rows, and which, on both sides.
    pub digest: TableDigest,
}

/// Copies all rows, reads them back, and compares number and digest of both sides. Tells `progress` how many rows of a
/// table have been copied and how many there are.
///
/// # Errors
/// If the target is not empty, a store fails, or the sides differ.
pub async fn transfer(
    from: &mut dyn Source,
    to: &mut dyn Target,
    progress: &(dyn Fn(&'static Table, u64, u64) + Send + Sync),
) -> Result<Vec<Moved>, TransferError> {
    for table in &TABLES {
        let rows = to.count(table).await?;
        if rows > 0 {
            let table = table.name;
            return Err(TransferError::NotEmpty { table, rows });
        }
    }
    let mut all = Vec::new();
    for table in &TABLES {
        let total = from.count(table).await?;
        let mut sent = TableDigest::of(table);
        let mut last = None;
        loop {
            let rows = from.page(table, last.as_ref()).await?;
            if rows.is_empty() {
                break;
            }
            to.insert(table, &rows).await?;
            rows.iter().for_each(|row| sent.add(row));
            progress(table, sent.rows(), total);
            last = rows.into_iter().next_back();
        }
        let mut arrived = TableDigest::of(table);
        let mut last = None;
        loop {
            let rows = to.page(table, last.as_ref()).await?;
            if rows.is_empty() {
                break;
            }
            rows.iter().for_each(|row| arrived.add(row));
            last = rows.into_iter().next_back();
        }
        if arrived != sent || sent.rows() != total {
            return Err(TransferError::Differs { table: table.name });
        }
        all.push(Moved {
            table: table.name,
            digest: sent,
        });
    }
    Ok(all)
}
