//! One event stream: whether it delivers, and when it is opened again.

use deskbell_client::Backoff;
use deskbell_protocol::Timestamp;

/// Names one opening of a stream, so that what a former one still had to tell is recognised.
pub type StreamId = u32;

/// A stream that said nothing for so long, in milliseconds, is opened again when the agent comes back to the page:
/// a laptop that slept does not always notice that its connection is gone.
const STALE_MS: i64 = 20_000;

/// How a stream stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Being opened for the first time.
    Connecting,
    /// It delivers.
    Live,
    /// It does not; opened again by itself.
    Lost,
    /// The server does not deliver any more, and may have said why.
    Over(Option<String>),
}

/// See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct Link {
    id: StreamId,
    state: LinkState,
    backoff: Backoff,
    heard_at: Timestamp,
    retry_at: Option<Timestamp>,
}

impl Link {
    /// A stream that is being opened as `id`.
    #[must_use]
    pub fn opening(id: StreamId, now: Timestamp) -> Self {
        Self {
            id,
            state: LinkState::Connecting,
            backoff: Backoff::default(),
            heard_at: now,
            retry_at: None,
        }
    }

    /// Its present name.
    #[must_use]
    pub fn id(&self) -> StreamId {
        self.id
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> &LinkState {
        &self.state
    }

    /// Whether it delivers nothing more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, LinkState::Over(_))
    }

    /// When it wants to be opened again.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.retry_at
    }

    /// Whether it is time to open it again.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.retry_at.is_some_and(|at| at <= now)
    }

    /// Whether to open it again because the agent came back to the page.
    #[must_use]
    pub fn is_due_on_return(&self, now: Timestamp) -> bool {
        self.retry_at.is_some()
            || (self.state == LinkState::Live && now - self.heard_at >= STALE_MS)
    }

    /// It is being opened again as `id`. It counts as what it was until it delivers.
    pub fn reopen(&mut self, id: StreamId, now: Timestamp) {
        if self.is_over() {
            self.state = LinkState::Connecting;
        }
        self.id = id;
        self.heard_at = now;
        self.retry_at = None;
    }

    /// It delivers.
    pub fn opened(&mut self, now: Timestamp) {
        self.state = LinkState::Live;
        self.heard_at = now;
        self.backoff.reset();
    }

    /// It brought a message.
    pub fn heard(&mut self, now: Timestamp) {
        self.heard_at = now;
    }

    /// It ended; `seed` spreads the consoles that come back to a restarted server.
    pub fn ended(&mut self, now: Timestamp, seed: &str) {
        if self.is_over() {
            return;
        }
        self.state = LinkState::Lost;
        self.retry_at = Some(self.backoff.after_failure(now, seed));
    }

    /// It ended for good.
    pub fn over(&mut self, why: Option<String>) {
        self.state = LinkState::Over(why);
        self.retry_at = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_stream_is_due_after_a_while_and_at_once_when_the_agent_comes_back() {
        let mut link = Link::opening(1, 0);
        link.opened(0);
        link.ended(1_000, "");
        assert!(!link.is_due(1_000) && link.is_due_on_return(1_000));
        assert!(link.is_due(2_000));
        link.reopen(2, 2_000);
        assert!(!link.is_due(9_000) && *link.state() == LinkState::Lost);
    }

    #[test]
    fn a_stream_that_has_long_been_silent_is_doubted_when_the_agent_comes_back() {
        let mut link = Link::opening(1, 0);
        link.opened(0);
        assert!(!link.is_due_on_return(STALE_MS - 1));
        assert!(link.is_due_on_return(STALE_MS));
        link.heard(STALE_MS);
        assert!(!link.is_due_on_return(STALE_MS + 1));
    }

    #[test]
    fn a_stream_that_is_over_is_left_alone() {
        let mut link = Link::opening(1, 0);
        link.over(None);
        link.ended(0, "");
        assert!(!link.is_due(i64::MAX) && !link.is_due_on_return(i64::MAX));
    }
}
