//! Time.

use deskbell_protocol::Timestamp;
use gloo_timers::callback::Timeout;

/// Milliseconds since 1970, by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the clock counts far below 2^53"
    )]
    let now = js_sys::Date::now() as Timestamp;
    now
}

/// Calls back once, unless dropped before.
#[derive(Debug)]
pub struct WakeUp {
    _timeout: Timeout,
}

impl WakeUp {
    /// Calls `wake` at `at`, or at once if that has passed.
    pub fn at(at: Timestamp, wake: impl FnOnce() + 'static) -> Self {
        // Browsers count the delay in 31 bits; whoever wakes early asks again.
        let delay = u32::try_from((at - now()).clamp(0, 1 << 30)).unwrap_or(0);
        Self {
            _timeout: Timeout::new(delay, wake),
        }
    }
}
