//! What happened in a conversation besides messages, in words.

use deskbell_protocol::{CustomerName, CustomerSubject, EmailAddress, EventBody, Score};

use super::reason_sentence;

/// One quiet line for an event that is not a message.
/// `None` for messages.
#[must_use]
pub fn happened(body: &EventBody) -> Option<String> {
    let line = match body {
        EventBody::CustomerMessage { .. }
        | EventBody::BotMessage { .. }
        | EventBody::AgentMessage { .. } => return None,
        EventBody::Opened { .. } => "The customer opened the chat.".to_owned(),
        EventBody::Feedback { helped: true, .. } => {
            "The customer said that the answer helped.".to_owned()
        }
        EventBody::Feedback { helped: false, .. } => {
            "The customer said that the answer did not help.".to_owned()
        }
        EventBody::Escalated { reason } => reason_sentence(*reason).to_owned(),
        EventBody::ContactLeft { contact } => {
            format!("The customer can be reached at: {}", contact.as_str())
        }
        EventBody::Claimed { agent } => {
            format!(
                "{} took the conversation. The assistant is silent now.",
                agent.name
            )
        }
        EventBody::HandedBack { agent } => {
            format!("{} handed back. The assistant answers again.", agent.name)
        }
        EventBody::Closed { agent } => format!("{} closed the conversation.", agent.name),
        EventBody::Rated { score, .. } => format!(
            "The customer rated this chat {} of {}.",
            score.get(),
            Score::MAX
        ),
        EventBody::Introduced {
            name,
            email,
            subject,
        } => {
            let who = [
                name.as_ref().map(CustomerName::as_str),
                email.as_ref().map(EmailAddress::as_str),
            ];
            let who = who.into_iter().flatten().collect::<Vec<_>>().join(", ");
            match subject.as_ref().map(CustomerSubject::as_str) {
                Some(subject) if who.is_empty() => {
                    format!("The shop has verified the customer: number {subject}.")
                }
                Some(subject) => {
                    format!("The shop has verified the customer: {who}, number {subject}.")
                }
                None => format!("The customer calls themselves {who}."),
            }
        }
        EventBody::Unknown => {
            "Something happened that this page is too old to show. Reload it.".to_owned()
        }
    };
    Some(line)
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{AgentId, AgentName, ContactText, EscalationReason};

    use super::*;

    #[test]
    fn every_turn_of_a_conversation_is_told_with_who_has_it_now() {
        let agent = AgentName {
            id: AgentId::new("sam").unwrap(),
            name: "Sam".to_owned(),
        };
        let line = |body| happened(&body).unwrap();
        let reason = EscalationReason::Bell;
        assert!(line(EventBody::Escalated { reason }).contains("rang the bell"));
        let claimed = EventBody::Claimed {
            agent: agent.clone(),
        };
        assert!(line(claimed).starts_with("Sam took"));
        assert!(line(EventBody::HandedBack { agent }).contains("assistant answers again"));
        let contact = ContactText::new("ann@example.org").unwrap();
        assert!(line(EventBody::ContactLeft { contact }).ends_with("ann@example.org"));
        let rated = EventBody::Rated {
            stretch: 4,
            score: Score::new(4).unwrap(),
        };
        assert_eq!(line(rated), "The customer rated this chat 4 of 5.");
        let introduced = EventBody::Introduced {
            name: Some(CustomerName::new("Ana Ruiz").unwrap()),
            email: Some(EmailAddress::new("ana@example.com").unwrap()),
            subject: None,
        };
        assert_eq!(
            line(introduced),
            "The customer calls themselves Ana Ruiz, ana@example.com."
        );
        for (name, told) in [(Some("Ana Ruiz"), "Ana Ruiz, number 7"), (None, "number 7")] {
            let verified = EventBody::Introduced {
                name: name.map(|name| CustomerName::new(name).unwrap()),
                email: None,
                subject: Some(CustomerSubject::new("7").unwrap()),
            };
            assert_eq!(
                line(verified),
                format!("The shop has verified the customer: {told}.")
            );
        }
    }
}
