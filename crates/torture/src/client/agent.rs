//! Agents: they sign in, take who waits, answer, and give back or close. Sometimes they reach for what is not theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskbell_protocol::{
    AgentId, AgentReply, AgentSession, AgentWrite, Availability, ConversationId, Inbox,
    MessageAccepted, MessageText, ProblemCode, SignIn, WriteId,
};
use fastrand::Rng;
use reqwest::header;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::inbox;
use super::reader::{Auth, Reader};
use super::sending::{Answer, Writer, from_own_page, send};
use crate::history::Act;
use crate::tally::Count;
use crate::world::{Phase, World};

/// An agent takes no more conversations at once.
const HANDS: usize = 3;

/// An agent who can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// A signed-in agent.
#[derive(Clone, Debug)]
pub struct Badge {
    /// Who they are.
    pub agent: AgentId,
    /// What they show.
    pub auth: Auth,
}

/// Signs in; nothing if nobody answers.
pub async fn sign_in(world: &World, dice: &mut Rng, account: &Account) -> Option<Badge> {
    let body = SignIn {
        email: account.email.clone(),
        password: account.password.clone(),
        code: None,
    };
    let request = |door: &str| {
        let request = world.http.post(format!("{door}/v1/agent/session"));
        from_own_page(request, door).json(&body)
    };
    match send::<AgentSession>(world, dice, request).await {
        Answer::Accepted(session, headers) => {
            let cookie = headers.get(header::SET_COOKIE)?.to_str().ok()?;
            let cookie = cookie.split(';').next()?.to_owned();
            Some(Badge {
                agent: session.agent.id,
                auth: Auth::Agent(cookie),
            })
        }
        Answer::Refused(code) => {
            world.report(format!("{} cannot sign in: {code:?}", account.email));
            None
        }
        Answer::Nothing => None,
    }
}

/// A working day, from signing in to the end of the storm.
///
/// # Errors
/// If something that is made here is not as the protocol wants it.
pub async fn work(world: Arc<World>, account: Account) -> anyhow::Result<()> {
    let mut dice = world.dice(&account.email);
    let Some(badge) = sign_in(&world, &mut dice, &account).await else {
        return Ok(());
    };
    let online = Availability { online: true };
    let says = |door: &str| {
        let request = world.http.put(format!("{door}/v1/agent/availability"));
        badge.auth.show(request, door).json(&online)
    };
    send::<serde_json::Value>(&world, &mut dice, says).await;
    let (tell, inbox) = watch::channel(Inbox::default());
    let watching = Arc::clone(&world);
    let (auth, mut its_dice) = (badge.auth.clone(), dice.fork());
    // Ends by itself when all is over.
    tokio::spawn(async move { inbox::watch(&watching, &auth, &mut its_dice, &tell).await });
    let desk = Desk {
        name: account
            .email
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned(),
        world,
        badge,
        inbox,
        dice,
        held: BTreeMap::new(),
        following: BTreeMap::new(),
        number: 0,
    };
    desk.live().await
}

/// What an agent knows of a conversation that they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// The claim was acknowledged: it is theirs until they give it away.
    Sure,
    /// It was in their list, which may be a little old.
    Listed,
}

/// One agent at work.
struct Desk {
    name: String,
    world: Arc<World>,
    badge: Badge,
    inbox: watch::Receiver<Inbox>,
    dice: Rng,
    held: BTreeMap<ConversationId, Hold>,
    following: BTreeMap<ConversationId, (Arc<Reader>, JoinHandle<()>)>,
    number: u32,
}

impl Desk {
    async fn live(mut self) -> anyhow::Result<()> {
        while self.world.phase() == Phase::Storm {
            let (waiting, mine) = {
                let inbox = self.inbox.borrow();
                let ids = |cards: &[deskbell_protocol::ConversationCard]| {
                    cards.iter().map(|card| card.id.clone()).collect::<Vec<_>>()
                };
                (ids(&inbox.waiting), ids(&inbox.mine))
            };
            // A claim that was refused may have been carried out by another copy of it.
            for id in mine {
                self.held.entry(id).or_insert(Hold::Listed);
            }
            let held: Vec<_> = self.held.keys().cloned().collect();
            let others: Vec<_> = (self.following.keys())
                .filter(|id| !self.held.contains_key(*id))
                .cloned()
                .collect();
            let dice = &mut self.dice;
            let (waiting, held, other) = (
                dice.choice(&waiting).cloned(),
                dice.choice(&held).cloned().filter(|_| dice.u32(0..4) > 0),
                dice.choice(&others)
                    .cloned()
                    .filter(|_| dice.u32(0..20) == 0),
            );
            match (waiting, held, other) {
                (_, _, Some(other)) => self.trespass(other).await?,
                (Some(id), None, _) if self.held.len() < HANDS => self.claim(id).await?,
                (_, Some(id), _) => self.serve(id).await?,
                (Some(id), ..) if self.held.len() < HANDS => self.claim(id).await?,
                _ => {}
            }
            let world = Arc::clone(&self.world);
            world.pause(&mut self.dice, 5..120).await;
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

    async fn write(
        &mut self,
        conversation: &ConversationId,
        path: &str,
        id: WriteId,
        body: &impl Serialize,
        act: Act,
        expected: &[ProblemCode],
    ) -> Result<MessageAccepted, Option<ProblemCode>> {
        let Self {
            world, badge, dice, ..
        } = self;
        let request = |door: &str| {
            let address = format!("{door}/v1/agent/conversations/{conversation}/{path}");
            badge.auth.show(world.http.post(address), door).json(body)
        };
        let writer = Writer {
            world,
            conversation,
            request,
        };
        writer.write(dice, id, act, expected).await
    }

    /// Of several who reach for it one gets it.
    async fn claim(&mut self, id: ConversationId) -> anyhow::Result<()> {
        let write = self.write_id("claims")?;
        let body = AgentWrite {
            write: write.clone(),
        };
        let act = Act::Claim(self.badge.agent.clone());
        let expected = [ProblemCode::AlreadyClaimed, ProblemCode::WrongState];
        if self
            .write(&id, "claim", write, &body, act, &expected)
            .await
            .is_ok()
        {
            self.world.tally.one(Count::Claims);
            self.follow(&id);
            self.held.insert(id, Hold::Sure);
        }
        Ok(())
    }

    /// Writes, or ends the stretch.
    async fn serve(&mut self, id: ConversationId) -> anyhow::Result<()> {
        let listed = [ProblemCode::AlreadyClaimed, ProblemCode::WrongState];
        let expected = match self.held.get(&id) {
            Some(Hold::Sure) => &[][..],
            _ => &listed,
        };
        let agent = self.badge.agent.clone();
        let outcome = match self.dice.u32(0..10) {
            0..6 => {
                let (write, body, act) = self.reply(agent)?;
                self.write(&id, "messages", write, &body, act, expected)
                    .await
            }
            end => {
                let (path, act) = match end {
                    6..8 => ("return", Act::HandBack(agent)),
                    _ => ("close", Act::Close(agent)),
                };
                let write = self.write_id("ends")?;
                let body = AgentWrite {
                    write: write.clone(),
                };
                // Whatever the answer is: it is no longer theirs, or never was.
                self.held.remove(&id);
                self.write(&id, path, write, &body, act, expected).await
            }
        };
        if outcome.is_err() {
            self.held.remove(&id);
        }
        Ok(())
    }

    fn reply(&mut self, agent: AgentId) -> anyhow::Result<(WriteId, AgentReply, Act)> {
        let write = self.write_id("replies")?;
        let text = MessageText::new(&format!("Let me look into that. ({write})"))?;
        let body = AgentReply {
            write: write.clone(),
            text: text.clone(),
        };
        Ok((write, body, Act::Reply(agent, text)))
    }

    /// Writes into a conversation that was theirs once.
    async fn trespass(&mut self, id: ConversationId) -> anyhow::Result<()> {
        self.world.tally.one(Count::Trespasses);
        let (write, body, act) = self.reply(self.badge.agent.clone())?;
        let expected = [ProblemCode::AlreadyClaimed, ProblemCode::WrongState];
        // Whether it should have been refused, the checker knows.
        let _ = self
            .write(&id, "messages", write, &body, act, &expected)
            .await;
        Ok(())
    }

    /// Reads on where this agent stopped reading when the conversation was theirs before.
    fn follow(&mut self, id: &ConversationId) {
        let reader = match self.following.remove(id) {
            Some((reader, following)) if !following.is_finished() => {
                self.following.insert(id.clone(), (reader, following));
                return;
            }
            Some((reader, _)) => reader,
            None => {
                let auth = self.badge.auth.clone();
                let reader = Reader::new(self.name.clone(), id.clone(), auth);
                self.world.add_reader(Arc::clone(&reader));
                reader
            }
        };
        let (world, mut dice) = (Arc::clone(&self.world), self.dice.fork());
        let follower = Arc::clone(&reader);
        let following = tokio::spawn(async move { follower.follow(&world, &mut dice).await });
        self.following.insert(id.clone(), (reader, following));
    }
}
