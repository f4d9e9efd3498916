//! Wake-ups of streams. They carry no data: whoever is woken reads the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_desk::Wakeup;
use deskbell_protocol::ConversationId;
use tokio::sync::watch;

type Conversations = Arc<Mutex<HashMap<ConversationId, watch::Sender<()>>>>;

/// Wakes streams. A stream subscribes first and reads then, so nothing is missed in between.
#[derive(Debug)]
pub(crate) struct Wakeups {
    conversations: Conversations,
    queue: watch::Sender<()>,
    inbox: watch::Sender<()>,
}

impl Default for Wakeups {
    fn default() -> Self {
        Self {
            conversations: Arc::default(),
            queue: watch::Sender::new(()),
            inbox: watch::Sender::new(()),
        }
    }
}

impl Wakeups {
    /// Something was appended to a conversation.
    pub(crate) fn conversation_changed(&self, id: &ConversationId) {
        if let Some(sender) = lock(&self.conversations).get(id) {
            sender.send_replace(());
        }
    }

    /// Wakes the streams that this concerns.
    pub(crate) fn wake(&self, wakeup: &Wakeup) {
        match wakeup {
            Wakeup::Conversation(id) => self.conversation_changed(id),
            Wakeup::Queue => {
                self.queue.send_replace(());
            }
            Wakeup::Inbox => self.inbox_changed(),
            // The number of people online has a channel of its own.
            Wakeup::Presence => {}
            Wakeup::Everything => {
                for conversation in lock(&self.conversations).values() {
                    conversation.send_replace(());
                }
                self.queue.send_replace(());
                self.inbox_changed();
            }
        }
    }

    /// Something that agents see in their inbox changed.
    pub(crate) fn inbox_changed(&self) {
        self.inbox.send_replace(());
    }

    /// Wakes when [`Self::conversation_changed`] is called for `id`.
    pub(crate) fn of_conversation(&self, id: &ConversationId) -> ConversationWakeup {
        let receiver = lock(&self.conversations)
            .entry(id.clone())
            .or_default()
            .subscribe();
        let conversations = Arc::clone(&self.conversations);
        ConversationWakeup {
            id: id.clone(),
            receiver,
            conversations,
        }
    }

    /// Wakes when a conversation leaves the queue.
    pub(crate) fn of_queue(&self) -> watch::Receiver<()> {
        self.queue.subscribe()
    }

    /// Wakes when [`Self::inbox_changed`] is called.
    pub(crate) fn of_inbox(&self) -> watch::Receiver<()> {
        self.inbox.subscribe()
    }
}

/// A subscription to one conversation. Forgotten when dropped.
#[derive(Debug)]
pub(crate) struct ConversationWakeup {
    id: ConversationId,
    receiver: watch::Receiver<()>,
    conversations: Conversations,
}

impl ConversationWakeup {
    /// What happened until now need not wake any more: it is about to be read.
    pub(crate) fn mark_seen(&mut self) {
        self.receiver.mark_unchanged();
    }

    /// Waits for something that happened after the last [`Self::mark_seen`].
    pub(crate) async fn changed(&mut self) {
        // The sender outlives every receiver: only the drop of the last one removes it.
        let _ = self.receiver.changed().await;
    }
}

impl Drop for ConversationWakeup {
    fn drop(&mut self) {
        let mut conversations = lock(&self.conversations);
        if conversations
            .get(&self.id)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            conversations.remove(&self.id);
        }
    }
}

/// No code panics while it holds the lock.
fn lock(
    conversations: &Conversations,
) -> MutexGuard<'_, HashMap<ConversationId, watch::Sender<()>>> {
    conversations.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_between_subscribing_and_waiting_is_not_missed() {
        let wakeups = Wakeups::default();
        let id = ConversationId::new("0123456789abcdef").unwrap();
        let mut wakeup = wakeups.of_conversation(&id);
        wakeup.mark_seen();
        wakeups.conversation_changed(&id);
        wakeup.changed().await;
    }

    #[tokio::test]
    async fn when_something_may_have_been_missed_everybody_looks_again() {
        let wakeups = Wakeups::default();
        let id = ConversationId::new("0123456789abcdef").unwrap();
        let mut own = wakeups.of_conversation(&id);
        let (mut queue, mut inbox) = (wakeups.of_queue(), wakeups.of_inbox());
        own.mark_seen();
        wakeups.wake(&Wakeup::Everything);
        own.changed().await;
        queue.changed().await.unwrap();
        inbox.changed().await.unwrap();
    }

    #[test]
    fn nothing_is_kept_of_a_conversation_that_nobody_watches() {
        let wakeups = Wakeups::default();
        let id = ConversationId::new("0123456789abcdef").unwrap();
        let first = wakeups.of_conversation(&id);
        let second = wakeups.of_conversation(&id);
        drop(first);
        assert_eq!(lock(&wakeups.conversations).len(), 1);
        drop(second);
        assert!(lock(&wakeups.conversations).is_empty());
    }
}
