//! How events and readings are read from JSON: as one flat object each, field by field.
//!
//! The derived way (`flatten` over tagged enums) first copies every object into a generic tree. That costs the
//! widget some fifteen kilobytes of download and gives errors that do not name the field.

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{Error as _, IntoDeserializer};

use crate::{
    AgentName, ContactText, CustomerName, CustomerSubject, EmailAddress, Event, EventBody,
    IntentId, IntroductionError, MessageText, ReadOn, Reading, Score, Sentiment, SentimentScores,
    Seq, SiteKey, Timestamp, TriageHint, Verdict, WriteId,
};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    Opened,
    CustomerMessage,
    BotMessage,
    Feedback,
    Escalated,
    ContactLeft,
    Claimed,
    AgentMessage,
    HandedBack,
    Closed,
    Rated,
    Introduced,
    #[serde(other)]
    Unknown,
}

/// All fields that any event has.
#[derive(Deserialize)]
pub(crate) struct FlatEvent {
    seq: Seq,
    at: Timestamp,
    write: WriteId,
    r#type: Type,
    site: Option<SiteKey>,
    language: Option<String>,
    page: Option<String>,
    text: Option<String>,
    triage: Option<TriageHint>,
    #[serde(default)]
    suggestions: Vec<String>,
    intent: Option<IntentId>,
    offers_human: Option<bool>,
    discloses_bot: Option<bool>,
    answer: Option<Seq>,
    helped: Option<bool>,
    reason: Option<String>,
    contact: Option<ContactText>,
    agent: Option<AgentName>,
    stretch: Option<Seq>,
    score: Option<u64>,
    name: Option<String>,
    email: Option<String>,
    subject: Option<CustomerSubject>,
}

impl TryFrom<FlatEvent> for Event {
    type Error = Error;

    fn try_from(flat: FlatEvent) -> Result<Self, Error> {
        let message = |text: Option<String>| {
            MessageText::try_from(need("text", text)?).map_err(Error::custom)
        };
        let body = match flat.r#type {
            Type::Opened => EventBody::Opened {
                site: need("site", flat.site)?,
                language: flat.language,
                page: flat.page,
            },
            Type::CustomerMessage => EventBody::CustomerMessage {
                text: message(flat.text)?,
                triage: flat.triage,
            },
            Type::BotMessage => EventBody::BotMessage {
                text: need("text", flat.text)?,
                suggestions: flat.suggestions,
                intent: flat.intent,
                offers_human: need("offers_human", flat.offers_human)?,
                discloses_bot: need("discloses_bot", flat.discloses_bot)?,
            },
            Type::Feedback => EventBody::Feedback {
                answer: need("answer", flat.answer)?,
                helped: need("helped", flat.helped)?,
            },
            Type::Escalated => EventBody::Escalated {
                reason: named(&need("reason", flat.reason)?)?,
            },
            Type::ContactLeft => EventBody::ContactLeft {
                contact: need("contact", flat.contact)?,
            },
            Type::Claimed => EventBody::Claimed {
                agent: need("agent", flat.agent)?,
            },
            Type::AgentMessage => EventBody::AgentMessage {
                agent: need("agent", flat.agent)?,
                text: message(flat.text)?,
            },
            Type::HandedBack => EventBody::HandedBack {
                agent: need("agent", flat.agent)?,
            },
            Type::Closed => EventBody::Closed {
                agent: need("agent", flat.agent)?,
            },
            Type::Rated => EventBody::Rated {
                stretch: need("stretch", flat.stretch)?,
                score: Score::try_from(need("score", flat.score)?).map_err(Error::custom)?,
            },
            Type::Introduced => EventBody::Introduced {
                name: said(flat.name, CustomerName::new)?,
                email: said(flat.email, EmailAddress::new)?,
                subject: flat.subject,
            },
            Type::Unknown => EventBody::Unknown,
        };
        Ok(Self {
            seq: flat.seq,
            at: flat.at,
            write: flat.write,
            body,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Bot,
    OfferHuman,
    Escalate,
}

/// All fields of a reading with its verdict.
#[derive(Deserialize)]
pub(crate) struct FlatHint {
    intent: IntentId,
    confidence: f32,
    sentiment: Sentiment,
    sentiment_scores: SentimentScores,
    decision: Decision,
    reason: String,
    read_on: ReadOn,
    millis: f32,
}

impl TryFrom<FlatHint> for TriageHint {
    type Error = Error;

    fn try_from(flat: FlatHint) -> Result<Self, Error> {
        let verdict = match flat.decision {
            Decision::Bot => Verdict::Bot(named(&flat.reason)?),
            Decision::OfferHuman => Verdict::OfferHuman(named(&flat.reason)?),
            Decision::Escalate => Verdict::Escalate(named(&flat.reason)?),
        };
        Ok(Self {
            reading: Reading {
                intent: flat.intent,
                confidence: flat.confidence,
                sentiment: flat.sentiment,
                sentiment_scores: flat.sentiment_scores,
            },
            verdict,
            read_on: flat.read_on,
            millis: flat.millis,
        })
    }
}

fn need<T>(field: &'static str, value: Option<T>) -> Result<T, Error> {
    value.ok_or_else(|| Error::missing_field(field))
}

/// What the page said, if it did.
fn said<T>(
    text: Option<String>,
    check: impl Fn(&str) -> Result<T, IntroductionError>,
) -> Result<Option<T>, Error> {
    text.map(|text| check(&text))
        .transpose()
        .map_err(Error::custom)
}

/// The variant that is written as `name`.
fn named<'de, T: Deserialize<'de>>(name: &'de str) -> Result<T, Error> {
    let name: StrDeserializer<'de, Error> = name.into_deserializer();
    T::deserialize(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgentId, AnswerReason, EscalationReason, OfferReason};

    fn hint(verdict: Verdict) -> TriageHint {
        TriageHint {
            reading: Reading {
                intent: IntentId::new("refund").unwrap(),
                confidence: 0.5,
                sentiment: Sentiment::Neutral,
                sentiment_scores: SentimentScores {
                    negative: 0.25,
                    neutral: 0.5,
                    positive: 0.25,
                },
            },
            verdict,
            read_on: ReadOn::Device,
            millis: 2.5,
        }
    }

    fn every_body() -> Vec<EventBody> {
        let text = || MessageText::new("Hello").unwrap();
        let agent = || AgentName {
            id: AgentId::new("a1").unwrap(),
            name: "Sam".to_owned(),
        };
        let said = |triage| EventBody::CustomerMessage {
            text: text(),
            triage,
        };
        vec![
            EventBody::Opened {
                site: SiteKey::new("demo").unwrap(),
                language: Some("en".to_owned()),
                page: None,
            },
            said(None),
            said(Some(hint(Verdict::Bot(AnswerReason::Routine)))),
            said(Some(hint(Verdict::OfferHuman(OfferReason::NotHelped)))),
            said(Some(hint(Verdict::Escalate(EscalationReason::Angry)))),
            EventBody::BotMessage {
                text: "Hi".to_owned(),
                suggestions: vec!["More".to_owned()],
                intent: Some(IntentId::new("refund").unwrap()),
                offers_human: true,
                discloses_bot: false,
            },
            EventBody::Feedback {
                answer: 3,
                helped: false,
            },
            EventBody::Escalated {
                reason: EscalationReason::BotDidNotHelp,
            },
            EventBody::ContactLeft {
                contact: ContactText::new("me@example.com").unwrap(),
            },
            EventBody::Claimed { agent: agent() },
            EventBody::AgentMessage {
                agent: agent(),
                text: text(),
            },
            EventBody::HandedBack { agent: agent() },
            EventBody::Closed { agent: agent() },
            EventBody::Rated {
                stretch: 6,
                score: Score::new(4).unwrap(),
            },
            EventBody::Introduced {
                name: Some(CustomerName::new("Ana Ruiz").unwrap()),
                email: Some(EmailAddress::new("ana@example.com").unwrap()),
                subject: None,
            },
            EventBody::Introduced {
                name: None,
                email: Some(EmailAddress::new("ana@example.com").unwrap()),
                subject: Some(CustomerSubject::new("customer-7").unwrap()),
            },
        ]
    }

    #[test]
    fn every_event_is_read_as_it_was_written_and_as_the_derived_way_reads_it() {
        for body in every_body() {
            let event = Event {
                seq: 7,
                at: 5,
                write: WriteId::new("0123456789abcdef").unwrap(),
                body,
            };
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&json).unwrap(),
                event,
                "{json}"
            );
            let derived: EventBody = serde_json::from_str(&json).unwrap();
            assert_eq!(derived, event.body, "{json}");
        }
    }

    #[test]
    fn what_only_a_newer_program_knows_is_an_event_all_the_same() {
        let json = r#"{"seq":1,"at":5,"write":"0123456789abcdef","type":"rained","drops":[1]}"#;
        let found = serde_json::from_str::<Event>(json).unwrap();
        assert_eq!((found.seq, found.body), (1, EventBody::Unknown));
    }

    #[test]
    fn a_field_that_is_missing_or_wrong_is_named() {
        let head = r#""seq":1,"at":5,"write":"0123456789abcdef""#;
        let error = |rest: &str| {
            let json = format!("{{{head},{rest}}}");
            serde_json::from_str::<Event>(&json)
                .unwrap_err()
                .to_string()
        };
        assert!(error(r#""type":"feedback","answer":1"#).contains("`helped`"));
        assert!(error(r#""type":"escalated","reason":"weather"#).contains("EOF"));
        assert!(error(r#""type":"escalated","reason":"weather""#).contains("`weather`"));
        assert!(error(r#""type":"agent_message","text":" ""#).contains("agent"));
        assert!(error(r#""type":"customer_message","text":" ""#).contains("empty"));
        assert!(error(r#""answer":1"#).contains("`type`"));
    }
}
