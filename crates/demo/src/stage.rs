//! `/v1/demo`: what the page around widget and console shows, which no server has.

use deskbell_protocol::{EscalationReason, EventBody, MessageText, Timestamp, TriageHint};
use serde::Serialize;

use crate::Demo;
use crate::body;
use crate::http::{Body, Refused};

/// Most messages that are shown.
const SHOWN: usize = 5;

/// The answer to `GET /v1/demo`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Whether the agent is signed in.
    pub signed_in: bool,
    /// How many conversations there are.
    pub conversations: usize,
    /// What customers wrote last while the bot listened, latest first, at most five.
    pub messages: Vec<ReadMessage>,
}

/// A message, how it was read and what followed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadMessage {
    /// When it was stored.
    pub at: Timestamp,
    /// What was written.
    pub text: MessageText,
    /// How the device read it; absent if it could not in time.
    pub triage: Option<TriageHint>,
    /// What followed.
    pub outcome: Outcome,
}

/// What followed a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The bot answered.
    Answered,
    /// The bot answered and offered a person.
    Offered,
    /// A person was called.
    Escalated(EscalationReason),
}

/// `GET /v1/demo`.
pub(crate) fn show(demo: &Demo) -> Result<Body, Refused> {
    let mut stage = Stage {
        signed_in: demo.staff.signed_in,
        conversations: 0,
        messages: Vec::new(),
    };
    for kept in demo.conversations() {
        stage.conversations += 1;
        for pair in kept.events.windows(2) {
            let EventBody::CustomerMessage { text, triage } = &pair[0].body else {
                continue;
            };
            let outcome = match &pair[1].body {
                _ if pair[1].write != pair[0].write => continue,
                EventBody::BotMessage {
                    offers_human: false,
                    ..
                } => Outcome::Answered,
                EventBody::BotMessage { .. } => Outcome::Offered,
                EventBody::Escalated { reason } => Outcome::Escalated(*reason),
                _ => continue,
            };
            stage.messages.push(ReadMessage {
                at: pair[0].at,
                text: text.clone(),
                triage: triage.clone(),
                outcome,
            });
        }
    }
    stage
        .messages
        .sort_by_key(|message| std::cmp::Reverse(message.at));
    stage.messages.truncate(SHOWN);
    body::write(&stage)
}
