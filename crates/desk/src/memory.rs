//! The log in memory: for tests, and for the product's demonstration without a server.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, Event, EventBody, Seq, Timestamp, WriteId,
};
use deskbell_triage::policy::Policy;

use crate::{AppendError, Appended, Conversation, Decide, EventLog, NewConversation, StoreError};

#[derive(Debug)]
struct Stored {
    conversation: Conversation,
    events: Vec<Event>,
}

impl Stored {
    /// Appends at the next position and takes it into account.
    fn push(&mut self, write: &WriteId, at: Timestamp, body: EventBody, policy: &Policy) {
        let event = Event {
            seq: self.conversation.last_seq + 1,
            at,
            write: write.clone(),
            body,
        };
        self.conversation.apply(&event, policy);
        self.events.push(event);
    }
}

/// An [`EventLog`] that lives as long as the value.
#[derive(Debug, Default)]
pub struct MemoryLog {
    conversations: Mutex<HashMap<ConversationId, Stored>>,
}

impl MemoryLog {
    /// A panic while the lock was held cannot leave a half-made change: every change is made of one insertion or of
    /// pushes that are each complete.
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Stored>> {
        self.conversations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waiting conversations, longest waiting first.
    fn queue(&self) -> Vec<Conversation> {
        let mut queue: Vec<_> = self
            .lock()
            .values()
            .map(|stored| &stored.conversation)
            .filter(|conversation| conversation.state == ConversationState::Waiting)
            .cloned()
            .collect();
        queue.sort_by(|a, b| (a.waiting_since, &a.id).cmp(&(b.waiting_since, &b.id)));
        queue
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn open(&self, new: NewConversation) -> Result<Conversation, StoreError> {
        let mut conversations = self.lock();
        let found = conversations.values().find(|stored| {
            stored.conversation.site == new.site && stored.conversation.visitor == new.visitor
        });
        if let Some(stored) = found {
            return Ok(stored.conversation.clone());
        }
        let conversation =
            Conversation::before_first(new.id.clone(), new.site.clone(), new.visitor, new.at);
        let mut stored = Stored {
            conversation,
            events: Vec::new(),
        };
        let opened = EventBody::Opened {
            site: new.site,
            language: new.language,
            page: new.page,
        };
        stored.push(&new.write, new.at, opened, &Policy::default());
        let conversation = stored.conversation.clone();
        conversations.insert(new.id, stored);
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
        let mut conversations = self.lock();
        let stored = conversations
            .get_mut(id)
            .ok_or(AppendError::UnknownConversation)?;
        let known: Vec<_> = stored
            .events
            .iter()
            .filter(|event| event.write == *write)
            .cloned()
            .collect();
        if !known.is_empty() {
            let conversation = stored.conversation.clone();
            return Ok(Appended {
                events: known,
                conversation,
                fresh: false,
            });
        }
        let before = stored.events.len();
        for body in decide(&stored.conversation)? {
            stored.push(write, at, body, policy);
        }
        Ok(Appended {
            events: stored.events[before..].to_vec(),
            conversation: stored.conversation.clone(),
            fresh: true,
        })
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        Ok(self
            .lock()
            .get(id)
            .map(|stored| stored.conversation.clone()))
    }

    async fn events_after(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let conversations = self.lock();
        let events = conversations
            .get(id)
            .map_or(&[][..], |stored| &stored.events);
        let later = events.iter().filter(|event| event.seq > after);
        Ok(later
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .cloned()
            .collect())
    }

    async fn waiting(&self, limit: u32) -> Result<(Vec<Conversation>, u32), StoreError> {
        let mut queue = self.queue();
        let total = count(queue.len());
        queue.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok((queue, total))
    }

    async fn position(&self, id: &ConversationId) -> Result<Option<u32>, StoreError> {
        let place = self
            .queue()
            .iter()
            .position(|conversation| conversation.id == *id);
        Ok(place.map(|index| count(index + 1)))
    }

    async fn owned_by(&self, agent: &AgentId, limit: u32) -> Result<Vec<Conversation>, StoreError> {
        let mut owned: Vec<_> = self
            .lock()
            .values()
            .map(|stored| &stored.conversation)
            .filter(|conversation| {
                conversation
                    .agent
                    .as_ref()
                    .is_some_and(|owner| owner.id == *agent)
            })
            .cloned()
            .collect();
        owned.sort_by(|a, b| (b.updated_at, &b.id).cmp(&(a.updated_at, &a.id)));
        owned.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(owned)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::contract;

    /// The contract suite on a fresh log each.
    #[test]
    fn the_log_in_memory_keeps_the_contract() {
        let suite: [for<'a> fn(&'a dyn EventLog) -> BoxFuture<'a, ()>; 11] = [
            |log| Box::pin(contract::opening_again_finds_the_same_conversation(log)),
            |log| {
                Box::pin(contract::opening_at_the_same_time_gives_one_conversation(
                    log,
                ))
            },
            |log| Box::pin(contract::a_repeated_write_is_the_same_write(log)),
            |log| Box::pin(contract::all_events_of_a_write_come_back(log)),
            |log| Box::pin(contract::concurrent_appends_take_turns(log)),
            |log| {
                Box::pin(contract::the_same_write_at_the_same_time_is_stored_once(
                    log,
                ))
            },
            |log| Box::pin(contract::two_agents_cannot_own_one_conversation(log)),
            |log| Box::pin(contract::reading_resumes_from_any_cursor(log)),
            |log| Box::pin(contract::a_refusal_stores_nothing(log)),
            |log| Box::pin(contract::the_queue_is_fair_and_positions_are_true(log)),
            |log| {
                Box::pin(contract::the_projection_equals_the_fold_over_the_events(
                    log,
                ))
            },
        ];
        for test in suite {
            futures_util::FutureExt::now_or_never(test(&MemoryLog::default()))
                .expect("a log in memory answers at once");
        }
    }
}
