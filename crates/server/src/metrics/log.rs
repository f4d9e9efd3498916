//! The event log, measured.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_desk::{
    AppendError, Appended, Conversation, Decide, EventLog, NewConversation, StoreError,
};
use deskbell_protocol::{AgentId, ConversationId, Event, EventBody, Seq, Timestamp, WriteId};
use deskbell_triage::policy::Policy;
use tokio::time::Instant;

use super::SharedMetrics;

/// Passes everything on, and counts what became durable, how long that took and what failed.
pub(crate) struct MeasuredLog {
    log: Arc<dyn EventLog>,
    metrics: SharedMetrics,
}

impl MeasuredLog {
    pub(crate) fn new(log: Arc<dyn EventLog>, metrics: SharedMetrics) -> Self {
        Self { log, metrics }
    }

    fn seen<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if outcome.is_err() {
            self.metrics.store_failures.inc();
        }
        outcome
    }
}

#[async_trait]
impl EventLog for MeasuredLog {
    async fn open(&self, new: NewConversation) -> Result<Conversation, StoreError> {
        let opened = EventBody::Opened {
            site: new.site.clone(),
            language: None,
            page: None,
        };
        let (id, began) = (new.id.clone(), Instant::now());
        let conversation = self.seen(self.log.open(new).await)?;
        // The id is random: a conversation that was found has another one.
        if conversation.id == id {
            self.metrics.stored([&opened], began.elapsed());
        }
        Ok(conversation)
    }

    async fn append(
        &self,
        id: &ConversationId,
        write: &WriteId,
        at: Timestamp,
        policy: &Policy,
        decide: Decide<'_>,
    ) -> Result<Appended, AppendError> {
        let began = Instant::now();
        let outcome = self.log.append(id, write, at, policy, decide).await;
        match &outcome {
            Ok(appended) if appended.fresh && !appended.events.is_empty() => {
                let bodies = appended.events.iter().map(|event| &event.body);
                self.metrics.stored(bodies, began.elapsed());
            }
            Err(AppendError::Store(_)) => {
                self.metrics.store_failures.inc();
            }
            _ => {}
        }
        outcome
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.seen(self.log.conversation(id).await)
    }

    async fn events_after(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        self.seen(self.log.events_after(id, after, limit).await)
    }

    async fn waiting(&self, limit: u32) -> Result<(Vec<Conversation>, u32), StoreError> {
        self.seen(self.log.waiting(limit).await)
    }

    async fn position(&self, id: &ConversationId) -> Result<Option<u32>, StoreError> {
        self.seen(self.log.position(id).await)
    }

    async fn owned_by(&self, agent: &AgentId, limit: u32) -> Result<Vec<Conversation>, StoreError> {
        self.seen(self.log.owned_by(agent, limit).await)
    }
}
