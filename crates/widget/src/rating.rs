//! What the customer can say about a chat with a person. Pure.

use deskbell_client::{Delivery, Item, OutgoingBody, Session};
use deskbell_protocol::{EventBody, Score, Seq};

/// A chat with a person that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended<'a> {
    /// The event that ended it.
    pub stretch: Seq,
    /// The person's name.
    pub agent: &'a str,
    /// The score given last, acknowledged or on its way.
    pub score: Option<Score>,
}

/// The chats with a person that have ended, oldest first. One in which the person said nothing was none.
pub fn ended(session: &Session) -> Vec<Ended<'_>> {
    let mut ended: Vec<Ended<'_>> = Vec::new();
    let mut spoke = false;
    for item in session.items() {
        let (stretch, score) = match item {
            Item::Event(event) => match &event.body {
                EventBody::AgentMessage { .. } => {
                    spoke = true;
                    continue;
                }
                EventBody::HandedBack { agent } | EventBody::Closed { agent } => {
                    if std::mem::take(&mut spoke) {
                        ended.push(Ended {
                            stretch: event.seq,
                            agent: &agent.name,
                            score: None,
                        });
                    }
                    continue;
                }
                EventBody::Rated { stretch, score } => (*stretch, *score),
                _ => continue,
            },
            Item::Echo(echo) => match (&echo.body, &echo.delivery) {
                (_, Delivery::Failed { .. }) => continue,
                (OutgoingBody::Rating { stretch, score }, _) => (*stretch, *score),
                _ => continue,
            },
        };
        if let Some(rated) = ended.iter_mut().find(|it| it.stretch == stretch) {
            rated.score = Some(score);
        }
    }
    ended
}

#[cfg(test)]
mod tests {
    use deskbell_client::{Config, Input, Saved};
    use deskbell_protocol::{
        AgentId, AgentName, ConversationId, Event, MessageText, SiteKey, VisitorToken, WriteId,
    };

    use super::*;

    fn session(bodies: Vec<EventBody>) -> Session {
        let config = Config {
            site: SiteKey::new("demo").unwrap(),
            language: None,
            page: None,
        };
        let saved = Saved {
            token: VisitorToken::new("t".repeat(43)).unwrap(),
            conversation: Some(ConversationId::new("the-one-conversation").unwrap()),
            outbox: Vec::new(),
        };
        let mut session = Session::new(config, saved);
        for (seq, body) in (1..).zip(bodies) {
            let write = WriteId::new(format!("write-of-the-story-{seq}")).unwrap();
            session.handle(Input::StreamEvent(Box::new(Event {
                seq,
                at: 0,
                write,
                body,
            })));
        }
        session
    }

    fn sam() -> AgentName {
        AgentName {
            id: AgentId::new("sam").unwrap(),
            name: "Sam".to_owned(),
        }
    }

    fn speaks() -> EventBody {
        EventBody::AgentMessage {
            agent: sam(),
            text: MessageText::new("Hello").unwrap(),
        }
    }

    fn rated(stretch: Seq, score: u8) -> EventBody {
        EventBody::Rated {
            stretch,
            score: Score::new(score).unwrap(),
        }
    }

    #[test]
    fn a_chat_can_be_rated_once_it_has_ended_and_the_last_score_counts() {
        let mut story = vec![EventBody::Claimed { agent: sam() }, speaks()];
        assert_eq!(ended(&session(story.clone())), []);
        story.push(EventBody::Closed { agent: sam() });
        let chat = Ended {
            stretch: 3,
            agent: "Sam",
            score: None,
        };
        assert_eq!(ended(&session(story.clone())), [chat]);
        story.extend([rated(3, 2), rated(3, 5)]);
        let score = Score::new(5).ok();
        assert_eq!(ended(&session(story)), [Ended { score, ..chat }]);
    }

    #[test]
    fn a_person_who_said_nothing_is_not_asked_about() {
        let story = vec![
            EventBody::Claimed { agent: sam() },
            EventBody::HandedBack { agent: sam() },
        ];
        assert_eq!(ended(&session(story)), []);
    }

    #[test]
    fn a_score_shows_at_once_before_it_is_stored() {
        let story = vec![
            EventBody::Claimed { agent: sam() },
            speaks(),
            EventBody::HandedBack { agent: sam() },
            rated(3, 1),
        ];
        let mut session = session(story);
        session.handle(Input::Rated {
            write: WriteId::new("the-write-of-the-rating").unwrap(),
            stretch: 3,
            score: Score::new(4).unwrap(),
            now: 0,
        });
        assert_eq!(ended(&session)[0].score, Score::new(4).ok());
    }
}
