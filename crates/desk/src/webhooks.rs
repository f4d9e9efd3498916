//! What a shop's own programs are told about its conversations, and the queue in which that waits until they took it.
//!
//! As Standard Webhooks 1.0.0 says (<https://www.standardwebhooks.com>). Told is that something happened, never what
//! anybody wrote: ids, reasons, scores and times. A delivery is written in the transaction of the events that cause it,
//! so it is there if and only if they are; it may arrive more than once, always under one id, and in any order.

mod endpoint;
mod message;
mod queue;
mod schedule;

pub use endpoint::{
    NoUnansweredAfter, SECRET_BYTES, UnansweredAfter, Webhook, WebhookId, WebhookSecret,
};
pub use message::{NewDelivery, Subscriber, WebhookEvent, ends_waiting, messages, rfc3339};
pub use queue::{
    Attempt, Delivery, DeliveryId, DeliveryState, Due, Replay, UnknownState, WebhookError,
    WebhookQueue,
};
pub use schedule::{ATTEMPTS, Answer, Next, next};
