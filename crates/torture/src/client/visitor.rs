//! Visitors, each with one or two tabs, who do everything that a visitor can do.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_protocol::{
    AnswerReason, ContactText, ConversationId, CustomerName, EscalationAccepted, EventBody,
    GiveFeedback, Introduce, LeaveContact, MessageAccepted, MessageText, OpenConversation, Opened,
    PostMessage, ProblemCode, RateStretch, ReadOn, Reading, RequestHuman, Score, Sentiment,
    SentimentScores, Seq, SiteKey, TriageHint, Verdict, VisitorToken, WriteId,
};
use fastrand::Rng;
use serde::Serialize;
use tokio::task::JoinSet;

use super::reader::{Auth, Reader};
use super::sending::{Answer, Writer, send};
use crate::SITE;
use crate::history::{Act, Outcome};
use crate::tally::Count;
use crate::world::{Phase, World};

/// What visitors write. Some of it is answered by the bot, some brings a person.
const TEXTS: [&str; 8] = [
    "Where is my parcel?",
    "How can I send something back?",
    "What do you charge for delivery?",
    "The jug arrived broken and I am very angry about it!!",
    "Can I talk to a person, please?",
    "Somebody has used my card without asking me.",
    "Do you have it in green? 🟢 Ça m'aiderait beaucoup.",
    "thanks, that was all\nbye",
];

/// One visit, from opening the conversation to the end of the run. Gives the conversation.
///
/// # Errors
/// If something that is made here is not as the protocol wants it.
pub async fn visit(world: Arc<World>, name: String) -> anyhow::Result<Option<Visit>> {
    let mut dice = world.dice(&name);
    let token = VisitorToken::new(format!("{name:A<43}"))?;
    let Some(conversation) = open(&world, &mut dice, &name, &token).await? else {
        return Ok(None);
    };
    let mut tabs = JoinSet::new();
    for number in 1..=dice.usize(1..=2) {
        let name = format!("{name}-tab-{number}");
        let auth = Auth::Visitor(token.clone());
        let reader = Reader::new(name.clone(), conversation.clone(), auth.clone());
        world.add_reader(Arc::clone(&reader));
        let following = (Arc::clone(&world), Arc::clone(&reader));
        let mut its_dice = dice.fork();
        // Ends by itself when all is over.
        tokio::spawn(async move { following.1.follow(&following.0, &mut its_dice).await });
        let tab = Tab {
            world: Arc::clone(&world),
            name,
            conversation: conversation.clone(),
            auth,
            reader,
            dice: dice.fork(),
            judged: BTreeSet::new(),
            number: 0,
        };
        tabs.spawn(tab.live());
    }
    while let Some(ended) = tabs.join_next().await {
        ended??;
    }
    Ok(Some(Visit {
        token,
        conversation,
    }))
}

/// What remains of a visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The visitor's secret.
    pub token: VisitorToken,
    /// Their conversation.
    pub conversation: ConversationId,
}

async fn open(
    world: &World,
    dice: &mut Rng,
    name: &str,
    token: &VisitorToken,
) -> anyhow::Result<Option<ConversationId>> {
    let id = WriteId::new(format!("{name}-opens-the-chat"))?;
    let body = OpenConversation {
        write: id.clone(),
        site: SiteKey::new(SITE)?,
        language: Some("en".to_owned()),
        page: None,
    };
    let begun = world.tick();
    world.tally.one(Count::Writes);
    let mut found: Option<ConversationId> = None;
    // Asked again, it is the same conversation: the secret names it.
    for _ in 0..2 {
        let request = |door: &str| {
            let request = world.http.post(format!("{door}/v1/conversations"));
            request.bearer_auth(token.reveal()).json(&body)
        };
        let Answer::Accepted(Opened { conversation, .. }, _) = send(world, dice, request).await
        else {
            world.report(format!("{name} could not open a conversation"));
            return Ok(found);
        };
        match &found {
            None => {
                let at = world.tick();
                let events = Vec::new();
                world.tally.one(Count::Acknowledged);
                let outcome = Outcome::Accepted { at, events };
                world.record(id.clone(), &conversation, Act::Open, begun, outcome);
                found = Some(conversation);
            }
            Some(first) if *first != conversation => {
                world.report(format!(
                    "{name} has two conversations: {first}, {conversation}"
                ));
            }
            Some(_) => world.tally.one(Count::AskedAgain),
        }
    }
    Ok(found)
}

/// One of a visitor's pages.
struct Tab {
    world: Arc<World>,
    name: String,
    conversation: ConversationId,
    auth: Auth,
    reader: Arc<Reader>,
    dice: Rng,
    judged: BTreeSet<Seq>,
    number: u32,
}

impl Tab {
    async fn live(mut self) -> anyhow::Result<()> {
        while self.world.phase() == Phase::Storm {
            match self.dice.u32(0..100) {
                0..14 => self.ring().await?,
                14..28 => self.judge().await?,
                28..36 => self.leave_contact().await?,
                36..46 => self.rate().await?,
                46..52 => self.introduce().await?,
                _ => self.say().await?,
            }
            let world = Arc::clone(&self.world);
            world.pause(&mut self.dice, 5..250).await;
        }
        Ok(())
    }

    fn write_id(&mut self, what: &str) -> anyhow::Result<WriteId> {
        self.number += 1;
        Ok(WriteId::new(format!(
            "{}-{what}-{:05}",
            self.name, self.number
        ))?)
    }

    /// Sends a write to its end; whether it was accepted is kept in the history.
    async fn write<T: super::sending::Acknowledgement>(
        &mut self,
        path: &str,
        id: WriteId,
        body: &impl Serialize,
        act: Act,
        expected: &[ProblemCode],
    ) -> Result<T, Option<ProblemCode>> {
        let Self {
            world,
            conversation,
            auth,
            dice,
            ..
        } = self;
        let request = |door: &str| {
            let address = format!("{door}/v1/conversations/{conversation}/{path}");
            auth.show(world.http.post(address), door).json(body)
        };
        let writer = Writer {
            world,
            conversation,
            request,
        };
        writer.write(dice, id, act, expected).await
    }

    async fn say(&mut self) -> anyhow::Result<()> {
        let write = self.write_id("says")?;
        let text = TEXTS[self.dice.usize(0..TEXTS.len())];
        let text = MessageText::new(&format!("{text} ({write})"))?;
        // Without a hint the server reads the message itself.
        let triage = if self.dice.bool() {
            Some(hint()?)
        } else {
            None
        };
        let body = PostMessage {
            write: write.clone(),
            text: text.clone(),
            triage,
        };
        let act = Act::Message(text);
        let _ = self
            .write::<MessageAccepted>("messages", write, &body, act, &[])
            .await;
        Ok(())
    }

    async fn ring(&mut self) -> anyhow::Result<()> {
        let write = self.write_id("rings")?;
        let body = RequestHuman {
            write: write.clone(),
        };
        let _ = self
            .write::<EscalationAccepted>("escalation", write, &body, Act::Ring, &[])
            .await;
        Ok(())
    }

    /// Of an answer of the bot that was not judged yet. By then a person may be there, and the answer no longer counts.
    async fn judge(&mut self) -> anyhow::Result<()> {
        let judged = &self.judged;
        let answer = self.reader.look(|events| {
            events
                .iter()
                .rev()
                .find(|event| {
                    matches!(event.body, EventBody::BotMessage { .. })
                        && !judged.contains(&event.seq)
                })
                .map(|event| event.seq)
        });
        let Some(answer) = answer else {
            return self.say().await;
        };
        self.judged.insert(answer);
        let write = self.write_id("judges")?;
        let helped = self.dice.bool();
        let body = GiveFeedback {
            write: write.clone(),
            answer,
            helped,
        };
        let act = Act::Feedback { answer, helped };
        let expected = [ProblemCode::WrongState];
        let _ = self
            .write::<MessageAccepted>("feedback", write, &body, act, &expected)
            .await;
        Ok(())
    }

    async fn leave_contact(&mut self) -> anyhow::Result<()> {
        let write = self.write_id("leaves")?;
        let contact = ContactText::new(&format!("{write}@example.org"))?;
        let body = LeaveContact {
            write: write.clone(),
            contact: contact.clone(),
        };
        let act = Act::Contact(contact);
        let _ = self
            .write::<MessageAccepted>("contact", write, &body, act, &[])
            .await;
        Ok(())
    }

    /// Rates any chat with a person that ended, perhaps again.
    async fn rate(&mut self) -> anyhow::Result<()> {
        let ended: Vec<Seq> = self.reader.look(|events| {
            let ends = |body: &EventBody| {
                matches!(
                    body,
                    EventBody::HandedBack { .. } | EventBody::Closed { .. }
                )
            };
            let ended = events.iter().filter(|event| ends(&event.body));
            ended.map(|event| event.seq).collect()
        });
        let Some(&stretch) = self.dice.choice(&ended) else {
            return self.say().await;
        };
        let write = self.write_id("rates")?;
        let score = Score::new(self.dice.u8(1..=Score::MAX))?;
        let body = RateStretch {
            write: write.clone(),
            stretch,
            score,
        };
        let act = Act::Rate { stretch, score };
        let _ = self
            .write::<MessageAccepted>("rating", write, &body, act, &[])
            .await;
        Ok(())
    }

    async fn introduce(&mut self) -> anyhow::Result<()> {
        let write = self.write_id("is")?;
        // Few names, so that some are no news.
        let name = CustomerName::new(&format!("Ann {}", self.dice.u32(1..4)))?;
        let body = Introduce {
            write: write.clone(),
            name: Some(name.clone()),
            email: None,
            token: None,
        };
        let act = Act::Introduce(name);
        let _ = self
            .write::<MessageAccepted>("introduction", write, &body, act, &[])
            .await;
        Ok(())
    }
}

/// How a device would have read a routine question.
fn hint() -> anyhow::Result<TriageHint> {
    Ok(TriageHint {
        reading: Reading {
            intent: "track_order".parse()?,
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
