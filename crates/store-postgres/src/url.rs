//! The address of a database, which may hold a password.

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

/// The address of a database: `postgres://` or `postgresql://`, with user, password, host, port, database and
/// parameters such as `sslmode`, percent-encoded. What is left out comes from the environment and `.pgpass`, as with
/// PostgreSQL's own programs. Shown without password and parameters.
#[derive(Clone)]
pub struct PostgresUrl(Box<PgConnectOptions>);

/// A text is no such address. Does not quote it, because of the password.
#[derive(Debug, Error)]
#[error("this is no address of a PostgreSQL database, such as postgres://user@host/database: {0}")]
pub struct PostgresUrlError(String);

impl PostgresUrl {
    /// Whether a text is meant as such an address.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        (*self.0).clone()
    }
}

impl FromStr for PostgresUrl {
    type Err = PostgresUrlError;

    fn from_str(text: &str) -> Result<Self, PostgresUrlError> {
        if !Self::is_meant_by(text) {
            return Err(PostgresUrlError("it begins otherwise".to_owned()));
        }
        let options = PgConnectOptions::from_str(text);
        let options = options.map_err(|error| PostgresUrlError(error.to_string()))?;
        // Notices, such as that a table is there already, are of no use to anybody here.
        let quiet = [("client_min_messages", "warning")];
        let options = options.application_name("deskbell").options(quiet);
        Ok(Self(Box::new(options)))
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}@", self.0.get_username())?;
        match self.0.get_socket() {
            Some(socket) => write!(f, "{}", socket.display())?,
            None => write!(f, "{}:{}", self.0.get_host(), self.0.get_port())?,
        }
        let database = self.0.get_database();
        write!(f, "/{}", database.unwrap_or(self.0.get_username()))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_without_what_must_stay_secret() {
        let text =
            "postgresql://desk:my%20secret@db.example:5433/shop?sslmode=require&password=my+secret";
        let url: PostgresUrl = text.parse().unwrap();
        for shown in [url.to_string(), format!("{url:?}")] {
            assert_eq!(shown, "postgres://desk@db.example:5433/shop");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_address() {
        for text in [
            "postgres://desk:my secret@db:port/shop",
            "postgres://desk:my/secret@db/shop",
            "postgres://desk:secret@db/shop?sslmode=maybe",
            "mysql://desk:secret@db/shop",
            "secret.db",
        ] {
            let error = text.parse::<PostgresUrl>().unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
