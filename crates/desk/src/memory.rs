//! The log in memory: for tests, and for the product's demonstration without a server.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, EmailAddress, Event, EventBody, Seq, SiteKey,
    Timestamp, WriteId,
};
use deskbell_triage::policy::Policy;
use serde::{Deserialize, Serialize};

use crate::{
    AppendError, Appended, BrokenHistory, Conversation, Custody, Decide, EventLog, NewConversation,
    StoreError, VisitorHash, names,
};

/// A conversation of a [`MemoryLog`] as it can be kept elsewhere. Everything else is derived from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptConversation {
    /// Which.
    pub id: ConversationId,
    /// The merchant.
    pub site: SiteKey,
    /// Whose.
    pub visitor: VisitorHash,
    /// All events in order.
    pub events: Vec<Event>,
}

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
    /// A conversation with all its events, to be kept elsewhere.
    #[must_use]
    pub fn kept(&self, id: &ConversationId) -> Option<KeptConversation> {
        self.lock().get(id).map(|stored| KeptConversation {
            id: id.clone(),
            site: stored.conversation.site.clone(),
            visitor: stored.conversation.visitor.clone(),
            events: stored.events.clone(),
        })
    }

    /// Takes a kept conversation back, in place of one with the same id. `policy` is the site's.
    ///
    /// # Errors
    /// If its events cannot be those of a conversation; nothing has changed then.
    pub fn restore(&self, kept: KeptConversation, policy: &Policy) -> Result<(), BrokenHistory> {
        let KeptConversation {
            id,
            site,
            visitor,
            events,
        } = kept;
        let conversation = Conversation::of_events(id.clone(), site, visitor, &events, policy)?;
        self.lock().insert(
            id,
            Stored {
                conversation,
                events,
            },
        );
        Ok(())
    }

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

#[async_trait]
impl Custody for MemoryLog {
    async fn conversations_of(
        &self,
        email: &EmailAddress,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let conversations = self.lock();
        let named = conversations
            .iter()
            .filter(|(_, stored)| stored.events.iter().any(|event| names(email, &event.body)));
        let mut ids: Vec<_> = named.map(|(id, _)| id.clone()).collect();
        ids.sort();
        Ok(ids)
    }

    async fn erase(&self, id: &ConversationId) -> Result<Option<u64>, StoreError> {
        let erased = self.lock().remove(id);
        Ok(erased.map(|stored| stored.conversation.last_seq))
    }

    async fn forget(
        &self,
        site: &SiteKey,
        before: Timestamp,
        limit: NonZeroU32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut conversations = self.lock();
        let mut over: Vec<_> = conversations
            .values()
            .map(|stored| &stored.conversation)
            .filter(|conversation| {
                let state = conversation.state;
                let left = state == ConversationState::Bot || state == ConversationState::Closed;
                left && conversation.site == *site && conversation.updated_at < before
            })
            .map(|conversation| (conversation.updated_at, conversation.id.clone()))
            .collect();
        over.sort();
        over.truncate(usize::try_from(limit.get()).unwrap_or(usize::MAX));
        let over = over.into_iter().map(|(_, id)| id);
        Ok(over.inspect(|id| drop(conversations.remove(id))).collect())
    }

    async fn clear_traces(&self) -> Result<bool, StoreError> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::contract;

    #[test]
    fn a_kept_conversation_comes_back_as_it_was_and_a_broken_one_does_not() {
        let log = MemoryLog::default();
        let at_once = "a log in memory answers at once";
        let new = contract::new_conversation("ann");
        let (id, policy) = (new.id.clone(), Policy::default());
        let opened = futures_util::FutureExt::now_or_never(log.open(new));
        opened.expect(at_once).expect("opens");
        let write = WriteId::new("write-of-a-test-ring").expect("a valid id");
        let ring = |_: &Conversation| {
            let reason = deskbell_protocol::EscalationReason::Bell;
            Ok(vec![EventBody::Escalated { reason }])
        };
        let rung = log.append(&id, &write, 2_000, &policy, &ring);
        let rung = futures_util::FutureExt::now_or_never(rung);
        let before = rung.expect(at_once).expect("appends").conversation;

        let mut kept = log.kept(&id).expect("is there");
        let again = MemoryLog::default();
        assert_eq!(again.restore(kept.clone(), &policy), Ok(()));
        let found = futures_util::FutureExt::now_or_never(again.conversation(&id));
        assert_eq!(found.expect(at_once).expect("answers"), Some(before));
        assert_eq!(again.kept(&id).as_ref(), Some(&kept));

        kept.events.remove(0);
        assert_eq!(again.restore(kept, &policy), Err(BrokenHistory));
        assert_eq!(again.kept(&id).expect("is there").events.len(), 2);
    }

    /// The contract suite on a fresh log each.
    #[test]
    fn the_log_in_memory_keeps_the_contract() {
        let suite: [for<'a> fn(&'a dyn EventLog) -> BoxFuture<'a, ()>; 14] = [
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
            |log| Box::pin(contract::only_an_ended_human_stretch_can_be_rated(log)),
            |log| Box::pin(contract::an_introduction_is_stored_once(log)),
            |log| Box::pin(contract::a_signed_customer_is_never_another_one(log)),
            |log| {
                Box::pin(contract::the_projection_equals_the_fold_over_the_events(
                    log,
                ))
            },
        ];
        let duties: [for<'a> fn(&'a MemoryLog) -> BoxFuture<'a, ()>; 3] = [
            |log| Box::pin(contract::customers_are_found_by_their_address(log)),
            |log| Box::pin(contract::what_is_erased_is_gone_and_its_customer_begins_anew(log)),
            |log| {
                Box::pin(contract::only_what_was_silent_for_long_enough_is_forgotten(
                    log,
                ))
            },
        ];
        for test in duties {
            futures_util::FutureExt::now_or_never(test(&MemoryLog::default()))
                .expect("a log in memory answers at once");
        }
        for test in suite {
            futures_util::FutureExt::now_or_never(test(&MemoryLog::default()))
                .expect("a log in memory answers at once");
        }
    }
}
