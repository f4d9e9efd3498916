//! Who is there for customers, kept true while nobody does anything.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_desk::{AvailabilityBoard, Online, Peers, StoreError};
use deskbell_protocol::{AgentId, Timestamp};
use tokio::sync::{Notify, watch};

use crate::Clock;

/// How often a server with peers tells them which consoles are open here: three times before they would stop counting.
const TELL: Duration = Duration::from_secs(10);

/// When it could not, it tries again after this.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// The availability board with a clock, telling the number of people online whenever it changes. With peers the board
/// knows this server's consoles only, and the store knows everybody's.
pub(crate) struct Presence {
    board: Mutex<AvailabilityBoard>,
    clock: Clock,
    online: watch::Sender<u32>,
    changed: Notify,
    peers: Option<Arc<dyn Peers>>,
    /// Agents whose last console here closed because they signed out, which peers do not know yet.
    signed_out: Mutex<Vec<AgentId>>,
}

impl Presence {
    pub(crate) fn new(clock: Clock, peers: Option<Arc<dyn Peers>>) -> Self {
        Self {
            board: Mutex::default(),
            clock,
            online: watch::Sender::new(0),
            changed: Notify::new(),
            peers,
            signed_out: Mutex::default(),
        }
    }

    /// How many people are online for customers now.
    pub(crate) fn online(&self) -> u32 {
        *self.online.borrow()
    }

    /// Wakes when the number changes.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u32> {
        self.online.subscribe()
    }

    /// An agent says whether they are there.
    pub(crate) fn set_online(&self, agent: &AgentId, online: bool) {
        self.update(|board, _| board.set_online(agent, online));
    }

    /// A console of the agent connected, until the answer is dropped. `online` is what the agent last said.
    pub(crate) fn console(self: &Arc<Self>, agent: &AgentId, online: bool) -> Console {
        self.update(|board, _| board.connected(agent, online));
        Console {
            presence: Arc::clone(self),
            agent: agent.clone(),
            signed_out: false,
        }
    }

    /// What is known may have changed elsewhere.
    pub(crate) fn look_again(&self) {
        self.changed.notify_one();
    }

    /// Makes the end of every grace period take effect, and keeps peers informed. Runs for ever.
    pub(crate) async fn run(&self) {
        match &self.peers {
            Some(peers) => self.run_with(&**peers).await,
            None => self.run_alone().await,
        }
    }

    async fn run_with(&self, peers: &dyn Peers) {
        let mut failing = false;
        loop {
            let wait = match self.exchange(peers).await {
                Ok(Online { agents, changes_in }) => {
                    failing = false;
                    self.publish(agents);
                    changes_in.map_or(TELL, |change| change.min(TELL))
                }
                Err(error) => {
                    if !failing {
                        let StoreError { context, source } = error;
                        tracing::warn!(context, cause = %source, "who is online is not known until the database is back");
                    }
                    failing = true;
                    TELL_AGAIN
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Tells peers who is here, and asks who is anywhere.
    async fn exchange(&self, peers: &dyn Peers) -> Result<Online, StoreError> {
        // In the order in which things happened: whoever signed out may have come back since.
        let signed_out = self.leaving().clone();
        for agent in &signed_out {
            peers.signed_out(agent).await?;
        }
        self.leaving().drain(..signed_out.len());
        let here = self.lock().with_console();
        if !here.is_empty() {
            peers.consoles_open(&here).await?;
        }
        peers.online().await
    }

    async fn run_alone(&self) {
        loop {
            let wait = self.due_in();
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => self.refresh(),
            }
        }
    }

    /// How long until the number may change by itself; never, if nobody is in a grace period.
    fn due_in(&self) -> Option<Duration> {
        let now = self.clock.now();
        let next = self.lock().next_change(now)?;
        Some(Duration::from_millis((next - now).max(0).unsigned_abs()))
    }

    /// Counts again.
    fn refresh(&self) {
        self.update(|_, _| {});
    }

    fn update(&self, change: impl FnOnce(&mut AvailabilityBoard, Timestamp)) {
        let now = self.clock.now();
        let mut board = self.lock();
        change(&mut board, now);
        let count = board.online(now);
        drop(board);
        if self.peers.is_none() {
            self.publish(count);
        }
        self.changed.notify_one();
    }

    fn publish(&self, count: u32) {
        self.online
            .send_if_modified(|online| std::mem::replace(online, count) != count);
    }

    /// No code panics while it holds the lock.
    fn leaving(&self) -> MutexGuard<'_, Vec<AgentId>> {
        self.signed_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// No code panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, AvailabilityBoard> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open console of an agent; dropping it closes it.
pub(crate) struct Console {
    presence: Arc<Presence>,
    agent: AgentId,
    signed_out: bool,
}

impl Console {
    /// The console closes because its agent signed out: they are gone at once, without the grace of a reload.
    pub(crate) fn sign_out(mut self) {
        self.signed_out = true;
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.presence.update(|board, now| {
            if self.signed_out {
                board.signed_out(&self.agent);
                if self.presence.peers.is_some() && !board.with_console().contains(&self.agent) {
                    self.presence.leaving().push(self.agent.clone());
                }
            } else {
                board.disconnected(&self.agent, now);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use deskbell_desk::GRACE_MS;

    use super::*;

    #[test]
    fn an_agent_whose_console_vanished_is_online_until_the_grace_ends() {
        let time = Arc::new(AtomicI64::new(1_000));
        let clock = Arc::clone(&time);
        let presence = Arc::new(Presence::new(
            Clock::from_fn(move || clock.load(Ordering::Relaxed)),
            None,
        ));
        let ann = AgentId::new("ann").unwrap();
        let online = presence.subscribe();
        drop(presence.console(&ann, true));
        assert_eq!(*online.borrow(), 1);
        let wait = presence.due_in().unwrap();
        assert_eq!(wait, Duration::from_millis(GRACE_MS.unsigned_abs()));
        time.fetch_add(GRACE_MS, Ordering::Relaxed);
        presence.refresh();
        assert_eq!((*online.borrow(), presence.due_in()), (0, None));
    }

    #[test]
    fn an_agent_who_signs_out_is_gone_at_once() {
        let time = Arc::new(AtomicI64::new(1_000));
        let clock = Clock::from_fn(move || time.load(Ordering::Relaxed));
        let presence = Arc::new(Presence::new(clock, None));
        let ann = AgentId::new("ann").unwrap();
        let console = presence.console(&ann, true);
        assert_eq!(presence.online(), 1);
        console.sign_out();
        assert_eq!(presence.online(), 0);
    }
}
