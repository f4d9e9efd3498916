//! Which events of an append make which messages. Pure.

use data_encoding::HEXLOWER;
use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, EscalationReason, Event, EventBody, Score, Seq,
    SiteKey, Timestamp,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{DeliveryId, UnansweredAfter, WebhookId};
use crate::Conversation;

/// What a webhook can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookEvent {
    /// A conversation waits for a person.
    EscalationRequested,
    /// A person took it.
    EscalationClaimed,
    /// Nobody took it for as long as the webhook says; once for each wait.
    EscalationUnanswered,
    /// A person closed it.
    ConversationClosed,
    /// A customer said how the chat with a person was.
    RatingGiven,
}

impl WebhookEvent {
    /// As the specification wants a type to be written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EscalationRequested => "escalation.requested",
            Self::EscalationClaimed => "escalation.claimed",
            Self::EscalationUnanswered => "escalation.unanswered",
            Self::ConversationClosed => "conversation.closed",
            Self::RatingGiven => "rating.given",
        }
    }

    /// Those that an event leads to: one that asks for a person makes two.
    #[must_use]
    pub const fn of(body: &EventBody) -> &'static [Self] {
        match body {
            EventBody::Escalated { .. } => &[Self::EscalationRequested, Self::EscalationUnanswered],
            EventBody::Claimed { .. } => &[Self::EscalationClaimed],
            EventBody::Closed { .. } => &[Self::ConversationClosed],
            EventBody::Rated { .. } => &[Self::RatingGiven],
            _ => &[],
        }
    }
}

/// A webhook that is told what happens at a conversation's site, as far as its messages depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Which.
    pub webhook: WebhookId,
    /// When a wait is told of.
    pub unanswered_after: UnansweredAfter,
}

/// A delivery to be written together with the events that cause it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Always the same for one webhook, event and type.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// About what.
    pub conversation: ConversationId,
    /// The type.
    pub event: WebhookEvent,
    /// The JSON that is signed and sent.
    pub body: String,
    /// When it happened, or will have: a wait is written down when it begins.
    pub at: Timestamp,
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    site: &'a SiteKey,
    conversation: &'a ConversationId,
    /// Position of the event in the conversation.
    seq: Seq,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<EscalationReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stretch: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
}

/// What `subscribers` are to be told of the events of one append. `conversation` is the one afterwards.
#[must_use]
pub fn messages(
    conversation: &Conversation,
    events: &[Event],
    subscribers: &[Subscriber],
) -> Vec<NewDelivery> {
    let mut made = Vec::new();
    for event in events {
        for &kind in WebhookEvent::of(&event.body) {
            for subscriber in subscribers {
                made.push(message(conversation, event, kind, subscriber));
            }
        }
    }
    made
}

fn message(
    conversation: &Conversation,
    event: &Event,
    kind: WebhookEvent,
    to: &Subscriber,
) -> NewDelivery {
    let at = match kind {
        WebhookEvent::EscalationUnanswered => to.unanswered_after.over_at(event.at),
        _ => event.at,
    };
    let mut data = Data {
        site: &conversation.site,
        conversation: &conversation.id,
        seq: event.seq,
        reason: None,
        waiting_since: None,
        agent: None,
        stretch: None,
        score: None,
    };
    match &event.body {
        EventBody::Escalated { reason } => {
            data.reason = Some(*reason);
            data.waiting_since = Some(rfc3339(event.at));
        }
        EventBody::Claimed { agent } | EventBody::Closed { agent } => data.agent = Some(&agent.id),
        EventBody::Rated { stretch, score } => {
            data.stretch = Some(*stretch);
            data.score = Some(*score);
        }
        _ => {}
    }
    let payload = Payload {
        r#type: kind.name(),
        timestamp: rfc3339(at),
        data,
    };
    NewDelivery {
        id: id(&to.webhook, &conversation.id, event.seq, kind),
        webhook: to.webhook.clone(),
        conversation: conversation.id.clone(),
        event: kind,
        body: serde_json::to_string(&payload)
            .expect("texts and whole numbers always have a JSON form"),
        at,
    }
}

/// The specification wants no full stop in it.
fn id(
    webhook: &WebhookId,
    conversation: &ConversationId,
    seq: Seq,
    kind: WebhookEvent,
) -> DeliveryId {
    let named = format!(
        "{} {} {seq} {}",
        webhook.0,
        conversation.as_str(),
        kind.name()
    );
    let hash = Sha256::digest(named);
    DeliveryId(format!("msg_{}", HEXLOWER.encode(&hash[..16])))
}

/// Whether these events end a wait: then nobody needs to be told any more that it was long.
#[must_use]
pub fn ends_waiting(conversation: &Conversation, events: &[Event]) -> bool {
    let may = |event: &Event| {
        matches!(
            event.body,
            EventBody::Claimed { .. } | EventBody::HandedBack { .. } | EventBody::Closed { .. }
        )
    };
    conversation.state != ConversationState::Waiting && events.iter().any(may)
}

/// A time as RFC 3339 writes it, in UTC with milliseconds. True for the years 0 to 9999.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let (days, ms) = (at.div_euclid(DAY_MS), at.rem_euclid(DAY_MS));
    // Years begin in March here, so that the leap day is a year's last; an era is 400 of them.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{MessageText, WriteId};
    use deskbell_triage::policy::Policy;
    use serde_json::{Value, json};

    use super::*;
    use crate::contract::{agent_name, new_conversation};

    fn told(body: EventBody) -> Vec<Value> {
        let new = new_conversation("ann");
        let mut conversation = Conversation::before_first(new.id, new.site, new.visitor, 0);
        let event = Event {
            seq: 7,
            at: 1_700_000_000_123,
            write: WriteId::new("write-of-a-test-told").unwrap(),
            body,
        };
        conversation.apply(&event, &Policy::default());
        let to = Subscriber {
            webhook: WebhookId("wh".to_owned()),
            unanswered_after: UnansweredAfter::default(),
        };
        let made = messages(&conversation, &[event], &[to]);
        made.iter()
            .map(|made| {
                let said: Value = serde_json::from_str(&made.body).unwrap();
                assert_eq!(said["type"], made.event.name());
                assert_eq!(said["timestamp"], rfc3339(made.at));
                said
            })
            .collect()
    }

    #[test]
    fn a_webhook_is_told_that_something_happened_and_not_what_anybody_wrote() {
        let agent = agent_name("sam");
        let at = "2023-11-14T22:13:20.123Z";
        let (site, conversation) = ("demo", "conversation-ann");
        let waits = json!({ "site": site, "conversation": conversation, "seq": 7, "reason": "bell", "waiting_since": at });
        let reason = EscalationReason::Bell;
        assert_eq!(
            told(EventBody::Escalated { reason }),
            [
                json!({ "type": "escalation.requested", "timestamp": at, "data": waits }),
                json!({ "type": "escalation.unanswered", "timestamp": "2023-11-14T22:15:20.123Z", "data": waits }),
            ]
        );
        let by = json!({ "site": site, "conversation": conversation, "seq": 7, "agent": "sam" });
        for (body, name) in [
            (
                EventBody::Claimed {
                    agent: agent.clone(),
                },
                "escalation.claimed",
            ),
            (
                EventBody::Closed {
                    agent: agent.clone(),
                },
                "conversation.closed",
            ),
        ] {
            assert_eq!(
                told(body),
                [json!({ "type": name, "timestamp": at, "data": by })]
            );
        }
        let score = Score::new(4).unwrap();
        let data = json!({ "site": site, "conversation": conversation, "seq": 7, "stretch": 5, "score": 4 });
        assert_eq!(
            told(EventBody::Rated { stretch: 5, score }),
            [json!({ "type": "rating.given", "timestamp": at, "data": data })]
        );
        let text = MessageText::new("my secret").unwrap();
        assert!(
            told(EventBody::CustomerMessage {
                text: text.clone(),
                triage: None
            })
            .is_empty()
        );
        assert!(told(EventBody::AgentMessage { agent, text }).is_empty());
    }

    #[test]
    fn a_message_has_one_id_and_every_other_one_another() {
        let one = |webhook: &str, conversation: &str, seq, kind| {
            let conversation = ConversationId::new(conversation).unwrap();
            id(&WebhookId(webhook.to_owned()), &conversation, seq, kind)
        };
        let (here, there) = ("conversation-one", "conversation-two");
        let requested = WebhookEvent::EscalationRequested;
        let first = one("a", here, 1, requested);
        assert_eq!(first, one("a", here, 1, requested));
        for other in [
            one("b", here, 1, requested),
            one("a", there, 1, requested),
            one("a", here, 2, requested),
            one("a", here, 1, WebhookEvent::EscalationUnanswered),
        ] {
            assert_ne!(first, other);
        }
        assert!(!first.0.contains('.'));
    }

    #[test]
    fn times_are_written_as_rfc_3339_wants_them() {
        for (at, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc3339(at), written);
        }
    }
}
