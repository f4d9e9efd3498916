//! The page that Prometheus reads, on a listener of its own: it is never public by accident.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use deskbell_desk::{Desk, StoreError};
use prometheus_client::encoding::text;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;

use super::{SharedMetrics, process};
use crate::Clock;
use crate::http::error::causes;
use crate::presence::Presence;

/// What the page is in: the text form that Prometheus asks for first.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the store may take to tell about the queue; then the page comes without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everything that is measured, as of when it is asked for. Cheap to clone.
#[derive(Clone)]
pub struct MetricsPage {
    pub(crate) metrics: SharedMetrics,
    pub(crate) desk: Desk,
    pub(crate) presence: Arc<Presence>,
    pub(crate) clock: Clock,
}

impl fmt::Debug for MetricsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsPage").finish_non_exhaustive()
    }
}

/// How many wait, and since when the first has, in seconds.
type Queue = (i64, f64);

impl MetricsPage {
    /// The queue as the store has it; nothing if the store does not tell.
    async fn queue(&self) -> Option<Queue> {
        let outcome = tokio::time::timeout(PATIENCE, self.read_queue()).await;
        match outcome {
            Ok(Ok(queue)) => Some(queue),
            Ok(Err(error)) => {
                let cause = causes(&error);
                tracing::error!(cause, "the queue cannot be measured");
                None
            }
            Err(_) => {
                tracing::error!("the queue cannot be measured: the store takes too long");
                None
            }
        }
    }

    async fn read_queue(&self) -> Result<Queue, StoreError> {
        let (first, total) = self.desk.log().waiting(1).await?;
        let since = first.first().and_then(|first| first.waiting_since);
        let waited = since.map_or(0, |since| (self.clock.now() - since).max(0));
        let waited = Duration::from_millis(waited.unsigned_abs());
        Ok((i64::from(total), waited.as_secs_f64()))
    }

    /// The page.
    ///
    /// # Errors
    /// None that is known: writing to a text does not fail.
    async fn text(&self) -> Result<String, fmt::Error> {
        let queue = self.queue().await;
        let mut now = Registry::default();
        process::register(&mut now);
        let desk = now.sub_registry_with_prefix("deskbell");
        let gauge = |value: i64| {
            let gauge: Gauge = Gauge::default();
            gauge.set(value);
            gauge
        };
        desk.register(
            "store_up",
            "1 if the store answered when this page was asked for",
            gauge(i64::from(queue.is_some())),
        );
        desk.register(
            "agents_online",
            "People who are there for customers",
            gauge(self.presence.online().into()),
        );
        if let Some((waiting, longest)) = queue {
            desk.register(
                "queue_length",
                "Conversations that wait for a person",
                gauge(waiting),
            );
            let age: Gauge<f64, std::sync::atomic::AtomicU64> = Gauge::default();
            age.set(longest);
            desk.register_with_unit(
                "queue_longest_wait",
                "How long the first in the queue has waited",
                Unit::Seconds,
                age,
            );
        }
        let mut page = String::new();
        text::encode_registry(&mut page, &self.metrics.registry)?;
        text::encode_registry(&mut page, &now)?;
        text::encode_eof(&mut page)?;
        Ok(page)
    }
}

/// Serves `page` at `/metrics`, and nothing else, until it is dropped.
///
/// # Errors
/// If the listener fails.
pub async fn serve(listener: TcpListener, page: MetricsPage) -> io::Result<()> {
    let routes = Router::new()
        .route("/metrics", get(handle))
        .with_state(page);
    axum::serve(listener, routes).await
}

async fn handle(State(page): State<MetricsPage>) -> Response {
    match page.text().await {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, OPEN_METRICS),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the measurements cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
