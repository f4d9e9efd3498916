//! Servers over one PostgreSQL.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deskbell_desk::{Agent, Directory as _, Role, contract};
use deskbell_postgres_process::Postgres;
use deskbell_server::settings::{LimitSettings, Overrides, Settings};
use deskbell_server::{App, Clock, serve};
use deskbell_store_postgres::PostgresStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::PASSWORD;

/// A PostgreSQL that all tests share; ends with this program.
pub(crate) fn postgres() -> &'static Postgres {
    static POSTGRES: OnceLock<Postgres> = OnceLock::new();
    POSTGRES.get_or_init(|| Postgres::start().unwrap_or_else(|error| panic!("{error}")))
}

/// A store at `url` with the site `demo` and the agents `sam` and `kim`.
pub(crate) async fn prepared(url: &str) -> PostgresStore {
    let store = open(url).await;
    store.add_site(&contract::site("demo")).await.unwrap();
    let password_hash = deskbell_server::hash_password(PASSWORD).unwrap();
    for name in ["sam", "kim"] {
        let agent = Agent {
            name: contract::agent_name(name),
            email: format!("{name}@shop.example"),
            password_hash: password_hash.clone(),
            online: false,
            role: Role::Agent,
        };
        store.add_agent(&agent).await.unwrap();
    }
    store
}

pub(crate) async fn open(url: &str) -> PostgresStore {
    let url = url.parse().unwrap();
    PostgresStore::open(&url, Duration::ZERO).await.unwrap()
}

/// A running server; stops when dropped.
pub(crate) struct OneOfMany {
    pub(crate) address: String,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<std::io::Result<()>>,
}

impl OneOfMany {
    /// One more server over the database at `url`.
    pub(crate) async fn start(url: &str) -> Self {
        Self::start_limited(url, &LimitSettings::none()).await
    }

    /// One that has these limits.
    pub(crate) async fn start_limited(url: &str, limits: &LimitSettings) -> Self {
        let store = open(url).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings::load(None, [], Overrides::default()).unwrap();
        let app = App::new(Arc::new(store), None, Clock::system(), settings.server);
        let app = app.with_limits(limits);
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            stop: Some(stop),
            running,
        }
    }

    /// Stops it as its operator does, and waits until it has.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        (&mut self.running).await.unwrap().unwrap();
    }
}

impl Drop for OneOfMany {
    fn drop(&mut self) {
        self.running.abort();
    }
}
