//! Requests, counted and timed.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;

use super::{Metrics, SharedMetrics};
use crate::http::error::Told;
use crate::http::{ApiError, Shared};

/// Measures every request. Inside the layer that turns refusals into problems, so that it sees their codes.
pub(crate) async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let counted = Counted::new(&app.metrics, &request);
    let response = next.run(request).await;
    let extensions = response.extensions();
    let told = || extensions.get::<Told>().map(|Told(error)| error);
    if let Some(error) = extensions.get::<Arc<ApiError>>().or_else(told) {
        app.metrics.problem(&error.code);
    }
    counted.answered(&response);
    response
}

/// A request under way. One that is dropped before it is answered was given up by its client.
struct Counted {
    metrics: SharedMetrics,
    in_flight: Gauge,
    route: String,
    method: &'static str,
    began: Instant,
    class: &'static str,
}

impl Counted {
    fn new(metrics: &Arc<Metrics>, request: &Request) -> Self {
        let in_flight = metrics.in_flight.clone();
        in_flight.inc();
        Self {
            metrics: Arc::clone(metrics),
            in_flight,
            route: route(request).to_owned(),
            method: known(request.method()),
            began: Instant::now(),
            class: "aborted",
        }
    }

    fn answered(mut self, response: &Response) {
        self.class = match response.status().as_u16() {
            0..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        let labels = [
            ("route", self.route.clone()),
            ("method", self.method.to_owned()),
        ];
        self.metrics
            .request_seconds
            .get_or_create(&labels)
            .observe(self.began.elapsed().as_secs_f64());
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.in_flight.dec();
        let labels = [
            ("route", std::mem::take(&mut self.route)),
            ("method", self.method.to_owned()),
            ("status", self.class.to_owned()),
        ];
        self.metrics.requests.get_or_create(&labels).inc();
    }
}

/// The template of a request's address, never the path: that has ids in it, and where nothing matched, anything.
pub(crate) fn route(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("none", MatchedPath::as_str)
}

/// The name of a method. A client may make up methods: those have none.
pub(crate) fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
