//! Number and SHA-256 of rows.

use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Row, Table};

/// Which rows a table has, in their order.
#[derive(Clone)]
pub struct TableDigest {
    rows: u64,
    hash: Sha256,
}

impl TableDigest {
    /// Of a table without rows.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        let mut digest = Self {
            rows: 0,
            hash: Sha256::new(),
        };
        digest.text(table.name);
        for (column, _) in table.columns {
            digest.text(column);
        }
        digest
    }

    /// The next row.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        for value in row {
            match value {
                // Told apart from every text, whose length comes first and is never so much.
                None => self.hash.update(u64::MAX.to_be_bytes()),
                Some(text) => self.text(text),
            }
        }
    }

    /// With its length, so that no two rows run together alike.
    fn text(&mut self, text: &str) {
        self.hash.update((text.len() as u64).to_be_bytes());
        self.hash.update(text);
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// SHA-256 in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        HEXLOWER.encode(&self.hash.clone().finalize())
    }
}

impl PartialEq for TableDigest {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows && self.sha256() == other.sha256()
    }
}

impl Eq for TableDigest {}

impl fmt::Debug for TableDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows, {}", self.rows, self.sha256())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::TABLES;

    fn digest(rows: &[&[Option<&str>]]) -> TableDigest {
        let mut digest = TableDigest::of(&TABLES[0]);
        for row in rows {
            digest.add(&row.iter().map(|text| text.map(str::to_owned)).collect());
        }
        digest
    }

    #[test]
    fn rows_that_differ_anyhow_have_another_digest() {
        let one = digest(&[&[Some("a"), Some("bc")]]);
        assert_eq!(one, digest(&[&[Some("a"), Some("bc")]]));
        for other in [
            digest(&[]),
            digest(&[&[Some("ab"), Some("c")]]),
            digest(&[&[Some("a"), None]]),
            digest(&[&[Some("a"), Some("")]]),
            digest(&[&[Some("a")], &[Some("bc")]]),
            digest(&[&[Some("a"), Some("bc")], &[None, None]]),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(TableDigest::of(&TABLES[0]), TableDigest::of(&TABLES[1]));
    }
}
