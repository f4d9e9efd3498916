//! Who there is: sites, agents and their sessions.

use std::fmt;

use async_trait::async_trait;
use deskbell_protocol::{AgentId, AgentName, FallbackContact, SiteKey, Timestamp};
use deskbell_triage::policy::Policy;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AnswerBook, IdentityKeys, Retention, Role, StoreError};

/// A merchant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its public key.
    pub key: SiteKey,
    /// The shop's name as customers know it.
    pub name: String,
    /// BCP 47 tag.
    pub language: String,
    /// Origins (`https://shop.example`) whose pages may embed the widget.
    pub origins: Vec<String>,
    /// Other ways to reach a person.
    pub contact: FallbackContact,
    /// What the bot says.
    pub answers: AnswerBook,
    /// When the bot may say it.
    pub policy: Policy,
    /// How long conversations are kept.
    #[serde(default)]
    pub retention: Retention,
    /// What its server signs its customers' identity with.
    #[serde(default, skip_serializing_if = "IdentityKeys::is_empty")]
    pub identity: IdentityKeys,
}

/// An agent with the password's hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Id and the name shown to customers.
    pub name: AgentName,
    /// E-mail address, lower case.
    pub email: String,
    /// Argon2id hash in PHC format.
    pub password_hash: String,
    /// Whether they are there for customers, as they last said.
    pub online: bool,
    /// What they may do.
    pub role: Role,
}

/// SHA-256 of a session token, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionHash(pub String);

/// A signed-in agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names the session without being able to resume it.
    pub hash: SessionHash,
    /// Whose.
    pub agent: AgentId,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// When it ends unless it is used before.
    pub idle_until: Timestamp,
}

/// What makes the codes of an account's second step (RFC 6238).
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// The secret in base32, as it was shown once. In the store it is not encrypted: who reads that can make codes.
    pub secret: String,
    /// The step of the last code that was used: no code of it or of an earlier one is good again.
    pub used_step: i64,
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Totp(used_step: {})", self.used_step)
    }
}

/// Why a change to the directory was refused.
#[derive(Debug, Error)]
pub enum DirectoryError {
    /// The site key or the e-mail address is taken, or the second step is set up already.
    #[error("there is one already")]
    Exists,
    /// Nobody has this e-mail address or id.
    #[error("there is no such agent")]
    UnknownAgent,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sites, agents and sessions. Every implementation passes the suite in [`crate::contract`].
#[async_trait]
pub trait Directory: Send + Sync {
    /// Adds a site.
    async fn add_site(&self, site: &Site) -> Result<(), DirectoryError>;
    /// The site with this key.
    async fn site(&self, key: &SiteKey) -> Result<Option<Site>, StoreError>;
    /// All sites by key.
    async fn sites(&self) -> Result<Vec<Site>, StoreError>;
    /// Adds an agent.
    async fn add_agent(&self, agent: &Agent) -> Result<(), DirectoryError>;
    /// The agent with this id.
    async fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError>;
    /// The agent with this e-mail address (compared in lower case).
    async fn agent_by_email(&self, email: &str) -> Result<Option<Agent>, StoreError>;
    /// All agents by e-mail address.
    async fn agents(&self) -> Result<Vec<Agent>, StoreError>;
    /// Replaces the password hash and ends all sessions of the agent.
    async fn set_password(&self, id: &AgentId, password_hash: &str) -> Result<(), DirectoryError>;
    /// Remembers whether the agent is there for customers.
    async fn set_online(&self, id: &AgentId, online: bool) -> Result<(), DirectoryError>;
    /// Begins a session of somebody who signed in with the password of this hash. False, and none is begun, if the agent
    /// has another one by now: a new password ends also what was just about to begin.
    async fn begin_session(
        &self,
        session: &Session,
        password_hash: &str,
    ) -> Result<bool, StoreError>;
    /// The session with this hash, if it has ended by `now` neither for good nor for want of use.
    async fn session(
        &self,
        hash: &SessionHash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError>;
    /// Has a session last until `idle_until` although it is not used; it ends at its end all the same. One that is not
    /// there stays so.
    async fn touch_session(
        &self,
        hash: &SessionHash,
        idle_until: Timestamp,
    ) -> Result<(), StoreError>;
    /// Ends a session; ending one that is not there is fine.
    async fn end_session(&self, hash: &SessionHash) -> Result<(), StoreError>;
    /// Ends all sessions of an agent.
    async fn end_sessions(&self, id: &AgentId) -> Result<(), StoreError>;
    /// Gives the agent another role, which counts from the next request.
    async fn set_role(&self, id: &AgentId, role: Role) -> Result<(), DirectoryError>;
    /// The agent's second step, if there is one.
    async fn totp(&self, id: &AgentId) -> Result<Option<Totp>, StoreError>;
    /// Sets the agent's second step up, with the hashes of the recovery codes; refused if there is one already.
    async fn set_totp(
        &self,
        id: &AgentId,
        totp: &Totp,
        recovery_hashes: &[String],
    ) -> Result<(), DirectoryError>;
    /// Uses the code of this step. False if it, or a later one, was used before: of several at once one is true.
    async fn use_totp_step(&self, id: &AgentId, step: i64) -> Result<bool, StoreError>;
    /// Uses a recovery code up. False if there is none with this hash: of several at once one is true.
    async fn use_recovery_code(&self, id: &AgentId, hash: &str) -> Result<bool, StoreError>;
    /// Takes the agent's second step away with its recovery codes. False if there was none.
    async fn reset_totp(&self, id: &AgentId) -> Result<bool, StoreError>;
}
