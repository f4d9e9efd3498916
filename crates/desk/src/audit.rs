//! What was done with accounts, settings and what is kept of customers, by whom and when. Only ever added to, and without any secret.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use deskbell_protocol::Timestamp;
use thiserror::Error;

use crate::StoreError;

/// Something that nobody should be able to do unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditedAct {
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to sign in to an account, with a wrong password or code.
    SignInFailed,
    /// All sessions of an account were ended.
    SignedOutEverywhere,
    /// An account was added.
    AgentAdded,
    /// An account has a new password.
    PasswordSet,
    /// An account has another role.
    RoleSet,
    /// An account asks for a code from now on.
    TotpSet,
    /// An account no longer asks for a code.
    TotpReset,
    /// A recovery code was used in the place of a code.
    RecoveryCodeUsed,
    /// A site was added.
    SiteAdded,
    /// A site was changed.
    SiteChanged,
    /// A webhook was added to a site.
    WebhookAdded,
    /// A webhook of a site was removed.
    WebhookRemoved,
    /// A webhook of a site has a new secret.
    WebhookSecretMade,
    /// What is stored about a customer of a site was read out.
    CustomerExported,
    /// What was stored about a customer of a site was erased.
    CustomerErased,
}

impl AuditedAct {
    /// All.
    pub const ALL: [Self; 16] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOutEverywhere,
        Self::AgentAdded,
        Self::PasswordSet,
        Self::RoleSet,
        Self::TotpSet,
        Self::TotpReset,
        Self::RecoveryCodeUsed,
        Self::SiteAdded,
        Self::SiteChanged,
        Self::WebhookAdded,
        Self::WebhookRemoved,
        Self::WebhookSecretMade,
        Self::CustomerExported,
        Self::CustomerErased,
    ];

    /// As it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::AgentAdded => "agent_added",
            Self::PasswordSet => "password_set",
            Self::RoleSet => "role_set",
            Self::TotpSet => "totp_set",
            Self::TotpReset => "totp_reset",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::SiteAdded => "site_added",
            Self::SiteChanged => "site_changed",
            Self::WebhookAdded => "webhook_added",
            Self::WebhookRemoved => "webhook_removed",
            Self::WebhookSecretMade => "webhook_secret_made",
            Self::CustomerExported => "customer_exported",
            Self::CustomerErased => "customer_erased",
        }
    }
}

impl fmt::Display for AuditedAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The act is one of a newer program.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("an act that this version does not know")]
pub struct UnknownAct;

impl FromStr for AuditedAct {
    type Err = UnknownAct;

    fn from_str(text: &str) -> Result<Self, UnknownAct> {
        let found = Self::ALL.into_iter().find(|act| act.as_str() == text);
        found.ok_or(UnknownAct)
    }
}

/// What [`AuditEntry::via`] says of an act that no request caused.
pub const COMMAND_LINE: &str = "command line";

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// The e-mail address of whoever did it; nobody's if it is not known, as on the command line.
    pub who: Option<String>,
    /// What.
    pub act: AuditedAct,
    /// The e-mail address or the key of what it was done to.
    pub whom: String,
    /// What else there is to say, such as the new role.
    pub detail: Option<String>,
    /// The id of the request, or [`COMMAND_LINE`].
    pub via: String,
}

/// The log of these acts. Every implementation passes the suite in [`crate::contract`].
#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds an entry and says its number, which is greater than that of every one before. Returned after it is durable.
    async fn record(&self, entry: &AuditEntry) -> Result<u64, StoreError>;

    /// At most `limit` entries with their numbers, in the order of these: those at or after the time `since` with a
    /// number greater than `after`.
    async fn audit(
        &self,
        since: Timestamp,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_read_as_it_is_written() {
        for act in AuditedAct::ALL {
            assert_eq!(act.to_string().parse(), Ok(act));
        }
        assert_eq!("unheard_of".parse::<AuditedAct>(), Err(UnknownAct));
    }
}
