//! The queue, as the server needs it. Every implementation passes the suite in [`crate::contract`].

use async_trait::async_trait;
use deskbell_protocol::Timestamp;
use thiserror::Error;

use super::{Next, Webhook, WebhookId, WebhookSecret};
use crate::StoreError;

/// Names a delivery, at its receiver too (`webhook-id`); the same for every attempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryId(pub String);

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is due, now or later.
    Pending,
    /// Its receiver took it.
    Delivered,
    /// It was tried often enough, or its webhook was disabled.
    GivenUp,
}

/// A text is the name of no state.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("there is no such state of a delivery")]
pub struct UnknownState;

impl DeliveryState {
    /// As stores write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }

    /// The state with this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, UnknownState> {
        let states = [Self::Pending, Self::Delivered, Self::GivenUp];
        states
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(UnknownState)
    }
}

/// A delivery as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    /// The type, such as `escalation.requested`.
    pub event: String,
    /// When it happened, or will have.
    pub at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it is tried next; while it is being tried, when somebody else may.
    pub due_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u32,
    /// What came of the last attempt, in a few words.
    pub outcome: Option<String>,
}

/// A delivery to be tried now, by whoever has taken it and nobody else until `leased_until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: Webhook,
    /// The JSON to sign and send.
    pub body: String,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// Until when nobody else tries it.
    pub leased_until: Timestamp,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What follows.
    pub next: Next,
    /// What happened, in a few words without anything secret.
    pub outcome: String,
    /// When.
    pub at: Timestamp,
}

/// Which deliveries to send again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// This one, whatever came of it.
    One(DeliveryId),
    /// All that were given up.
    GivenUp,
}

/// Why a webhook was not added.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// There is no such site.
    #[error("there is no such site")]
    UnknownSite,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Webhooks, and what waits for them.
///
/// Whoever appends events writes what [`messages`](super::messages) makes of them for every webhook of the site that is
/// not disabled, in the same transaction; and if they [end a wait](super::ends_waiting), takes out what was never tried
/// of its `escalation.unanswered`. With a conversation that is erased or forgotten its deliveries go, with a webhook that
/// is removed those to it.
#[async_trait]
pub trait WebhookQueue: Send + Sync {
    /// Adds a webhook.
    async fn add_webhook(&self, webhook: &Webhook) -> Result<(), WebhookError>;
    /// The webhook with this id.
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;
    /// All webhooks by site, then by when they were added.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;
    /// Removes a webhook with all its deliveries. Says whether there was one.
    async fn remove_webhook(&self, id: &WebhookId) -> Result<bool, StoreError>;
    /// Gives a webhook another secret; the present one counts until `old_until`, one before that not any more. Says
    /// whether there is such a webhook.
    async fn rotate_secret(
        &self,
        id: &WebhookId,
        secret: &WebhookSecret,
        old_until: Timestamp,
    ) -> Result<bool, StoreError>;
    /// A webhook that was disabled is told things again, from now on. Says whether there is such a webhook.
    async fn enable_webhook(&self, id: &WebhookId) -> Result<bool, StoreError>;

    /// When the next delivery is due, if any is pending.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Takes at most `limit` deliveries that are due at `now`, those longest due first, none of `busy` webhooks. Nobody
    /// else is given them before `until`; then they count as tried, and are due again.
    async fn take_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[WebhookId],
    ) -> Result<Vec<Due>, StoreError>;
    /// Writes down what came of an attempt, unless its lease was over and somebody else took the delivery, or it is gone.
    /// With [`Next::Disable`] the webhook is disabled and all that is pending for it is given up.
    async fn attempted(&self, due: &Due, attempt: &Attempt) -> Result<(), StoreError>;
    /// Makes deliveries of a webhook due at `now`, but none before it happened, as if they had never been tried. Says how
    /// many.
    async fn replay(
        &self,
        webhook: &WebhookId,
        which: &Replay,
        now: Timestamp,
    ) -> Result<u64, StoreError>;
    /// The latest deliveries to a webhook, at most `limit`, the latest first.
    async fn deliveries(
        &self,
        webhook: &WebhookId,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;
}
