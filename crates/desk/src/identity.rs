//! What a site's server signs its customers' identity with, as far as this side has to know it.

use std::fmt;

use deskbell_protocol::Timestamp;
use serde::{Deserialize, Serialize};

/// For how many milliseconds the former secret still counts beside a new one: a day.
pub const FORMER_SECRET_COUNTS_MS: Timestamp = 24 * 60 * 60 * 1000;

/// A secret that the site's server has, too. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentitySecret(pub String);

impl fmt::Debug for IdentitySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentitySecret(…)")
    }
}

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerSecret {
    /// What it was.
    pub secret: IdentitySecret,
    /// Until when it counts.
    pub until: Timestamp,
}

/// The keys of one site. Without any, nobody's identity can be signed there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKeys {
    /// For HS256: its UTF-8 is the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<IdentitySecret>,
    /// The one before, while it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerSecret>,
    /// For EdDSA: the 32 bytes of an Ed25519 public key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<[u8; 32]>,
}

impl IdentityKeys {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts `secret` in the place of the present one, which counts for a day more. The one before that, if there is one,
    /// ends now.
    pub fn replace_secret(&mut self, secret: IdentitySecret, now: Timestamp) {
        let former = self.secret.replace(secret);
        self.former = former.map(|secret| FormerSecret {
            secret,
            until: now.saturating_add(FORMER_SECRET_COUNTS_MS),
        });
    }

    /// The secrets that count at `now`, the present one first.
    pub fn secrets_at(&self, now: Timestamp) -> impl Iterator<Item = &IdentitySecret> {
        let former = self.former.as_ref().filter(|former| now < former.until);
        self.secret
            .iter()
            .chain(former.map(|former| &former.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> IdentitySecret {
        IdentitySecret(text.to_owned())
    }

    #[test]
    fn a_former_secret_counts_for_a_day_and_only_one_does() {
        let mut keys = IdentityKeys::default();
        let at = |keys: &IdentityKeys, now| -> Vec<String> {
            keys.secrets_at(now).map(|it| it.0.clone()).collect()
        };
        keys.replace_secret(secret("one"), 0);
        assert_eq!(at(&keys, 0), ["one"]);
        keys.replace_secret(secret("two"), 1_000);
        let end = 1_000 + FORMER_SECRET_COUNTS_MS;
        assert_eq!(at(&keys, end - 1), ["two", "one"]);
        assert_eq!(at(&keys, end), ["two"]);
        keys.replace_secret(secret("three"), 2_000);
        assert_eq!(at(&keys, 2_000), ["three", "two"]);
    }

    #[test]
    fn a_secret_is_never_shown() {
        let keys = IdentityKeys {
            secret: Some(secret("hush")),
            ..IdentityKeys::default()
        };
        assert!(!format!("{keys:?}").contains("hush"));
    }
}
