//! A server in this process, and the people who use it.

mod measured;
mod people;
pub(crate) mod postgres;
mod program;
mod raw;
mod receiver;
mod stream;

pub(crate) use measured::Measured;
pub(crate) use people::{Console, Visitor};
pub(crate) use program::Program;
pub(crate) use raw::Raw;
pub(crate) use receiver::Receiver;
pub(crate) use stream::Stream;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use deskbell_desk::{Agent, Directory as _, Role, Site, contract};
use deskbell_protocol::{IntentId, Reading, Sentiment, SentimentScores};
use deskbell_server::settings::{LimitSettings, Overrides, ServerSettings, Settings};
use deskbell_server::{App, Clock, MessageReader, MetricsPage, ModelFiles, ReadError, serve};
use deskbell_store_sqlite::SqliteStore;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Where the test site's pages are.
pub(crate) const SHOP: &str = "https://shop.example";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Reads a few words, so that tests do not depend on a model.
struct Keywords;

impl MessageReader for Keywords {
    fn read(&self, text: &str) -> Result<Reading, ReadError> {
        let intent = match text {
            _ if text.contains("person") => "talk_to_human",
            _ if text.contains("parcel") => "track_order",
            _ if text.contains("broken model") => return Err("the model is broken".into()),
            _ => "out_of_scope",
        };
        let negative = if text.contains("angry") { 0.99 } else { 0.01 };
        Ok(Reading {
            intent: IntentId::new(intent)?,
            confidence: 0.95,
            sentiment: if negative > 0.5 {
                Sentiment::Negative
            } else {
                Sentiment::Neutral
            },
            sentiment_scores: SentimentScores {
                negative,
                neutral: 0.99 - negative,
                positive: 0.01,
            },
        })
    }
}

/// A running server with the site `demo`; stops when dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) store: SqliteStore,
    metrics: MetricsPage,
    clock: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<std::io::Result<()>>>,
    folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut ServerSettings)) -> Self {
        Self::start_as(change, |app| app).await
    }

    /// One with the limits of the manual, changed, that takes the word of a proxy on this machine for addresses. Every
    /// other one has no limits.
    pub(crate) async fn start_limited(change: impl FnOnce(&mut LimitSettings)) -> Self {
        let manual = Settings::load(None, [], Overrides::default()).unwrap();
        let mut limits = manual.limits;
        change(&mut limits);
        let trusting = |settings: &mut ServerSettings| {
            settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        };
        Self::start_as(trusting, |app| app.with_limits(&limits)).await
    }

    /// One that gives devices a model of a merchant's.
    pub(crate) async fn start_with_model(files: &ModelFiles) -> Self {
        Self::start_as(|_| {}, |app| app.with_model(files)).await
    }

    async fn start_as(
        change: impl FnOnce(&mut ServerSettings),
        with: impl FnOnce(App) -> App,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("desk.db"))
            .await
            .unwrap();
        store.add_site(&contract::site("demo")).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(AtomicI64::new(1_700_000_000_000));
        let time = Arc::clone(&clock);
        let mut settings = Settings::load(None, [], Overrides::default())
            .unwrap()
            .server;
        change(&mut settings);
        let app = App::new(
            Arc::new(store.clone()),
            Some(Arc::new(Keywords)),
            // Every look at the clock is a millisecond later, so that the order of things is their order in time.
            Clock::from_fn(move || {
                let now = time.fetch_add(1, Ordering::Relaxed);
                assert!(now >= 0, "the clock of a test is broken");
                now
            }),
            settings,
        );
        let app = with(app);
        let metrics = app.metrics_page();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            store,
            metrics,
            clock,
            stop: Some(stop),
            running: Some(running),
            folder,
        }
    }

    /// Its database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    /// Lets time pass.
    pub(crate) fn pass_hours(&self, hours: i64) {
        self.clock.fetch_add(hours * 3_600_000, Ordering::Relaxed);
    }

    /// Lets time pass.
    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// From now on whatever looks at the clock panics.
    pub(crate) fn break_clock(&self) {
        self.clock.store(i64::MIN, Ordering::Relaxed);
    }

    /// What it measures, as Prometheus reads it.
    pub(crate) async fn measured(&self) -> Measured {
        Measured::read(self.metrics.clone()).await
    }

    /// Tells the server to stop, and does not wait.
    pub(crate) fn tell_to_stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    /// Stops the server as its operator does, and waits until it has.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        self.running.take().unwrap().await.unwrap().unwrap();
    }

    pub(crate) async fn add_site(&self, site: &Site) {
        self.store.add_site(site).await.unwrap();
    }

    pub(crate) async fn add_agent(&self, name: &str) {
        let agent = Agent {
            name: contract::agent_name(name),
            email: format!("{name}@shop.example"),
            password_hash: deskbell_server::hash_password(PASSWORD).unwrap(),
            online: false,
            role: Role::Agent,
        };
        self.store.add_agent(&agent).await.unwrap();
    }

    /// A request without any credentials, following no redirects.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}{path}", self.address))
    }

    /// A visitor who has opened a conversation.
    pub(crate) async fn visitor(&self, name: &str) -> Visitor {
        Visitor::open(&self.address, name).await
    }

    /// An agent who has signed in.
    pub(crate) async fn console(&self, name: &str) -> Console {
        self.add_agent(name).await;
        Console::sign_in(&self.address, name).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A write id that says what it stands for.
pub(crate) fn write_id(name: &str) -> String {
    format!("write-of-a-test-{name}")
}

/// Sends, and takes the answer apart.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, body)
}

/// Sends, and expects success.
pub(crate) async fn accepted(request: RequestBuilder) -> Value {
    let (status, body) = answer(request).await;
    assert!(status.is_success(), "{status}: {body}");
    body
}

/// Sends, and expects a problem: its status and code. Every problem has a sentence and a request id.
pub(crate) async fn refused(request: RequestBuilder) -> (u16, String) {
    let (status, body) = answer(request).await;
    assert!(
        body["message"]
            .as_str()
            .is_some_and(|text| text.ends_with('.') || text.len() > 10),
        "{body}"
    );
    assert!(
        body["request_id"].as_str().is_some_and(|id| !id.is_empty()),
        "{body}"
    );
    (
        status.as_u16(),
        body["code"].as_str().unwrap_or_default().to_owned(),
    )
}
