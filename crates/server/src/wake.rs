//! Wake-ups of streams. They carry no data: whoever is woken reads the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

    /// A conversation left the queue: those behind it move up.
    pub(crate) fn queue_changed(&self) {
        self.queue.send_replace(());
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

    /// Wakes when [`Self::queue_changed`] is called.
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
