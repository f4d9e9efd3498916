//! What a merchant owes those whose words are kept: to find what there is of somebody, to erase it, and to keep it no
//! longer than promised.

use std::num::NonZeroU32;

use async_trait::async_trait;
use deskbell_protocol::{ConversationId, EmailAddress, EventBody, SiteKey, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::StoreError;

/// For how many days after its last event a conversation is kept, unless it waits for a person or is with one: 1 to
/// [`Retention::MAX_DAYS`], 90 unless the merchant says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Retention(u32);

/// A number of days that cannot be a [`Retention`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("conversations can be kept for 1 to {max} days", max = Retention::MAX_DAYS)]
pub struct RetentionError;

impl Retention {
    /// Ten years.
    pub const MAX_DAYS: u32 = 3_650;

    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0
    }

    /// At `now`, conversations whose last event was before this have been kept for long enough.
    #[must_use]
    pub fn over_before(self, now: Timestamp) -> Timestamp {
        now.saturating_sub(Timestamp::from(self.0) * 24 * 60 * 60 * 1_000)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(90)
    }
}

impl TryFrom<u32> for Retention {
    type Error = RetentionError;

    fn try_from(days: u32) -> Result<Self, RetentionError> {
        if (1..=Self::MAX_DAYS).contains(&days) {
            Ok(Self(days))
        } else {
            Err(RetentionError)
        }
    }
}

impl From<Retention> for u32 {
    fn from(retention: Retention) -> Self {
        retention.0
    }
}

/// Finding, erasing and forgetting conversations. Every implementation passes the suite in [`crate::contract`].
///
/// What is erased is unknown from then on: its customer can begin anew with the same token. Whoever is reading it at
/// any server is woken, if the store has [`Peers`](crate::Peers); else whoever erases it has to see to that.
#[async_trait]
pub trait Custody: Send + Sync {
    /// The conversations with an event in which somebody [is named](names) by this address, in the order of their ids.
    async fn conversations_of(
        &self,
        email: &EmailAddress,
    ) -> Result<Vec<ConversationId>, StoreError>;

    /// Erases a conversation with all its events, wherever it stands. Says how many events it had, nothing if there is
    /// no such conversation. Returned only after it is durable.
    async fn erase(&self, id: &ConversationId) -> Result<Option<u64>, StoreError>;

    /// In one transaction, erases at most `limit` conversations of `site` whose last event was before `before` and which
    /// neither wait for a person nor are with one, the longest silent first, and says which. Of several callers at the
    /// same moment all but one may be told that there are none.
    async fn forget(
        &self,
        site: &SiteKey,
        before: Timestamp,
        limit: NonZeroU32,
    ) -> Result<Vec<ConversationId>, StoreError>;

    /// Clears what erased data left behind in the store's own files, which may take seconds. False if some of it may
    /// stay there for a while: the store cannot, or somebody else was reading.
    async fn clear_traces(&self) -> Result<bool, StoreError>;
}

/// Whether an event names this address as its customer's: an introduction with it, or a contact in which it stands by
/// itself or among other words. Capitals of the Latin alphabet do not matter. What a message says is no name: it may be
/// anybody's address.
#[must_use]
pub fn names(email: &EmailAddress, body: &EventBody) -> bool {
    match body {
        EventBody::Introduced { email: said, .. } => said
            .as_ref()
            .is_some_and(|said| said.as_str().eq_ignore_ascii_case(email.as_str())),
        EventBody::ContactLeft { contact } => {
            let around = |c: char| c.is_whitespace() || "<>()[]{},;:/|\"'".contains(c);
            // An address may have such a character in it: then it has to stand alone.
            contact.as_str().eq_ignore_ascii_case(email.as_str())
                || contact.as_str().split(around).any(|word| {
                    word.trim_matches(['.', '!', '?'])
                        .eq_ignore_ascii_case(email.as_str())
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::ContactText;

    use super::*;

    #[test]
    fn a_number_of_days_is_kept_only_if_it_is_possible() {
        for (days, possible) in [(0, false), (1, true), (3_650, true), (3_651, false)] {
            assert_eq!(Retention::try_from(days).is_ok(), possible, "{days}");
            assert_eq!(
                serde_json::from_str::<Retention>(&days.to_string()).is_ok(),
                possible
            );
        }
        assert_eq!(Retention::default().days(), 90);
        assert_eq!(Retention(2).over_before(200_000_000), 27_200_000);
    }

    #[test]
    fn an_address_is_found_among_other_words_and_not_within_another_address() {
        let email = EmailAddress::new("Ana@Shop.example").unwrap();
        for (contact, found) in [
            ("ana@shop.example", true),
            ("Ana Ruiz <ana@shop.example>", true),
            ("ANA@SHOP.EXAMPLE, or call 0123", true),
            ("mail:ana@shop.example.", true),
            ("diana@shop.example", false),
            ("ana@shop.example.org", false),
            ("ana shop.example", false),
        ] {
            let contact = ContactText::new(contact).unwrap();
            let said = EventBody::ContactLeft { contact };
            assert_eq!(names(&email, &said), found, "{said:?}");
        }
        let introduced = |email: Option<&str>| EventBody::Introduced {
            name: None,
            email: email.map(|email| EmailAddress::new(email).unwrap()),
            subject: None,
        };
        assert!(names(&email, &introduced(Some("ana@shop.example"))));
        assert!(!names(&email, &introduced(Some("eva@shop.example"))));
        assert!(!names(&email, &introduced(None)));
    }
}
