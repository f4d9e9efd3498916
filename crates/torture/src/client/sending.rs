//! A write is sent until it is acknowledged or refused for good.

use std::time::Duration;

use deskbell_protocol::{
    ConversationId, EscalationAccepted, Event, MessageAccepted, Opened, Problem, ProblemCode,
    WriteId,
};
use fastrand::Rng;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::history::{Act, Outcome};
use crate::tally::Count;
use crate::world::{Phase, World};

/// An answer that does not come within this time does not come.
const PATIENCE: Duration = Duration::from_secs(8);

/// In calm weather, whoever is not answered for so long is not answered at all.
const LAST_PATIENCE: Duration = Duration::from_secs(40);

/// What a server says in the end.
pub enum Answer<T> {
    /// It is done.
    Accepted(T, HeaderMap),
    /// It will not be.
    Refused(ProblemCode),
    /// Nothing.
    Nothing,
}

/// An answer that says that a write is done.
pub trait Acknowledgement: DeserializeOwned {
    /// The events that it names.
    fn events(&self) -> Vec<Event>;
}

impl Acknowledgement for MessageAccepted {
    fn events(&self) -> Vec<Event> {
        self.events.clone()
    }
}

impl Acknowledgement for EscalationAccepted {
    fn events(&self) -> Vec<Event> {
        Vec::new()
    }
}

impl Acknowledgement for Opened {
    fn events(&self) -> Vec<Event> {
        Vec::new()
    }
}

/// Sends what `request` makes for a door, through any door, until there is an answer that counts.
pub async fn send<T: DeserializeOwned>(
    world: &World,
    dice: &mut Rng,
    request: impl Fn(&str) -> RequestBuilder,
) -> Answer<T> {
    let mut give_up = None;
    loop {
        let door = &world.doors[dice.usize(0..world.doors.len())];
        let answer = once(request(door).timeout(PATIENCE)).await;
        match answer {
            Some((status, headers, body)) if status.is_success() => {
                // An empty body is an answer as well.
                let body = if body.is_empty() { b"null" } else { &body[..] };
                match serde_json::from_slice(body) {
                    Ok(answer) => return Answer::Accepted(answer, headers),
                    Err(error) => {
                        let body = String::from_utf8_lossy(body);
                        world.report(format!("{status} with something else: {error}: {body}"));
                        return Answer::Nothing;
                    }
                }
            }
            Some((status, _, body)) => match serde_json::from_slice::<Problem>(&body) {
                Ok(problem) if !problem.code.may_retry() => return Answer::Refused(problem.code),
                Ok(problem) => {
                    world.tally.one(Count::Unavailable);
                    if problem.code == ProblemCode::Internal {
                        let id = problem.request_id;
                        world.report(format!("a server failed and says so: request {id}"));
                    }
                }
                Err(_) => world.report(format!("{status} without a problem in it")),
            },
            None => world.tally.one(Count::Repeats),
        }
        if world.phase() >= Phase::Settle {
            let give_up = *give_up.get_or_insert_with(|| Instant::now() + LAST_PATIENCE);
            if Instant::now() > give_up {
                world.report("nobody answered any more");
                return Answer::Nothing;
            }
        }
        world.pause(dice, 20..200).await;
    }
}

async fn once(request: RequestBuilder) -> Option<(StatusCode, HeaderMap, Vec<u8>)> {
    let answer = request.send().await.ok()?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.ok()?;
    Some((status, headers, body.to_vec()))
}

/// Who writes where.
pub struct Writer<'a, R> {
    /// The world they live in.
    pub world: &'a World,
    /// The conversation.
    pub conversation: &'a ConversationId,
    /// Makes a request of a door and a body.
    pub request: R,
}

impl<R: Fn(&str) -> RequestBuilder> Writer<'_, R> {
    /// Carries out one write to its end and keeps what came of it. Sometimes it is asked for again after that, and must
    /// be answered the same. Gives the answer if it was accepted, else why not.
    pub async fn write<T: Acknowledgement>(
        &self,
        dice: &mut Rng,
        id: WriteId,
        act: Act,
        expected: &[ProblemCode],
    ) -> Result<T, Option<ProblemCode>> {
        let world = self.world;
        let begun = world.tick();
        world.tally.one(Count::Writes);
        let answer = send::<T>(world, dice, &self.request).await;
        let at = world.tick();
        let (outcome, result) = match answer {
            Answer::Accepted(answer, _) => {
                world.tally.one(Count::Acknowledged);
                let events = answer.events();
                if let Some(other) = events.iter().find(|event| event.write != id) {
                    world.report(format!("{id} was answered with events of {}", other.write));
                }
                (Outcome::Accepted { at, events }, Ok(answer))
            }
            Answer::Refused(code) => {
                world.refused(&id, &act, code, expected);
                (world.outcome_of_refusal(&id, code), Err(Some(code)))
            }
            Answer::Nothing => (Outcome::Unknown, Err(None)),
        };
        if let Ok(answer) = &result
            && !answer.events().is_empty()
            && dice.u32(0..10) == 0
        {
            self.ask_again(dice, &id, &answer.events()).await;
        }
        world.record(id, self.conversation, act, begun, outcome);
        result
    }

    async fn ask_again(&self, dice: &mut Rng, id: &WriteId, events: &[Event]) {
        let world = self.world;
        world.tally.one(Count::AskedAgain);
        match send::<MessageAccepted>(world, dice, &self.request).await {
            Answer::Accepted(again, _) if again.events == events => {}
            Answer::Accepted(..) => {
                world.report(format!(
                    "{id} was answered with other events when asked again"
                ));
            }
            Answer::Refused(code) => {
                world.report(format!("{id} was acknowledged, then refused with {code:?}"));
            }
            Answer::Nothing => {}
        }
    }
}

/// Our own page at a door: agents' writes are taken from there only.
pub fn from_own_page(request: RequestBuilder, door: &str) -> RequestBuilder {
    request.header(header::ORIGIN, door)
}
