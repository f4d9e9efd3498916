//! One PostgreSQL for all tests of a program, a database for each.

use std::sync::OnceLock;
use std::time::Duration;

use deskbell_postgres_process::Postgres;
use deskbell_store_postgres::{PostgresStore, PostgresUrl};

/// Ends with this program: nobody drops what is static, and it notices by itself.
pub(crate) fn postgres() -> &'static Postgres {
    static POSTGRES: OnceLock<Postgres> = OnceLock::new();
    POSTGRES.get_or_init(|| Postgres::start().unwrap_or_else(|error| panic!("{error}")))
}

/// The address of a database of its own.
pub(crate) fn database() -> PostgresUrl {
    postgres().create_database().unwrap().parse().unwrap()
}

pub(crate) async fn open(url: &PostgresUrl) -> PostgresStore {
    PostgresStore::open(url, Duration::ZERO).await.unwrap()
}

/// A store of its own.
pub(crate) async fn store() -> PostgresStore {
    open(&database()).await
}
