//! Who is there for customers, kept true while nobody does anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_desk::AvailabilityBoard;
use deskbell_protocol::{AgentId, Timestamp};
use tokio::sync::{Notify, watch};

use crate::Clock;

/// The availability board with a clock, telling the number of people online whenever it changes.
#[derive(Debug)]
pub(crate) struct Presence {
    board: Mutex<AvailabilityBoard>,
    clock: Clock,
    online: watch::Sender<u32>,
    changed: Notify,
}

impl Presence {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            board: Mutex::default(),
            clock,
            online: watch::Sender::new(0),
            changed: Notify::new(),
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

    /// Makes the end of every grace period take effect. Runs for ever.
    pub(crate) async fn run(&self) {
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
        self.online
            .send_if_modified(|online| std::mem::replace(online, count) != count);
        drop(board);
        self.changed.notify_one();
    }

    /// No code panics while it holds the lock.
    fn lock(&self) -> std::sync::MutexGuard<'_, AvailabilityBoard> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open console of an agent; dropping it closes it.
#[derive(Debug)]
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
        let presence = Arc::new(Presence::new(Clock::from_fn(move || {
            clock.load(Ordering::Relaxed)
        })));
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
        let presence = Arc::new(Presence::new(clock));
        let ann = AgentId::new("ann").unwrap();
        let console = presence.console(&ann, true);
        assert_eq!(presence.online(), 1);
        console.sign_out();
        assert_eq!(presence.online(), 0);
    }
}
