//! The log of events, as the desk needs it. Every implementation passes the suite in [`crate::contract`].

use async_trait::async_trait;
use deskbell_protocol::{
    AgentId, ConversationId, Event, EventBody, Seq, SiteKey, Timestamp, WriteId,
};
use deskbell_triage::policy::Policy;
use thiserror::Error;

use crate::{Conversation, Refusal, VisitorHash};

/// Something between us and the stored data failed. Nothing was stored.
#[derive(Debug, Error)]
#[error("{context}")]
pub struct StoreError {
    /// What was being done.
    pub context: &'static str,
    /// What went wrong.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Why nothing was appended.
#[derive(Debug, Error)]
pub enum AppendError {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    UnknownConversation,
    /// The decision refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an append led to.
#[derive(Clone, Debug)]
pub struct Appended {
    /// The events of this write, in order; none if the decision was that nothing needs to happen.
    pub events: Vec<Event>,
    /// The conversation afterwards.
    pub conversation: Conversation,
    /// False if the write was known already and these are the events it caused then.
    pub fresh: bool,
}

/// A conversation to open.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// Its id, in case it is new.
    pub id: ConversationId,
    /// The merchant.
    pub site: SiteKey,
    /// Whose.
    pub visitor: VisitorHash,
    /// The write.
    pub write: WriteId,
    /// Now.
    pub at: Timestamp,
    /// Language tag, if known.
    pub language: Option<String>,
    /// Page, if known.
    pub page: Option<String>,
}

/// Which events come next, given where the conversation stands. Pure: it may be run more than once.
pub type Decide<'a> = &'a (dyn Fn(&Conversation) -> Result<Vec<EventBody>, Refusal> + Send + Sync);

/// An append-only log of conversations with the few projections the desk reads.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Opens a conversation, or finds the one that this visitor has with this site already.
    /// Returned only after it is durable.
    async fn open(&self, new: NewConversation) -> Result<Conversation, StoreError>;

    /// In one transaction, with the conversation locked until commit: if `write` is known, returns the events it
    /// caused; otherwise appends what `decide` answers, numbered from the next `seq`. So commit order equals seq
    /// order. Returned only after it is durable.
    async fn append(
        &self,
        id: &ConversationId,
        write: &WriteId,
        at: Timestamp,
        policy: &Policy,
        decide: Decide<'_>,
    ) -> Result<Appended, AppendError>;

    /// The conversation, if there is one.
    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// Up to `limit` events after `after`, in order. Empty for an unknown conversation.
    async fn events_after(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError>;

    /// The queue: the first `limit` waiting conversations, longest waiting first, and how many wait altogether.
    async fn waiting(&self, limit: u32) -> Result<(Vec<Conversation>, u32), StoreError>;

    /// Place in the queue, 1 is next; `None` if it is not waiting.
    async fn position(&self, id: &ConversationId) -> Result<Option<u32>, StoreError>;

    /// Conversations owned by an agent, latest first, at most `limit`.
    async fn owned_by(&self, agent: &AgentId, limit: u32) -> Result<Vec<Conversation>, StoreError>;
}
