//! A conversation's life as its events tell it: the rules of the desk, written a second time and from outside.

use deskbell_protocol::{AgentId, ConversationId, ConversationState, Event, EventBody, Seq};

use super::shown;
use crate::finding::{Finding, Rule};

/// Where a conversation stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who speaks.
    pub state: ConversationState,
    /// Who owns it, while a person does.
    pub owner: Option<AgentId>,
}

/// Where a conversation stood after each of its events.
pub struct Life(Vec<Standing>);

impl Life {
    /// Follows the events, and finds those that were not possible where the conversation stood.
    pub fn of(id: &ConversationId, events: &[Event]) -> (Self, Vec<Finding>) {
        let mut standing = Standing {
            state: ConversationState::Bot,
            owner: None,
        };
        let (mut life, mut findings) = (Vec::new(), Vec::new());
        for (index, event) in events.iter().enumerate() {
            if let Some(rule) = breach(&standing, &events[..index], event, events.get(index + 1)) {
                let Standing { state, owner } = &standing;
                let owner = owner.as_ref().map_or("nobody", AgentId::as_str);
                let event = shown(event);
                let account = format!("in {id}, {event}, while {state:?} and owned by {owner}");
                findings.push(Finding::new(rule, account));
            }
            standing = after(standing, &event.body);
            life.push(standing.clone());
        }
        (Self(life), findings)
    }

    /// Where it stands now; nothing if there are no events.
    pub fn now(&self) -> Option<&Standing> {
        self.0.last()
    }

    /// Whether it was queued or with a person after any event from `first` to before `end`.
    pub fn had_person(&self, first: Seq, end: Seq) -> bool {
        use ConversationState::{Waiting, WithAgent};
        (first..end.min(self.0.len() as Seq + 1))
            .filter_map(|seq| self.0.get(usize::try_from(seq).ok()?.checked_sub(1)?))
            .any(|standing| matches!(standing.state, Waiting | WithAgent))
    }
}

/// What is wrong with `event`, if anything is.
fn breach(
    standing: &Standing,
    before: &[Event],
    event: &Event,
    next: Option<&Event>,
) -> Option<Rule> {
    use ConversationState::{Bot, Closed, Waiting, WithAgent};
    let bot_listens = matches!(standing.state, Bot | Closed);
    let earlier = |seq: &Seq| {
        before
            .iter()
            .find(|other| other.seq == *seq)
            .map(|other| &other.body)
    };
    let possible = match &event.body {
        EventBody::Opened { .. } => before.is_empty(),
        _ if before.is_empty() => false,
        // What the bot hears has its consequence in the same write, else nobody would ever care.
        EventBody::CustomerMessage { .. } => {
            !bot_listens
                || next.is_some_and(|next| {
                    next.write == event.write
                        && matches!(
                            next.body,
                            EventBody::BotMessage { .. } | EventBody::Escalated { .. }
                        )
                })
        }
        EventBody::BotMessage { .. } => standing.state == Bot,
        EventBody::Feedback { answer, .. } => {
            matches!(earlier(answer), Some(EventBody::BotMessage { .. }))
        }
        EventBody::Escalated { .. } => bot_listens,
        EventBody::ContactLeft { .. } | EventBody::Introduced { .. } => true,
        EventBody::Claimed { .. } if standing.state == WithAgent => return Some(Rule::TwoOwners),
        EventBody::Claimed { .. } => standing.state == Waiting,
        EventBody::AgentMessage { agent, .. }
        | EventBody::HandedBack { agent }
        | EventBody::Closed { agent } => match &standing.owner {
            Some(owner) if *owner != agent.id => return Some(Rule::TwoOwners),
            owner => owner.is_some(),
        },
        EventBody::Rated { stretch, .. } => matches!(
            earlier(stretch),
            Some(EventBody::HandedBack { .. } | EventBody::Closed { .. })
        ),
        EventBody::Unknown => false,
    };
    (!possible).then_some(Rule::OutOfTurn)
}

fn after(standing: Standing, body: &EventBody) -> Standing {
    let (state, owner) = match body {
        EventBody::CustomerMessage { .. } if standing.state == ConversationState::Closed => {
            (ConversationState::Bot, None)
        }
        EventBody::Escalated { .. } => (ConversationState::Waiting, None),
        EventBody::Claimed { agent } => (ConversationState::WithAgent, Some(agent.id.clone())),
        EventBody::HandedBack { .. } => (ConversationState::Bot, None),
        EventBody::Closed { .. } => (ConversationState::Closed, None),
        _ => return standing,
    };
    Standing { state, owner }
}
