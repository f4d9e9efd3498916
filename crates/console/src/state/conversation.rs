//! The conversation on screen.

use std::rc::Rc;

use deskbell_client::Timeline;
use deskbell_protocol::{
    AgentId, AgentName, ContactText, ConversationCard, ConversationId, ConversationState, Customer,
    EscalationReason, Event, EventBody, SiteKey, Status, Timestamp, WriteId,
};

use super::{Link, Outgoing, StreamId};

/// Who has a conversation now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// The bot.
    #[default]
    Bot,
    /// Nobody: it waits since then.
    Waiting(Timestamp),
    /// This person.
    With(AgentName),
    /// Nobody any more: it was closed, by this person if that is known.
    Closed(Option<AgentName>),
}

/// What the events say about a conversation as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The merchant.
    pub site: Option<SiteKey>,
    /// The customer's language tag.
    pub language: Option<String>,
    /// The page the customer was on.
    pub page: Option<String>,
    /// How to reach the customer.
    pub contact: Option<ContactText>,
    /// Who the customer is; without a subject as the page said, and nobody has checked it.
    pub introduced: Option<Customer>,
    /// Why a person was brought in last.
    pub reason: Option<EscalationReason>,
    /// Who has it.
    pub standing: Standing,
}

impl Facts {
    /// Reads them from the events. The same fold as the server's, so what they say is never behind the transcript.
    #[must_use]
    pub fn of(events: &[Event]) -> Self {
        let mut facts = Self::default();
        for event in events {
            match &event.body {
                EventBody::Opened {
                    site,
                    language,
                    page,
                } => {
                    facts.site = Some(site.clone());
                    facts.language.clone_from(language);
                    facts.page.clone_from(page);
                }
                EventBody::CustomerMessage { .. } => {
                    if matches!(facts.standing, Standing::Closed(_)) {
                        facts.standing = Standing::Bot;
                    }
                }
                EventBody::Escalated { reason } => {
                    facts.reason = Some(*reason);
                    facts.standing = Standing::Waiting(event.at);
                }
                EventBody::ContactLeft { contact } => facts.contact = Some(contact.clone()),
                EventBody::Claimed { agent } => facts.standing = Standing::With(agent.clone()),
                EventBody::HandedBack { .. } => facts.standing = Standing::Bot,
                EventBody::Closed { agent } => {
                    facts.standing = Standing::Closed(Some(agent.clone()));
                }
                EventBody::Introduced {
                    name,
                    email,
                    subject,
                } => {
                    facts.introduced = Some(Customer {
                        name: name.clone(),
                        email: email.clone(),
                        subject: subject.clone(),
                    });
                }
                EventBody::Unknown
                | EventBody::BotMessage { .. }
                | EventBody::Feedback { .. }
                | EventBody::Rated { .. }
                | EventBody::AgentMessage { .. } => {}
            }
        }
        facts
    }
}

/// See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct OpenConversation {
    id: ConversationId,
    timeline: Rc<Timeline>,
    status: Option<Status>,
    /// Stored replies that the stream has not brought yet, because something in front of them is on its way.
    settling: Vec<Outgoing>,
    /// Its stream.
    pub link: Link,
}

impl OpenConversation {
    /// A conversation whose stream is being opened.
    #[must_use]
    pub fn opening(id: ConversationId, stream: StreamId, now: Timestamp) -> Self {
        Self {
            id,
            timeline: Rc::default(),
            status: None,
            settling: Vec::new(),
            link: Link::opening(stream, now),
        }
    }

    /// Which.
    #[must_use]
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Its events so far.
    #[must_use]
    pub fn timeline(&self) -> &Rc<Timeline> {
        &self.timeline
    }

    /// Whether everything that was stored when it was opened is here: the status comes after the replay.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.status.is_some()
    }

    /// What is known about it. Where the stream is over because the conversation became somebody else's, its last
    /// events are not for us, but the status still says who has it.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::of(self.timeline.events());
        let Some(status) = self.status.as_ref().filter(|_| self.link.is_over()) else {
            return facts;
        };
        facts.standing = match (status.state, &status.agent, facts.standing) {
            (ConversationState::WithAgent, Some(agent), _) => Standing::With(agent.clone()),
            (ConversationState::Closed, _, Standing::Closed(agent)) => Standing::Closed(agent),
            (ConversationState::Closed, ..) => Standing::Closed(None),
            (ConversationState::Bot, ..) => Standing::Bot,
            (_, _, standing) => standing,
        };
        facts
    }

    /// Takes the live status in. `me` may read what waits and what is theirs; of anything else the server tells
    /// nothing after this.
    pub fn set_status(&mut self, status: Status, me: &AgentId) {
        let mine = status.agent.as_ref().is_some_and(|agent| agent.id == *me);
        if status.state != ConversationState::Waiting && !mine {
            self.link.over(None);
        }
        self.status = Some(status);
    }

    /// Whether an inbox that lists this conversation as `card` is a reason to open its stream again: it was over,
    /// and something happened since.
    #[must_use]
    pub fn is_revived_by(&self, card: &ConversationCard) -> bool {
        let last = self.timeline.events().last();
        card.id == self.id
            && self.link.is_over()
            && last.is_none_or(|event| card.updated_at > event.at)
    }

    /// Takes an event in and returns those that are new in the transcript.
    pub fn receive(&mut self, event: Event) -> Vec<Event> {
        let new = Rc::make_mut(&mut self.timeline).receive(event).to_vec();
        self.settling
            .retain(|item| !new.iter().any(|event| event.write == item.write));
        new
    }

    /// Takes an acknowledged reply in. It stays on screen until its event is part of the transcript.
    pub fn settle(&mut self, item: Outgoing) {
        if item.is_reply() && !self.has(&item.write) {
            self.settling.push(item);
        }
    }

    /// The agent's replies that are not part of the transcript yet, given those not acknowledged.
    #[must_use]
    pub fn echoes<'a>(&self, outbox: impl Iterator<Item = &'a Outgoing>) -> Vec<Outgoing> {
        let on_the_way = outbox.filter(|item| {
            item.conversation == self.id && item.is_reply() && !self.has(&item.write)
        });
        let on_the_way: Vec<_> = on_the_way.cloned().collect();
        [self.settling.as_slice(), on_the_way.as_slice()].concat()
    }

    fn has(&self, write: &WriteId) -> bool {
        let events = self.timeline.events();
        events.iter().rev().any(|event| event.write == *write)
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::MessageText;

    use super::*;
    use crate::state::{Act, Delivery};

    fn event(seq: u64, body: EventBody) -> Event {
        Event {
            seq,
            at: i64::try_from(seq).unwrap(),
            write: WriteId::new(format!("write-{seq:010}")).unwrap(),
            body,
        }
    }

    fn sam() -> AgentName {
        AgentName {
            id: AgentId::new("sam").unwrap(),
            name: "Sam".to_owned(),
        }
    }

    fn customer_writes() -> EventBody {
        EventBody::CustomerMessage {
            text: MessageText::new("hello").unwrap(),
            triage: None,
        }
    }

    #[test]
    fn who_has_a_conversation_follows_from_its_events() {
        let agent = sam();
        let bell = EscalationReason::Bell;
        let steps = [
            (customer_writes(), Standing::Bot),
            (EventBody::Escalated { reason: bell }, Standing::Waiting(2)),
            (EventBody::Claimed { agent: sam() }, Standing::With(sam())),
            (customer_writes(), Standing::With(sam())),
            (EventBody::HandedBack { agent: sam() }, Standing::Bot),
            (EventBody::Escalated { reason: bell }, Standing::Waiting(6)),
            (EventBody::Claimed { agent: sam() }, Standing::With(sam())),
            (EventBody::Closed { agent }, Standing::Closed(Some(sam()))),
            (customer_writes(), Standing::Bot),
        ];
        let mut events = Vec::new();
        for (body, standing) in steps {
            events.push(event(events.len() as u64 + 1, body));
            assert_eq!(Facts::of(&events).standing, standing);
        }
    }

    #[test]
    fn a_stored_reply_stays_on_screen_until_the_stream_has_brought_what_came_before_it() {
        let id = ConversationId::new("conversation-0001").unwrap();
        let mut open = OpenConversation::opening(id.clone(), 1, 0);
        let text = MessageText::new("Hello").unwrap();
        let body = EventBody::AgentMessage {
            agent: sam(),
            text: text.clone(),
        };
        let stored = event(2, body);
        let item = Outgoing {
            write: stored.write.clone(),
            conversation: id,
            act: Act::Reply(text),
            at: 0,
            delivery: Delivery::Sending,
            tries: 0,
        };
        let nothing = || [].iter();
        assert_eq!(open.echoes([item.clone()].iter()).len(), 1);
        assert!(open.receive(stored).is_empty());
        open.settle(item);
        assert_eq!(open.echoes(nothing()).len(), 1);
        assert_eq!(open.receive(event(1, customer_writes())).len(), 2);
        assert!(open.echoes(nothing()).is_empty());
    }
}
