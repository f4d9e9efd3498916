//! How long to wait before trying again.

use deskbell_protocol::Timestamp;

/// First delay, in milliseconds.
const FIRST_MS: i64 = 500;
/// Longest delay, in milliseconds: a customer who comes back online is reconnected at once by the browser's own
/// event, so this only limits how long a restarted server waits for its customers.
const LONGEST_MS: i64 = 15_000;

/// Doubling delays with jitter, so that a restarted server is not met by everybody in the same instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// When to try again after a failure at `now`. `seed` spreads the callers: any text that differs between them.
    pub fn after_failure(&mut self, now: Timestamp, seed: &str) -> Timestamp {
        let doubled = FIRST_MS
            .saturating_mul(1 << self.failures.min(10))
            .min(LONGEST_MS);
        self.failures = self.failures.saturating_add(1);
        let spread = i64::from(
            seed.bytes()
                .fold(0_u8, |sum, byte| sum.wrapping_mul(31) ^ byte),
        );
        now + doubled + doubled * spread / 512
    }

    /// Whether the last try failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// It worked: the next failure starts from the first delay again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_limit_and_start_over_after_a_success() {
        let mut backoff = Backoff::default();
        let delays: Vec<_> = (0..8).map(|_| backoff.after_failure(0, "")).collect();
        assert_eq!(
            delays,
            [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
        );
        backoff.reset();
        assert_eq!(backoff.after_failure(0, ""), 500);
    }

    #[test]
    fn two_customers_do_not_come_back_in_the_same_instant() {
        let at = |seed| Backoff::default().after_failure(0, seed);
        assert_ne!(at("one-visitor"), at("another-visitor"));
        assert!(at("another-visitor") < 2 * FIRST_MS);
    }
}
