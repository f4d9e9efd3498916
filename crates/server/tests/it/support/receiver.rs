//! A shop's own program that is told what happens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// One message.
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Whether a receiver with this secret believes it, as the specification's own library decides.
    pub(crate) fn believed(&self, secret: &str) -> bool {
        let webhook = Webhook::new(secret).unwrap();
        webhook.verify(self.body.as_bytes(), &self.headers).is_ok()
    }
}

/// Receives on a real port until it is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    calls: mpsc::UnboundedReceiver<Call>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    running: JoinHandle<()>,
}

impl Receiver {
    /// One that answers so, call after call, and then 204.
    pub(crate) async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect::<VecDeque<_>>()));
        let (told, calls) = mpsc::unbounded_channel();
        let (script, elsewhere) = (Arc::clone(&answers), format!("{url}/elsewhere"));
        let handle = move |headers: HeaderMap, body: String| {
            let status = script.lock().unwrap().pop_front().unwrap_or(204);
            told.send(Call { headers, body }).unwrap();
            let location = [(header::LOCATION, elsewhere.clone())];
            async move { (StatusCode::from_u16(status).unwrap(), location) }
        };
        let router = Router::new().fallback(handle);
        let running = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            calls,
            answers,
            running,
        }
    }

    /// Waits for the next message.
    pub(crate) async fn next(&mut self) -> Call {
        self.calls.recv().await.unwrap()
    }

    /// The messages that came and nobody looked at.
    pub(crate) fn rest(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.try_recv().ok()).collect()
    }

    /// What it answers next.
    pub(crate) fn answer(&self, status: u16) {
        self.answers.lock().unwrap().push_back(status);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.running.abort();
    }
}
