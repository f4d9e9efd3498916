//! The customers, by number: their secrets, their conversations, and what was said in them.

use anyhow::Result;
use data_encoding::BASE64URL_NOPAD;
use deskbell_desk::{Conversation, VisitorHash};
use deskbell_protocol::{
    AgentName, AnswerReason, ConversationId, EscalationReason, Event, EventBody, MessageText,
    ReadOn, Reading, Sentiment, SentimentScores, SiteKey, Timestamp, TriageHint, Verdict,
    VisitorToken, WriteId,
};
use deskbell_triage::policy::Policy;
use sha2::{Digest as _, Sha256};

/// The site of them all.
pub const SITE: &str = "demo";
/// The first customers wait for a person.
pub const WAITING: u64 = 200;
/// The next ones are with the agent. From this number on, nobody of the agent's inbox: most were left to the bot, every
/// fourth talked to the agent and was closed.
pub const CALM: u64 = WAITING + 50;

/// Conversations lie this long back at most; older ones would be deleted.
const DAYS: i64 = 60;
const MINUTE: Timestamp = 60_000;

/// The customer with this number.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Their secret.
    pub token: VisitorToken,
    /// Their conversation.
    pub conversation: ConversationId,
}

impl Customer {
    /// The same for the same number.
    ///
    /// # Errors
    /// None that could happen.
    pub fn new(number: u64) -> Result<Self> {
        // As spread over the indices as real ones are.
        let id = Sha256::digest(format!("conversation {number}"));
        Ok(Self {
            token: VisitorToken::new(format!("{number:A>43}"))?,
            conversation: ConversationId::new(BASE64URL_NOPAD.encode(&id[..16]))?,
        })
    }
}

/// Routine questions: several, since who asks the same again and again is brought to a person.
const QUESTIONS: [&str; 4] = [
    "track_order",
    "delivery_options",
    "change_order",
    "return_item",
];

/// How a device reads a routine question; which one is the number's.
///
/// # Errors
/// None that could happen.
pub fn routine(number: u64) -> Result<TriageHint> {
    let question = QUESTIONS[(number % QUESTIONS.len() as u64) as usize];
    Ok(TriageHint {
        reading: Reading {
            intent: question.parse()?,
            confidence: 0.97,
            sentiment: Sentiment::Neutral,
            sentiment_scores: SentimentScores {
                negative: 0.05,
                neutral: 0.9,
                positive: 0.05,
            },
        },
        verdict: Verdict::Bot(AnswerReason::Routine),
        read_on: ReadOn::Device,
        millis: 12.5,
    })
}

/// What a customer writes, of a usual length.
///
/// # Errors
/// None that could happen.
pub fn message(number: u64) -> Result<MessageText> {
    let text = format!(
        "Hello, I ordered a parlour palm last week and wonder when parcel {number} will be here."
    );
    Ok(MessageText::new(&text)?)
}

/// What happened in the conversation with this number, and where it stands.
///
/// # Errors
/// None that could happen.
pub fn history(
    number: u64,
    agent: &AgentName,
    now: Timestamp,
) -> Result<(Conversation, Vec<Event>)> {
    let Customer {
        token,
        conversation: id,
    } = Customer::new(number)?;
    let site = SiteKey::new(SITE)?;
    let mut bodies = vec![
        EventBody::Opened {
            site: site.clone(),
            language: Some("en".to_owned()),
            page: Some("https://shop.example/plants/parlour-palm".to_owned()),
        },
        EventBody::CustomerMessage {
            text: message(number)?,
            triage: Some(routine(number)?),
        },
        EventBody::BotMessage {
            text: "You are talking to an automated assistant. You find your parcel at any time under My orders: \
                   choose the order, then Track. It is with you two to four days after we sent it."
                .to_owned(),
            suggestions: Vec::new(),
            intent: Some("track_order".parse()?),
            offers_human: true,
            discloses_bot: true,
        },
    ];
    let called = number < CALM || number.is_multiple_of(4);
    if called {
        let reason = EscalationReason::Bell;
        bodies.push(EventBody::Escalated { reason });
    }
    if called && number >= WAITING {
        let agent = agent.clone();
        bodies.push(EventBody::Claimed { agent });
    }
    if called && number >= CALM {
        let text = MessageText::new("I have looked it up: it comes tomorrow before noon.")?;
        let agent = agent.clone();
        let closed = EventBody::Closed {
            agent: agent.clone(),
        };
        bodies.extend([EventBody::AgentMessage { agent, text }, closed]);
    }
    let age = if number < CALM {
        i64::try_from(CALM - number)? * MINUTE / 10
    } else {
        // Spread evenly, in no order.
        let share = i64::try_from(number.wrapping_mul(7_919) % 100_000)?;
        share * DAYS * 24 * 60 * MINUTE / 100_000
    };
    let began = now - age - 5 * MINUTE;
    let mut events = Vec::with_capacity(bodies.len());
    for (seq, body) in (1..).zip(bodies) {
        events.push(Event {
            seq,
            at: began + i64::try_from(seq)? * 1_000,
            write: WriteId::new(format!("stored-{number:012}-{seq:03}"))?,
            body,
        });
    }
    let visitor = VisitorHash::of(&token);
    let policy = Policy::default();
    let conversation = Conversation::of_events(id, site, visitor, &events, &policy)?;
    Ok((conversation, events))
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{AgentId, ConversationState};

    use super::*;

    #[test]
    fn some_wait_some_are_with_the_agent_and_the_rest_is_left_or_closed() {
        let agent = AgentName {
            id: AgentId::new("sam").unwrap(),
            name: "Sam".to_owned(),
        };
        let now = 1_800_000_000_000;
        let state = |number| history(number, &agent, now).unwrap().0.state;
        assert_eq!(state(WAITING - 1), ConversationState::Waiting);
        assert_eq!(state(WAITING), ConversationState::WithAgent);
        assert_eq!(state(CALM + 1), ConversationState::Bot);
        assert_eq!(state(CALM + 2), ConversationState::Closed);
    }
}
