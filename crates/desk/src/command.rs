//! What can be asked of a conversation, and which events follow. Pure.

use deskbell_protocol::{
    AgentName, ContactText, ConversationState, Customer, EmailAddress, EscalationReason, EventBody,
    MessageText, OfferReason, Score, Seq, TriageHint, Verdict,
};
use deskbell_triage::policy;
use thiserror::Error;

use crate::{Conversation, Language, Site};

/// Why a command cannot be carried out.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state.
    #[error("{0}")]
    WrongState(&'static str),
    /// Another agent owns it.
    #[error("{by} has taken this conversation already.")]
    AlreadyClaimed {
        /// Who.
        by: String,
    },
    /// The conversation is of a customer whom the merchant's server has signed, and this is another one, or nobody has
    /// signed that it is the same.
    #[error(
        "This conversation belongs to another customer, or nobody has signed that it is the same one."
    )]
    OtherCustomer,
    /// The write id was used for something else.
    #[error("This write id was used for something else.")]
    WriteIdReused,
}

/// One command. Whoever may give it has been checked before.
#[derive(Clone, Debug)]
pub enum Command<'a> {
    /// The customer writes. `hint` is the device's reading, or the server's if the device had none in time.
    Message {
        /// What.
        text: MessageText,
        /// How it was read.
        hint: Option<TriageHint>,
        /// The site, for its policy and answers.
        site: &'a Site,
    },
    /// The customer rings the bell.
    Ring,
    /// The customer says whether a bot message helped.
    Feedback {
        /// The bot message.
        answer: Seq,
        /// Whether it helped.
        helped: bool,
        /// The site, for what the bot says next.
        site: &'a Site,
    },
    /// The customer says how to reach them.
    LeaveContact(ContactText),
    /// The customer says how the chat with a person was: the stretch that ended with this event. The last score counts.
    Rate(Seq, Score),
    /// The page says who the customer is, or the merchant's server does, whose signature has been checked.
    Introduce(Customer),
    /// The customer uses the form that needs no JavaScript: a message, how to reach them, a person please.
    ContactForm {
        /// What.
        text: MessageText,
        /// How it was read.
        hint: Option<TriageHint>,
        /// How to reach them.
        contact: ContactText,
    },
    /// An agent takes the conversation.
    Claim(AgentName),
    /// The agent who owns it writes.
    Reply(AgentName, MessageText),
    /// The agent who owns it gives it back to the bot.
    HandBack(AgentName),
    /// The agent who owns it closes it.
    Close(AgentName),
}

impl Command<'_> {
    /// The events that follow, none if nothing needs to happen.
    ///
    /// # Errors
    /// If the conversation's state does not allow it.
    pub fn decide(&self, conversation: &Conversation) -> Result<Vec<EventBody>, Refusal> {
        match self {
            Self::Message { text, hint, site } => Ok(message(conversation, text, hint, site)),
            Self::Ring => Ok(escalate(conversation, EscalationReason::Bell)
                .into_iter()
                .collect()),
            Self::Feedback {
                answer,
                helped,
                site,
            } => feedback(conversation, *answer, *helped, site),
            Self::LeaveContact(contact) => Ok(vec![EventBody::ContactLeft {
                contact: contact.clone(),
            }]),
            Self::Rate(stretch, score) => {
                if !conversation.ended_stretches.contains(stretch) {
                    return Err(Refusal::WrongState(
                        "There is no chat with a person here that ended and could be rated.",
                    ));
                }
                // The score that it has already is no news.
                let changed = conversation.scores.get(stretch) != Some(score);
                let rated = EventBody::Rated {
                    stretch: *stretch,
                    score: *score,
                };
                Ok(changed.then_some(rated).into_iter().collect())
            }
            Self::Introduce(customer) => introduce(conversation, customer),
            Self::ContactForm {
                text,
                hint,
                contact,
            } => {
                let mut events = vec![
                    EventBody::CustomerMessage {
                        text: text.clone(),
                        triage: hint.clone(),
                    },
                    EventBody::ContactLeft {
                        contact: contact.clone(),
                    },
                ];
                events.extend(escalate(conversation, EscalationReason::ContactForm));
                Ok(events)
            }
            Self::Claim(agent) => claim(conversation, agent),
            Self::Reply(agent, text) => {
                owned(conversation, agent)?;
                Ok(vec![EventBody::AgentMessage {
                    agent: agent.clone(),
                    text: text.clone(),
                }])
            }
            Self::HandBack(agent) => {
                owned(conversation, agent)?;
                Ok(vec![EventBody::HandedBack {
                    agent: agent.clone(),
                }])
            }
            Self::Close(agent) => {
                owned(conversation, agent)?;
                Ok(vec![EventBody::Closed {
                    agent: agent.clone(),
                }])
            }
        }
    }

    /// Whether `first`, the first event a write caused, is what this command would have caused: the check that a
    /// repeated write id is a repeated write.
    #[must_use]
    pub fn may_have_caused(&self, first: &EventBody) -> bool {
        match (self, first) {
            (
                Self::Message { text, .. } | Self::ContactForm { text, .. },
                EventBody::CustomerMessage { text: stored, .. },
            ) => text == stored,
            (Self::Ring, EventBody::Escalated { .. }) => true,
            (
                Self::Feedback { answer, helped, .. },
                EventBody::Feedback {
                    answer: stored,
                    helped: said,
                },
            ) => answer == stored && helped == said,
            (Self::LeaveContact(contact), EventBody::ContactLeft { contact: stored }) => {
                contact == stored
            }
            (
                Self::Rate(stretch, score),
                EventBody::Rated {
                    stretch: of,
                    score: stored,
                },
            ) => stretch == of && score == stored,
            (
                Self::Introduce(customer),
                EventBody::Introduced {
                    name,
                    email,
                    subject,
                },
            ) => (&customer.name, &customer.email, &customer.subject) == (name, email, subject),
            (
                Self::Reply(agent, text),
                EventBody::AgentMessage {
                    agent: by,
                    text: stored,
                },
            ) => agent == by && text == stored,
            (Self::Claim(agent), EventBody::Claimed { agent: by })
            | (Self::HandBack(agent), EventBody::HandedBack { agent: by })
            | (Self::Close(agent), EventBody::Closed { agent: by }) => agent == by,
            _ => false,
        }
    }
}

/// A conversation in which a signed customer was introduced is theirs for good. One of nobody known becomes theirs, unless
/// its page named an address before that the signature does not.
fn introduce(conversation: &Conversation, customer: &Customer) -> Result<Vec<EventBody>, Refusal> {
    if let Some(before) = &conversation.introduced {
        // Pages say it again on every visit.
        if before == customer {
            return Ok(Vec::new());
        }
        let other = match (&before.subject, &customer.subject) {
            (Some(before), after) => after.as_ref() != Some(before),
            (None, Some(_)) => before.email.as_ref().is_some_and(|before| {
                let same =
                    |after: &EmailAddress| before.as_str().eq_ignore_ascii_case(after.as_str());
                !customer.email.as_ref().is_some_and(same)
            }),
            (None, None) => false,
        };
        if other {
            return Err(Refusal::OtherCustomer);
        }
    }
    Ok(vec![EventBody::Introduced {
        name: customer.name.clone(),
        email: customer.email.clone(),
        subject: customer.subject.clone(),
    }])
}

/// The bot answers only in state `bot` (a closed conversation reopens there), and in the same write as the message:
/// there is no moment at which the message is stored and its consequence is not.
fn message(
    conversation: &Conversation,
    text: &MessageText,
    hint: &Option<TriageHint>,
    site: &Site,
) -> Vec<EventBody> {
    let bot_listens = matches!(
        conversation.state,
        ConversationState::Bot | ConversationState::Closed
    );
    if !bot_listens {
        return vec![EventBody::CustomerMessage {
            text: text.clone(),
            triage: hint.clone(),
        }];
    }
    let (verdict, triage) = match hint {
        Some(hint) => {
            let ours = policy::decide(&hint.reading, &conversation.stretch, &site.policy);
            let ours = site.answers.refine(ours, &hint.reading);
            let verdict = policy::more_human(ours, hint.verdict);
            (
                verdict,
                Some(TriageHint {
                    verdict,
                    ..hint.clone()
                }),
            )
        }
        None => (Verdict::OfferHuman(OfferReason::Unsure), None),
    };
    let mut events = vec![EventBody::CustomerMessage {
        text: text.clone(),
        triage,
    }];
    if let Verdict::Escalate(reason) = verdict {
        events.push(EventBody::Escalated { reason });
    } else {
        let reading = hint.as_ref().map(|hint| &hint.reading);
        events.extend(site.answers.reply(
            verdict,
            reading,
            disclosure(conversation, site).as_deref(),
        ));
    }
    events
}

/// Who speaks, unless the bot has said so. In the site's language, as everything the bot says.
fn disclosure(conversation: &Conversation, site: &Site) -> Option<String> {
    let language = Language::named(&site.language).unwrap_or_default();
    let said = language.words().disclosure;
    (!conversation.bot_disclosed).then(|| said.replace("{shop}", &site.name))
}

fn escalate(conversation: &Conversation, reason: EscalationReason) -> Option<EventBody> {
    matches!(
        conversation.state,
        ConversationState::Bot | ConversationState::Closed
    )
    .then_some(EventBody::Escalated { reason })
}

/// A second "that did not help" brings a person; the first makes the bot offer one.
fn feedback(
    conversation: &Conversation,
    answer: Seq,
    helped: bool,
    site: &Site,
) -> Result<Vec<EventBody>, Refusal> {
    if !conversation.answers.contains(&answer) {
        return Err(Refusal::WrongState(
            "There is no answer here to judge any more.",
        ));
    }
    let mut events = vec![EventBody::Feedback { answer, helped }];
    if !helped && conversation.stretch.not_helped >= 1 {
        events.push(EventBody::Escalated {
            reason: EscalationReason::BotDidNotHelp,
        });
    } else if !helped {
        events.push(sorry(conversation, site));
    }
    Ok(events)
}

/// What the bot says to a "that did not help": the customer was understood, so it does not ask what they meant.
fn sorry(conversation: &Conversation, site: &Site) -> EventBody {
    let language = Language::named(&site.language).unwrap_or_default();
    let disclosure = disclosure(conversation, site);
    let discloses_bot = disclosure.is_some();
    let said = language.words().not_helped.to_owned();
    EventBody::BotMessage {
        text: disclosure
            .into_iter()
            .chain([said])
            .collect::<Vec<_>>()
            .join("\n\n"),
        suggestions: Vec::new(),
        intent: None,
        offers_human: true,
        discloses_bot,
    }
}

fn claim(conversation: &Conversation, agent: &AgentName) -> Result<Vec<EventBody>, Refusal> {
    match (conversation.state, &conversation.agent) {
        (ConversationState::Waiting, _) => Ok(vec![EventBody::Claimed {
            agent: agent.clone(),
        }]),
        (ConversationState::WithAgent, Some(owner)) if owner.id == agent.id => Ok(Vec::new()),
        (ConversationState::WithAgent, Some(owner)) => Err(Refusal::AlreadyClaimed {
            by: owner.name.clone(),
        }),
        _ => Err(Refusal::WrongState(
            "This conversation is not waiting for a person.",
        )),
    }
}

fn owned(conversation: &Conversation, agent: &AgentName) -> Result<(), Refusal> {
    match &conversation.agent {
        Some(owner) if owner.id == agent.id => Ok(()),
        Some(owner) => Err(Refusal::AlreadyClaimed {
            by: owner.name.clone(),
        }),
        None => Err(Refusal::WrongState("Take this conversation first.")),
    }
}
