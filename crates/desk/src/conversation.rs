//! The state of one conversation: a fold over its events.

use std::collections::BTreeMap;

use deskbell_protocol::{
    AgentName, ContactText, ConversationCard, ConversationId, ConversationState, Customer,
    EscalationReason, Event, EventBody, IntentId, Score, Sentiment, Seq, SiteKey, Timestamp,
};
use deskbell_triage::policy::{BotStretch, Policy};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// SHA-256 of a visitor token, in lower-case hexadecimal. The token itself is never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VisitorHash(pub String);

/// Longest preview, in characters.
const PREVIEW_CHARS: usize = 120;

/// Events are none of one conversation: there are none, or one is missing or out of place.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the kept events are not 1, 2, 3, … of a conversation")]
pub struct BrokenHistory;

/// Where a conversation stands. Derived from its events alone, so it can be rebuilt at any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The fold that made this, [`Conversation::FOLD`] for one of this program; 0 is from before there were numbers.
    #[serde(default)]
    pub fold: u32,
    /// Which.
    pub id: ConversationId,
    /// The merchant.
    pub site: SiteKey,
    /// Whose.
    pub visitor: VisitorHash,
    /// Where it stands.
    pub state: ConversationState,
    /// Who owns it, while with an agent.
    pub agent: Option<AgentName>,
    /// Position of the last event.
    pub last_seq: Seq,
    /// When the last event was stored.
    pub updated_at: Timestamp,
    /// Since when it waits, while waiting.
    pub waiting_since: Option<Timestamp>,
    /// Why a person was brought in last.
    pub reason: Option<EscalationReason>,
    /// Whether the bot has said that it is one.
    pub bot_disclosed: bool,
    /// What happened since the bot took over.
    pub stretch: BotStretch,
    /// The bot messages a customer may still judge: those of the present stretch.
    pub answers: Vec<Seq>,
    /// The events that ended a human stretch, which the customer may rate.
    #[serde(default)]
    pub ended_stretches: Vec<Seq>,
    /// The last score of each of them that has one.
    #[serde(default)]
    pub scores: BTreeMap<Seq, Score>,
    /// Beginning of what the customer wrote last.
    pub preview: Option<String>,
    /// How it was understood.
    pub intent: Option<IntentId>,
    /// How it felt.
    pub sentiment: Option<Sentiment>,
    /// How to reach the customer.
    pub contact: Option<ContactText>,
    /// Who the customer is, as was said last; without a subject nobody has checked it.
    #[serde(default)]
    pub introduced: Option<Customer>,
    /// Language tag, if known.
    pub language: Option<String>,
    /// Page, if known.
    pub page: Option<String>,
}

impl Conversation {
    /// Number of the fold: another one whenever the same events lead to something else than before. A store that keeps
    /// conversations folds those of another number again, so that old ones know what new code asks of them.
    pub const FOLD: u32 = 2;

    /// The conversation that these events are. `policy` is the site's.
    ///
    /// # Errors
    /// If they cannot be those of a conversation.
    pub fn of_events(
        id: ConversationId,
        site: SiteKey,
        visitor: VisitorHash,
        events: &[Event],
        policy: &Policy,
    ) -> Result<Self, BrokenHistory> {
        let first = events.first().ok_or(BrokenHistory)?;
        let mut conversation = Self::before_first(id, site, visitor, first.at);
        for event in events {
            if event.seq != conversation.last_seq + 1 {
                return Err(BrokenHistory);
            }
            conversation.apply(event, policy);
        }
        Ok(conversation)
    }

    /// A conversation before its first event.
    #[must_use]
    pub fn before_first(
        id: ConversationId,
        site: SiteKey,
        visitor: VisitorHash,
        at: Timestamp,
    ) -> Self {
        Self {
            fold: Self::FOLD,
            id,
            site,
            visitor,
            state: ConversationState::Bot,
            agent: None,
            last_seq: 0,
            updated_at: at,
            waiting_since: None,
            reason: None,
            bot_disclosed: false,
            stretch: BotStretch::default(),
            answers: Vec::new(),
            ended_stretches: Vec::new(),
            scores: BTreeMap::new(),
            preview: None,
            intent: None,
            sentiment: None,
            contact: None,
            introduced: None,
            language: None,
            page: None,
        }
    }

    /// Takes the next event into account. `policy` is the site's.
    pub fn apply(&mut self, event: &Event, policy: &Policy) {
        // What a newer program folded and this one has changed, that one is to fold again.
        self.fold = self.fold.min(Self::FOLD);
        self.last_seq = event.seq;
        self.updated_at = event.at;
        match &event.body {
            EventBody::Opened { language, page, .. } => {
                self.language.clone_from(language);
                self.page.clone_from(page);
            }
            EventBody::CustomerMessage { text, triage } => {
                self.preview = Some(text.as_str().chars().take(PREVIEW_CHARS).collect());
                if let Some(hint) = triage {
                    self.intent = Some(hint.reading.intent.clone());
                    self.sentiment = Some(hint.reading.sentiment);
                }
                if self.state == ConversationState::Closed {
                    self.state = ConversationState::Bot;
                }
            }
            EventBody::BotMessage { discloses_bot, .. } => {
                self.bot_disclosed |= discloses_bot;
                self.answers.push(event.seq);
            }
            EventBody::Feedback { answer, .. } => self.answers.retain(|seq| seq != answer),
            EventBody::Escalated { reason } => {
                self.state = ConversationState::Waiting;
                self.waiting_since = Some(event.at);
                self.reason = Some(*reason);
                self.answers.clear();
            }
            EventBody::ContactLeft { contact } => self.contact = Some(contact.clone()),
            EventBody::Claimed { agent } => {
                self.state = ConversationState::WithAgent;
                self.agent = Some(agent.clone());
                self.waiting_since = None;
            }
            EventBody::AgentMessage { .. } => {}
            EventBody::HandedBack { .. } => {
                self.end_human_stretch(event.seq, ConversationState::Bot);
            }
            EventBody::Closed { .. } => {
                self.end_human_stretch(event.seq, ConversationState::Closed);
            }
            EventBody::Rated { stretch, score } => {
                self.scores.insert(*stretch, *score);
            }
            EventBody::Unknown => {}
            EventBody::Introduced {
                name,
                email,
                subject,
            } => {
                self.introduced = Some(Customer {
                    name: name.clone(),
                    email: email.clone(),
                    subject: subject.clone(),
                });
            }
        }
        if self.state == ConversationState::Bot
            || !matches!(event.body, EventBody::CustomerMessage { .. })
        {
            self.stretch.apply(&event.body, policy);
        }
    }

    fn end_human_stretch(&mut self, end: Seq, next: ConversationState) {
        self.ended_stretches.push(end);
        self.state = next;
        self.agent = None;
        self.waiting_since = None;
        self.answers.clear();
    }

    /// The conversation as agents see it in a list.
    #[must_use]
    pub fn card(&self) -> ConversationCard {
        ConversationCard {
            id: self.id.clone(),
            site: self.site.clone(),
            state: self.state,
            reason: self.reason,
            waiting_since: self.waiting_since,
            updated_at: self.updated_at,
            preview: self.preview.clone(),
            intent: self.intent.clone(),
            sentiment: self.sentiment,
            contact: self
                .contact
                .as_ref()
                .map(|contact| contact.as_str().to_owned()),
            language: self.language.clone(),
            page: self.page.clone(),
            agent: self.agent.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{CustomerSubject, EmailAddress, MessageText, WriteId};
    use serde_json::json;

    use super::*;
    use crate::contract::{agent_name, new_conversation};

    #[test]
    fn a_fold_that_makes_something_else_of_the_same_events_has_another_number() {
        let (new, agent) = (new_conversation("ann"), agent_name("sam"));
        let text = MessageText::new("is anybody there?").unwrap();
        let bodies = [
            EventBody::Opened {
                site: new.site.clone(),
                language: new.language,
                page: None,
            },
            EventBody::CustomerMessage { text, triage: None },
            EventBody::Escalated {
                reason: EscalationReason::Bell,
            },
            EventBody::ContactLeft {
                contact: ContactText::new("0123").unwrap(),
            },
            EventBody::Claimed {
                agent: agent.clone(),
            },
            EventBody::Closed { agent },
            EventBody::Rated {
                stretch: 6,
                score: Score::new(4).unwrap(),
            },
            EventBody::Introduced {
                name: None,
                email: Some(EmailAddress::new("ann@example.org").unwrap()),
                subject: Some(CustomerSubject::new("customer-7").unwrap()),
            },
            EventBody::Unknown,
        ];
        let events: Vec<_> = (1..)
            .zip(bodies)
            .map(|(seq, body)| Event {
                seq,
                at: 1_000,
                write: WriteId::new("write-of-a-test-fold").unwrap(),
                body,
            })
            .collect();
        let policy = Policy::default();
        let folded = Conversation::of_events(new.id, new.site, new.visitor, &events, &policy);
        // Whoever changes what is expected here raises FOLD, else conversations that are stored stay as they were.
        assert_eq!(
            serde_json::to_value(folded.unwrap()).unwrap(),
            json!({
                "fold": 2, "id": "conversation-ann", "site": "demo", "visitor": "hash-of-ann", "state": "closed",
                "agent": null, "last_seq": 9, "updated_at": 1_000, "waiting_since": null, "reason": "bell",
                "bot_disclosed": false, "answers": [], "ended_stretches": [6], "scores": { "6": 4 },
                "stretch": { "out_of_scope": 0, "not_helped": 0, "angry": 0, "last_intent": null },
                "preview": "is anybody there?", "intent": null, "sentiment": null, "contact": "0123",
                "introduced": { "email": "ann@example.org", "subject": "customer-7" }, "language": "en", "page": null
            })
        );
    }
}
