//! A reader follows a conversation over as many connections as it takes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_client::sse::{Message, Parser};
use deskbell_protocol::{ConversationId, Event, Problem, ProblemCode, VisitorToken};
use fastrand::Rng;
use reqwest::{RequestBuilder, Response, header};
use tokio::time::timeout;

use super::sending::from_own_page;
use crate::history::Reading;
use crate::lock;
use crate::tally::Count;
use crate::world::{Phase, World};

/// The server shows every 15 seconds that a stream is alive. One that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(20);

/// By what right somebody asks.
#[derive(Clone, Debug)]
pub enum Auth {
    /// A visitor's secret.
    Visitor(VisitorToken),
    /// An agent's cookie.
    Agent(String),
}

impl Auth {
    /// Shows it with a request to a door.
    pub fn show(&self, request: RequestBuilder, door: &str) -> RequestBuilder {
        match self {
            Self::Visitor(token) => request.bearer_auth(token.reveal()),
            Self::Agent(cookie) => from_own_page(request.header(header::COOKIE, cookie), door),
        }
    }
}

/// Somebody who follows a conversation, and all that they got.
#[derive(Debug)]
pub struct Reader {
    name: String,
    conversation: ConversationId,
    auth: Auth,
    events: Mutex<Vec<Event>>,
}

/// Why a connection of a stream ended.
enum End {
    /// It may be opened again.
    Cut,
    /// The reader may not read any more.
    Forbidden,
}

impl Reader {
    /// A reader who has read nothing.
    pub fn new(name: String, conversation: ConversationId, auth: Auth) -> Arc<Self> {
        Arc::new(Self {
            name,
            conversation,
            auth,
            events: Mutex::default(),
        })
    }

    /// What it got.
    pub fn reading(&self) -> Reading {
        Reading {
            reader: self.name.clone(),
            conversation: self.conversation.clone(),
            events: lock(&self.events).clone(),
            whole: self.is_visitors(&self.conversation),
        }
    }

    /// Whether this is a page of the visitor whose conversation this is.
    pub fn is_visitors(&self, conversation: &ConversationId) -> bool {
        matches!(self.auth, Auth::Visitor(_)) && self.conversation == *conversation
    }

    /// Looks through what it got.
    pub fn look<T>(&self, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&lock(&self.events))
    }

    /// Reads until all is over, or an agent may not read any more.
    pub async fn follow(&self, world: &World, dice: &mut Rng) {
        let mut phase = world.phase.clone();
        tokio::select! {
            () = self.connect_again_and_again(world, dice) => {}
            _ = phase.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }

    async fn connect_again_and_again(&self, world: &World, dice: &mut Rng) {
        loop {
            if let Some(End::Forbidden) = self.connect(world, dice).await {
                return;
            }
            world.pause(dice, 5..150).await;
        }
    }

    /// One connection; nothing if there was none.
    async fn connect(&self, world: &World, dice: &mut Rng) -> Option<End> {
        let door = &world.doors[dice.usize(0..world.doors.len())];
        let who = match self.auth {
            Auth::Visitor(_) => "",
            Auth::Agent(_) => "agent/",
        };
        let address = format!("{door}/v1/{who}conversations/{}/events", self.conversation);
        let after = self.look(|events| events.last().map_or(0, |event| event.seq));
        // Both ways to say it count the same.
        let request = match after {
            0 => world.http.get(address),
            _ if dice.bool() => world.http.get(format!("{address}?after={after}")),
            _ => world.http.get(address).header("last-event-id", after),
        };
        let request = self.auth.show(request, door);
        let response = timeout(SILENCE, request.send()).await.ok()?.ok()?;
        if !response.status().is_success() {
            return self.refused(world, response).await;
        }
        world.tally.one(Count::Streams);
        if after > 0 {
            world.tally.one(Count::Resumed);
        }
        self.read(world, response).await;
        Some(End::Cut)
    }

    async fn refused(&self, world: &World, response: Response) -> Option<End> {
        let status = response.status();
        let problem = response.json::<Problem>().await.ok()?;
        let agent = matches!(self.auth, Auth::Agent(_));
        match problem.code {
            code if code.may_retry() => world.tally.one(Count::Unavailable),
            ProblemCode::NotYours if agent => return Some(End::Forbidden),
            code => {
                let Self {
                    name, conversation, ..
                } = self;
                world.report(format!(
                    "{name} may not read {conversation}: {status} {code:?}"
                ));
            }
        }
        None
    }

    async fn read(&self, world: &World, mut response: Response) {
        let mut parser = Parser::default();
        while let Ok(Ok(Some(bytes))) = timeout(SILENCE, response.chunk()).await {
            match parser.feed(&bytes) {
                Ok(messages) => {
                    let events = messages.into_iter().filter_map(|message| match message {
                        Message::Event(event) => Some(*event),
                        _ => None,
                    });
                    let mut all = lock(&self.events);
                    let before = all.len();
                    all.extend(events);
                    world.tally.add(Count::Events, (all.len() - before) as u64);
                }
                Err(error) => {
                    let Self {
                        name, conversation, ..
                    } = self;
                    world.report(format!("{name} cannot read {conversation}: {error}"));
                    return;
                }
            }
        }
    }
}
