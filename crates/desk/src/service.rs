//! Commands carried out on a log, and the live views of it.

use std::sync::Arc;

use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, Inbox, Status, Timestamp, WriteId,
};
use thiserror::Error;

use crate::{
    AppendError, Appended, Command, Conversation, EventLog, NewConversation, Refusal, Site,
    StoreError,
};

/// Why a command came to nothing.
#[derive(Debug, Error)]
pub enum DeskError {
    /// There is no such conversation.
    #[error("There is no such conversation.")]
    UnknownConversation,
    /// Not possible now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed; nothing was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AppendError> for DeskError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::UnknownConversation => Self::UnknownConversation,
            AppendError::Refused(refusal) => Self::Refused(refusal),
            AppendError::Store(error) => Self::Store(error),
        }
    }
}

/// Most conversations an inbox lists in either half.
const INBOX_LIMIT: u32 = 200;

/// The desk over a log. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    log: Arc<dyn EventLog>,
}

impl Desk {
    /// A desk over `log`.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>) -> Self {
        Self { log }
    }

    /// The log itself, for reading.
    #[must_use]
    pub fn log(&self) -> &dyn EventLog {
        self.log.as_ref()
    }

    /// Opens a conversation, or finds the visitor's.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn open(&self, new: NewConversation) -> Result<Conversation, DeskError> {
        Ok(self.log.open(new).await?)
    }

    /// Carries out `command` once, however often it is repeated with the same `write`.
    ///
    /// # Errors
    /// If the conversation is unknown, its state refuses, the write id was used for something else, or the store fails.
    pub async fn carry_out(
        &self,
        id: &ConversationId,
        write: &WriteId,
        at: Timestamp,
        site: &Site,
        command: &Command<'_>,
    ) -> Result<Appended, DeskError> {
        let decide = |conversation: &Conversation| command.decide(conversation);
        let appended = self
            .log
            .append(id, write, at, &site.policy, &decide)
            .await?;
        match appended.events.first() {
            Some(first) if !appended.fresh && !command.may_have_caused(&first.body) => {
                Err(Refusal::WriteIdReused.into())
            }
            _ => Ok(appended),
        }
    }

    /// The live status of a conversation. Whether its agent types is known to nobody here: who tells a customer adds it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn status(
        &self,
        conversation: &Conversation,
        agents_online: u32,
    ) -> Result<Status, DeskError> {
        let waits = conversation.state == ConversationState::Waiting;
        Ok(Status {
            state: conversation.state,
            position: if waits {
                self.log.position(&conversation.id).await?
            } else {
                None
            },
            waiting_since: conversation.waiting_since,
            agents_online,
            agent: conversation.agent.clone(),
            agent_types: false,
        })
    }

    /// The inbox of one agent.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn inbox(
        &self,
        agent: &AgentId,
        online: bool,
        agents_online: u32,
    ) -> Result<Inbox, DeskError> {
        let (waiting, waiting_total) = self.log.waiting(INBOX_LIMIT).await?;
        let mine = self.log.owned_by(agent, INBOX_LIMIT).await?;
        Ok(Inbox {
            online,
            agents_online,
            waiting: waiting.iter().map(Conversation::card).collect(),
            waiting_total,
            mine: mine.iter().map(Conversation::card).collect(),
        })
    }
}
