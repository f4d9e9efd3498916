//! What all clients share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_protocol::{ConversationId, ProblemCode, WriteId};
use fastrand::Rng;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::client::Reader;
use crate::finding::{Finding, Rule};
use crate::history::{Act, Outcome, Tick, Write};
use crate::network::Network;
use crate::tally::{Count, Tally};
use crate::{dice, lock};

/// How far the run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Everybody does something all the time.
    Storm,
    /// Nobody begins anything; what was begun is sent until it is answered.
    Settle,
    /// Readers stop, too.
    Over,
}

/// The run as its clients see it.
pub struct World {
    /// Names the run.
    pub seed: u64,
    /// What was tried.
    pub tally: Arc<Tally>,
    /// What is between clients and servers.
    pub network: Arc<Network>,
    /// Sends one request on each connection.
    pub http: reqwest::Client,
    /// The addresses of the desk; all are the same desk.
    pub doors: Vec<String>,
    /// How far it is.
    pub phase: watch::Receiver<Phase>,
    ticks: AtomicU64,
    writes: Mutex<Vec<Write>>,
    readers: Mutex<Vec<Arc<Reader>>>,
    findings: Mutex<Vec<Finding>>,
}

impl World {
    /// A world in which nothing has happened.
    pub fn new(
        seed: u64,
        tally: Arc<Tally>,
        network: Arc<Network>,
        http: reqwest::Client,
        doors: Vec<String>,
        phase: watch::Receiver<Phase>,
    ) -> Self {
        Self {
            seed,
            tally,
            network,
            http,
            doors,
            phase,
            ticks: AtomicU64::new(1),
            writes: Mutex::default(),
            readers: Mutex::default(),
            findings: Mutex::default(),
        }
    }

    /// Dice of one part of the run.
    pub fn dice(&self, role: &str) -> Rng {
        dice(self.seed, role, 0)
    }

    /// Now, later than every moment before.
    pub fn tick(&self) -> Tick {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    /// How far it is.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// A pause; it ends early when the next phase begins.
    pub async fn pause(&self, dice: &mut Rng, millis: std::ops::Range<u64>) {
        let mut phase = self.phase.clone();
        phase.mark_unchanged();
        tokio::select! {
            () = sleep(Duration::from_millis(dice.u64(millis))) => {}
            _ = phase.changed() => {}
        }
    }

    /// Keeps a write and what came of it.
    pub fn record(
        &self,
        id: WriteId,
        conversation: &ConversationId,
        act: Act,
        begun: Tick,
        outcome: Outcome,
    ) {
        let conversation = conversation.clone();
        lock(&self.writes).push(Write {
            id,
            conversation,
            act,
            begun,
            outcome,
        });
    }

    /// Keeps a reader.
    pub fn add_reader(&self, reader: Arc<Reader>) {
        lock(&self.readers).push(reader);
    }

    /// All readers so far.
    pub fn readers(&self) -> Vec<Arc<Reader>> {
        lock(&self.readers).clone()
    }

    /// All writes so far.
    pub fn writes(&self) -> Vec<Write> {
        lock(&self.writes).clone()
    }

    /// Somebody noticed a breach.
    pub fn report(&self, account: impl Into<String>) {
        lock(&self.findings).push(Finding::new(Rule::Answer, account));
    }

    /// All breaches noticed so far.
    pub fn findings(&self) -> Vec<Finding> {
        lock(&self.findings).clone()
    }

    /// Somebody was refused for good. One of `expected` may be, such as a claim that came second.
    pub fn refused(&self, id: &WriteId, act: &Act, code: ProblemCode, expected: &[ProblemCode]) {
        self.tally.refused(act.name(), code);
        if !expected.contains(&code) {
            self.report(format!("{id} ({}) was refused with {code:?}", act.name()));
        }
    }

    /// Whether a refusal says what is, or what was while a copy of the write was on its way.
    pub fn outcome_of_refusal(&self, id: &WriteId, code: ProblemCode) -> Outcome {
        if self.network.under_way(id.as_str()) {
            self.tally.one(Count::Unsure);
            Outcome::Unknown
        } else {
            self.tally.one(Count::Refused);
            Outcome::Refused { code }
        }
    }
}
