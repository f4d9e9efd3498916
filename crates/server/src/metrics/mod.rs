//! What the server does, in numbers, for Prometheus.
//!
//! No label holds an id, an address or anything that somebody wrote: every one has a small, fixed set of values, so that
//! the number of time series is bounded whoever calls.

mod log;
mod page;
mod process;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{EventBody, ProblemCode, Timestamp};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use serde::Serialize;

pub(crate) use log::MeasuredLog;
pub use page::{MetricsPage, serve as serve_metrics};
pub(crate) use requests::{known, layer, route};

/// Upper bounds of the buckets of requests, in seconds: from an asset in memory to a password check on a busy machine.
const REQUEST_SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Upper bounds of the buckets of appends, in seconds: from a disk that syncs in no time to one that is in trouble.
const APPEND_SECONDS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5,
];

type Labels<const N: usize> = [(&'static str, String); N];
type Histograms<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// Everything that is counted while it happens. What can be looked up is looked up when the page is asked for.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    request_seconds: Histograms<2>,
    in_flight: Gauge,
    problems: Family<Labels<1>, Counter>,
    streams: Family<Labels<1>, Gauge>,
    events: Family<Labels<1>, Counter>,
    escalations: Family<Labels<1>, Counter>,
    append_seconds: Histogram,
    store_failures: Counter,
}

impl Metrics {
    /// Nothing counted yet, in a process that began at `began`.
    pub(crate) fn new(began: Timestamp) -> Self {
        let buckets: fn() -> Histogram = || Histogram::new(REQUEST_SECONDS);
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(buckets),
            in_flight: Gauge::default(),
            problems: Family::default(),
            streams: Family::default(),
            events: Family::default(),
            escalations: Family::default(),
            append_seconds: Histogram::new(APPEND_SECONDS),
            store_failures: Counter::default(),
        };
        metrics.register(began);
        // A failure that has not happened yet is none, so that the first one is a rise; a stream that nobody has open, too.
        for code in [ProblemCode::Internal, ProblemCode::Unavailable] {
            drop(
                metrics
                    .problems
                    .get_or_create_owned(&[("code", word(&code))]),
            );
        }
        for reader in [StreamOf::Customer, StreamOf::Agent, StreamOf::Inbox] {
            drop(metrics.streams.get_or_create_owned(&reader.label()));
        }
        metrics
    }

    fn register(&mut self, began: Timestamp) {
        let start: Gauge = Gauge::default();
        start.set(began / 1000);
        self.registry.register_with_unit(
            "process_start_time",
            "When the program began, in seconds since 1970",
            Unit::Seconds,
            start,
        );
        let registry = self.registry.sub_registry_with_prefix("deskbell");
        registry.register(
            "http_requests",
            "Requests answered, by route, method and class of status; class aborted: the client left before",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request",
            "Time from a request's head to its answer's head",
            Unit::Seconds,
            self.request_seconds.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests whose answer has not begun",
            self.in_flight.clone(),
        );
        registry.register(
            "problems",
            "Requests refused or failed, by the problem's code; internal and unavailable are ours",
            self.problems.clone(),
        );
        registry.register(
            "event_streams",
            "Event streams open: of customers, of agents in a conversation, and agents' inboxes",
            self.streams.clone(),
        );
        registry.register(
            "events",
            "Events stored, by type; opened: conversations opened, customer_message: messages",
            self.events.clone(),
        );
        registry.register(
            "escalations",
            "Times a person was called, by reason",
            self.escalations.clone(),
        );
        registry.register_with_unit(
            "store_append",
            "Time until an append was durable",
            Unit::Seconds,
            self.append_seconds.clone(),
        );
        registry.register(
            "store_failures",
            "Operations on the log that failed because of the store",
            self.store_failures.clone(),
        );
        let version: Family<Labels<1>, Gauge> = Family::default();
        version
            .get_or_create(&[("version", env!("CARGO_PKG_VERSION").to_owned())])
            .set(1);
        registry.register("build_info", "Always 1; which program this is", version);
    }

    /// Counts a refusal or failure. `code` is the code on the wire.
    pub(crate) fn problem(&self, code: &impl Serialize) {
        self.problems.get_or_create(&[("code", word(code))]).inc();
    }

    /// Counts a stream as open until the answer is dropped.
    pub(crate) fn stream(&self, of: StreamOf) -> OpenStream {
        let open = self.streams.get_or_create_owned(&of.label());
        open.inc();
        OpenStream(open)
    }

    /// Events are durable, after so long.
    fn stored<'a>(&self, events: impl IntoIterator<Item = &'a EventBody>, took: Duration) {
        self.append_seconds.observe(took.as_secs_f64());
        for body in events {
            let kind = kind(body).to_owned();
            self.events.get_or_create(&[("type", kind)]).inc();
            if let EventBody::Escalated { reason } = body {
                self.escalations
                    .get_or_create(&[("reason", word(reason))])
                    .inc();
            }
        }
    }
}

/// Whose event stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StreamOf {
    /// A customer's conversation.
    Customer,
    /// A conversation that an agent reads.
    Agent,
    /// An agent's inbox: an open console.
    Inbox,
}

impl StreamOf {
    fn label(self) -> Labels<1> {
        let reader = match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Inbox => "inbox",
        };
        [("reader", reader.to_owned())]
    }
}

/// An open stream; dropping it closes it.
#[derive(Debug)]
pub(crate) struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The word that a value without content is on the wire.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "other".to_owned(),
    }
}

/// The type of an event as on the wire, without writing the event.
const fn kind(body: &EventBody) -> &'static str {
    match body {
        EventBody::Opened { .. } => "opened",
        EventBody::CustomerMessage { .. } => "customer_message",
        EventBody::BotMessage { .. } => "bot_message",
        EventBody::Feedback { .. } => "feedback",
        EventBody::Escalated { .. } => "escalated",
        EventBody::ContactLeft { .. } => "contact_left",
        EventBody::Claimed { .. } => "claimed",
        EventBody::AgentMessage { .. } => "agent_message",
        EventBody::HandedBack { .. } => "handed_back",
        EventBody::Closed { .. } => "closed",
        EventBody::Rated { .. } => "rated",
        EventBody::Introduced { .. } => "introduced",
        EventBody::Unknown => "unknown",
    }
}

/// Shared by everything that counts.
pub(crate) type SharedMetrics = Arc<Metrics>;

#[cfg(test)]
mod tests {
    use deskbell_protocol::EscalationReason;

    use super::*;

    #[test]
    fn a_code_is_the_word_on_the_wire_and_nothing_longer() {
        assert_eq!(word(&ProblemCode::TooManyRequests), "too_many_requests");
        assert_eq!(word(&["what", "somebody", "wrote"]), "other");
    }

    #[test]
    fn the_type_of_an_event_is_the_one_on_the_wire() {
        let escalated = EventBody::Escalated {
            reason: EscalationReason::Bell,
        };
        for body in [escalated, EventBody::Unknown] {
            if let Ok(written) = serde_json::to_value(&body) {
                assert_eq!(written["type"], kind(&body));
            }
        }
    }

    #[test]
    fn a_stream_counts_as_long_as_it_is_open() {
        let metrics = Metrics::new(0);
        let now = || {
            metrics
                .streams
                .get_or_create(&StreamOf::Inbox.label())
                .get()
        };
        let open = metrics.stream(StreamOf::Inbox);
        assert_eq!(now(), 1);
        drop(open);
        assert_eq!(now(), 0);
    }
}
