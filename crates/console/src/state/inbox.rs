//! The inbox as it was last told, and what in it is new to this agent.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use deskbell_protocol::{ConversationCard, ConversationId, EscalationReason, Inbox, Timestamp};

/// Something worth a sound or a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attention {
    /// A customer began to wait.
    NewWaiting {
        /// Where.
        conversation: ConversationId,
        /// Why.
        reason: Option<EscalationReason>,
    },
    /// A customer of this agent wrote, and the agent is looking elsewhere.
    NewMessage {
        /// Where.
        conversation: ConversationId,
    },
}

/// See the [module documentation](self).
#[derive(Clone, Debug, Default)]
pub struct InboxView {
    latest: Option<Rc<Inbox>>,
    /// Of the agent's own conversations: until when they have seen them.
    seen: BTreeMap<ConversationId, Timestamp>,
}

impl InboxView {
    /// What was told last, if anything.
    #[must_use]
    pub fn latest(&self) -> Option<&Rc<Inbox>> {
        self.latest.as_ref()
    }

    /// Takes the newest inbox in; `open` is the conversation on screen. What was there when the console was opened
    /// is no news.
    pub fn receive(&mut self, inbox: Inbox, open: Option<&ConversationId>) -> Vec<Attention> {
        let mut news = Vec::new();
        if let Some(before) = &self.latest {
            let known: BTreeSet<_> = before.waiting.iter().map(|card| &card.id).collect();
            let new = inbox
                .waiting
                .iter()
                .filter(|card| !known.contains(&card.id));
            news.extend(new.map(|card| Attention::NewWaiting {
                conversation: card.id.clone(),
                reason: card.reason,
            }));
            let was_at = |id: &ConversationId| {
                let card = before.mine.iter().find(|card| card.id == *id);
                card.map(|card| card.updated_at)
            };
            let moved = inbox.mine.iter().filter(|card| {
                Some(&card.id) != open && was_at(&card.id).is_some_and(|at| card.updated_at > at)
            });
            news.extend(moved.map(|card| Attention::NewMessage {
                conversation: card.id.clone(),
            }));
        }
        let seen = |card: &ConversationCard| {
            let before = self.seen.get(&card.id).filter(|_| Some(&card.id) != open);
            (card.id.clone(), before.copied().unwrap_or(card.updated_at))
        };
        self.seen = inbox.mine.iter().map(seen).collect();
        self.latest = Some(Rc::new(inbox));
        news
    }

    /// The agent looks at a conversation now.
    pub fn look_at(&mut self, conversation: &ConversationId) {
        let mine = self.latest.iter().flat_map(|inbox| &inbox.mine);
        if let Some(card) = mine.into_iter().find(|card| card.id == *conversation) {
            self.seen.insert(card.id.clone(), card.updated_at);
        }
    }

    /// The agent's own conversations in which something happened that they have not seen.
    #[must_use]
    pub fn unread(&self) -> BTreeSet<ConversationId> {
        let mine = self.latest.iter().flat_map(|inbox| &inbox.mine);
        let unread = mine.filter(|card| {
            let seen = self.seen.get(&card.id);
            seen.is_some_and(|seen| card.updated_at > *seen)
        });
        unread.map(|card| card.id.clone()).collect()
    }

    /// How many conversations want something of this agent: those that wait, and their own with something unread.
    #[must_use]
    pub fn wanted(&self) -> usize {
        let waiting = self.latest.as_ref().map_or(0, |inbox| inbox.waiting_total);
        usize::try_from(waiting)
            .unwrap_or(usize::MAX)
            .saturating_add(self.unread().len())
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{ConversationState, SiteKey};

    use super::*;

    fn id(name: &str) -> ConversationId {
        ConversationId::new(format!("conversation-{name}")).unwrap()
    }

    fn card(name: &str, updated_at: Timestamp) -> ConversationCard {
        ConversationCard {
            id: id(name),
            site: SiteKey::new("demo").unwrap(),
            state: ConversationState::Waiting,
            reason: None,
            waiting_since: None,
            updated_at,
            preview: None,
            intent: None,
            sentiment: None,
            contact: None,
            language: None,
            page: None,
            agent: None,
        }
    }

    fn inbox(waiting: &[&str], mine: &[(&str, Timestamp)]) -> Inbox {
        Inbox {
            waiting: waiting.iter().map(|name| card(name, 0)).collect(),
            waiting_total: u32::try_from(waiting.len()).unwrap(),
            mine: mine.iter().map(|(name, at)| card(name, *at)).collect(),
            ..Inbox::default()
        }
    }

    #[test]
    fn who_waited_already_is_no_news_and_who_comes_later_is() {
        let mut view = InboxView::default();
        assert_eq!(view.receive(inbox(&["ann"], &[]), None), []);
        let news = view.receive(inbox(&["ann", "bob"], &[]), None);
        let bob = Attention::NewWaiting {
            conversation: id("bob"),
            reason: None,
        };
        assert_eq!(news, std::slice::from_ref(&bob));
        assert_eq!(view.receive(inbox(&["ann"], &[]), None), []);
        assert_eq!(view.receive(inbox(&["ann", "bob"], &[]), None), [bob]);
    }

    #[test]
    fn a_message_in_my_conversation_is_unread_until_i_look_at_it() {
        let mut view = InboxView::default();
        view.receive(inbox(&[], &[("ann", 1)]), None);
        assert!(view.unread().is_empty());
        let news = view.receive(inbox(&["bob"], &[("ann", 2)]), None);
        assert_eq!(news.len(), 2);
        assert!(view.unread().contains(&id("ann")));
        assert_eq!(view.wanted(), 2);
        view.look_at(&id("ann"));
        assert_eq!(view.wanted(), 1);
    }

    #[test]
    fn the_conversation_on_screen_is_never_unread() {
        let mut view = InboxView::default();
        view.receive(inbox(&[], &[("ann", 1)]), Some(&id("ann")));
        assert_eq!(
            view.receive(inbox(&[], &[("ann", 2)]), Some(&id("ann"))),
            []
        );
        assert!(view.unread().is_empty());
    }

    #[test]
    fn a_conversation_i_just_took_is_not_unread() {
        let mut view = InboxView::default();
        view.receive(inbox(&["ann"], &[]), None);
        assert_eq!(view.receive(inbox(&[], &[("ann", 5)]), None), []);
        assert!(view.unread().is_empty());
    }
}
