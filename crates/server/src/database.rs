//! Where everything is kept, as the settings name it.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use deskbell_store_postgres::{PostgresUrl, PostgresUrlError};
use serde::Deserialize;

/// A PostgreSQL database if it begins with `postgres://` or `postgresql://`, else a SQLite file. Shown without password.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum Database {
    /// A file on this machine, for one server.
    Sqlite(PathBuf),
    /// A database that any number of servers share.
    Postgres(PostgresUrl),
}

impl TryFrom<String> for Database {
    type Error = PostgresUrlError;

    fn try_from(text: String) -> Result<Self, PostgresUrlError> {
        Self::try_from(OsString::from(text))
    }
}

impl TryFrom<OsString> for Database {
    type Error = PostgresUrlError;

    fn try_from(name: OsString) -> Result<Self, PostgresUrlError> {
        match name.to_str() {
            Some(url) if PostgresUrl::is_meant_by(url) => url.parse().map(Self::Postgres),
            _ => Ok(Self::Sqlite(name.into())),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}
