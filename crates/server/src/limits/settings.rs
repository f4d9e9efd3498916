//! The settings of limits. What each is for says `config.default.toml`.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// What is taken from whom, how much at once, and how long they may take.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Whether `address` and `visitor` count.
    pub rates: bool,
    /// From one network address for one site.
    pub address: AddressLimits,
    /// From one visitor.
    pub visitor: VisitorLimits,
    /// At once.
    pub load: LoadSettings,
    /// How long.
    pub times: TimeLimits,
}

/// Most that is taken from one network address for one site. 0 is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressLimits {
    /// Conversations opened.
    pub conversations_per_minute: u32,
    /// Messages.
    pub messages_per_minute: u32,
    /// Each of: rings, conversations opened for a ring, contact forms.
    pub escalations_per_minute: u32,
    /// Whether an answer helped, scores, ways to be reached, introductions.
    pub remarks_per_minute: u32,
    /// Streams opened.
    pub streams_per_minute: u32,
    /// Looks at a site's public settings or its contact page.
    pub looks_per_minute: u32,
    /// Times that the chat's page is loaded.
    pub widget_loads_per_hour: u32,
    /// Tries to sign in as an agent, whatever the site.
    pub sign_ins_per_minute: u32,
}

/// Most that is taken from one visitor. 0 is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorLimits {
    /// Messages.
    pub messages_per_minute: u32,
    /// Rings.
    pub escalations_per_minute: u32,
    /// Whether an answer helped, scores, ways to be reached, introductions.
    pub remarks_per_minute: u32,
    /// Streams opened.
    pub streams_per_minute: u32,
}

/// Most at once. 0 is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadSettings {
    /// Customers' open streams.
    pub streams: usize,
    /// Of these, from one network address.
    pub streams_per_address: usize,
    /// Requests that are being answered.
    pub requests: usize,
    /// Of these, from one network address.
    pub requests_per_address: usize,
    /// Of these, kept for messages and escalations.
    pub reserved_for_messages: usize,
    /// Of these, kept for escalations.
    pub reserved_for_escalations: usize,
}

/// How long a client may take. In the settings these are seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// From connecting to the end of the first request's head.
    #[serde(rename = "first_request_seconds", deserialize_with = "seconds")]
    pub first_request: Duration,
    /// From an answer to the end of the next request's head.
    #[serde(rename = "idle_seconds", deserialize_with = "seconds")]
    pub idle: Duration,
    /// For a request's body.
    #[serde(rename = "body_seconds", deserialize_with = "seconds")]
    pub body: Duration,
    /// Not the client but the server: to begin an answer, or to go on with a stream when there is news.
    #[serde(rename = "answer_seconds", deserialize_with = "seconds")]
    pub answer: Duration,
    /// Without taking anything of what is sent to it.
    #[serde(rename = "write_seconds", deserialize_with = "seconds")]
    pub write: Duration,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    match u32::deserialize(deserializer)? {
        0 => Err(serde::de::Error::custom("at least one second is needed")),
        seconds => Ok(Duration::from_secs(seconds.into())),
    }
}

impl LimitSettings {
    /// No limits, and time for everything: for programs that are their only client.
    #[must_use]
    pub fn none() -> Self {
        let long = Duration::from_secs(3_600);
        Self {
            rates: false,
            address: AddressLimits {
                conversations_per_minute: 0,
                messages_per_minute: 0,
                escalations_per_minute: 0,
                remarks_per_minute: 0,
                streams_per_minute: 0,
                looks_per_minute: 0,
                widget_loads_per_hour: 0,
                sign_ins_per_minute: 0,
            },
            visitor: VisitorLimits {
                messages_per_minute: 0,
                escalations_per_minute: 0,
                remarks_per_minute: 0,
                streams_per_minute: 0,
            },
            load: LoadSettings {
                streams: 0,
                streams_per_address: 0,
                requests: 0,
                requests_per_address: 0,
                reserved_for_messages: 0,
                reserved_for_escalations: 0,
            },
            times: TimeLimits {
                first_request: long,
                idle: long,
                body: long,
                answer: long,
                write: long,
            },
        }
    }
}
