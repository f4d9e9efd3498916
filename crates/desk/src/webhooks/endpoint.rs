//! Who is told.

use std::fmt;

use data_encoding::BASE64;
use deskbell_protocol::{SiteKey, Timestamp};
use thiserror::Error;

/// Names a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebhookId(pub String);

/// Random bytes of a secret; the specification wants 24 to 64.
pub const SECRET_BYTES: usize = 32;

/// What a webhook's messages are signed with (HMAC-SHA256): `whsec_` and base64. Shown to nobody by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(pub String);

impl WebhookSecret {
    /// The secret that these random bytes are.
    #[must_use]
    pub fn of_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(format!("whsec_{}", BASE64.encode(bytes)))
    }

    /// As the receiver is given it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// After how many seconds of waiting `escalation.unanswered` is due: 1 to [`UnansweredAfter::MAX_SECONDS`], 120 unless
/// the merchant says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnansweredAfter(u32);

/// A number of seconds that cannot be an [`UnansweredAfter`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("1 to {max} seconds are possible", max = UnansweredAfter::MAX_SECONDS)]
pub struct NoUnansweredAfter;

impl UnansweredAfter {
    /// A day.
    pub const MAX_SECONDS: u32 = 24 * 60 * 60;

    /// The number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// When somebody who has been waiting since `since` has waited for so long.
    #[must_use]
    pub fn over_at(self, since: Timestamp) -> Timestamp {
        since.saturating_add(Timestamp::from(self.0) * 1_000)
    }
}

impl Default for UnansweredAfter {
    fn default() -> Self {
        Self(120)
    }
}

impl TryFrom<u32> for UnansweredAfter {
    type Error = NoUnansweredAfter;

    fn try_from(seconds: u32) -> Result<Self, NoUnansweredAfter> {
        if (1..=Self::MAX_SECONDS).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(NoUnansweredAfter)
        }
    }
}

/// An address that is told what happens at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// The merchant.
    pub site: SiteKey,
    /// Where messages are posted to. Who adds it has checked that it is an address.
    pub url: String,
    /// What they are signed with.
    pub secret: WebhookSecret,
    /// The secret before, and until when messages are signed with that one, too.
    pub old_secret: Option<(WebhookSecret, Timestamp)>,
    /// Whether the address may lead into a network that is not the internet.
    pub allow_private: bool,
    /// When a wait is told of.
    pub unanswered_after: UnansweredAfter,
    /// Since when there is one.
    pub added_at: Timestamp,
    /// Since when it is told nothing, if that is so.
    pub disabled_at: Option<Timestamp>,
}

impl Webhook {
    /// For how long the old secret counts after another one took its place, in milliseconds: a day.
    pub const OLD_SECRET_COUNTS_MS: Timestamp = 24 * 60 * 60 * 1_000;

    /// What a message is signed with at `now`, the present secret first.
    #[must_use]
    pub fn secrets(&self, now: Timestamp) -> Vec<&WebhookSecret> {
        let old = self.old_secret.as_ref();
        let old = old
            .filter(|(_, until)| now < *until)
            .map(|(secret, _)| secret);
        std::iter::once(&self.secret).chain(old).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_the_specification_wants_and_is_not_shown() {
        let secret = WebhookSecret::of_bytes(&[7; SECRET_BYTES]);
        let bytes = BASE64.decode(secret.as_str().strip_prefix("whsec_").unwrap().as_bytes());
        assert_eq!(bytes.unwrap(), [7; SECRET_BYTES]);
        assert!(!format!("{secret:?}").contains("whsec_"));
    }

    #[test]
    fn a_wait_is_told_of_after_a_second_to_a_day() {
        for (seconds, possible) in [(0, false), (1, true), (86_400, true), (86_401, false)] {
            assert_eq!(
                UnansweredAfter::try_from(seconds).is_ok(),
                possible,
                "{seconds}"
            );
        }
        assert_eq!(UnansweredAfter::default().over_at(1_000), 121_000);
    }
}
