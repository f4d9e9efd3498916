//! Slows down guessing of passwords.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::Timestamp;

/// So many failures in a row are fine.
const MAX_FAILURES: u32 = 10;
/// After them, and counted from the first, signing in is refused for this long.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Most pairs remembered; beyond it the outdated ones are dropped, and if that does not help, all.
const MAX_ENTRIES: usize = 10_000;

#[derive(Debug)]
struct Attempts {
    count: u32,
    first_at: Timestamp,
}

/// Failed attempts to sign in, by e-mail address and network address.
#[derive(Debug, Default)]
pub(crate) struct LoginThrottle {
    attempts: Mutex<HashMap<(String, IpAddr), Attempts>>,
}

impl LoginThrottle {
    /// Counts an attempt, before the password is checked so that many at once cannot slip through.
    ///
    /// # Errors
    /// How long to wait, if there were too many.
    pub(crate) fn attempt(
        &self,
        email: &str,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        if attempts.len() >= MAX_ENTRIES {
            attempts.retain(|_, entry| now - entry.first_at < WINDOW_MS);
            if attempts.len() >= MAX_ENTRIES {
                attempts.clear();
            }
        }
        let entry = attempts
            .entry((email.to_owned(), from))
            .or_insert(Attempts {
                count: 0,
                first_at: now,
            });
        if now - entry.first_at >= WINDOW_MS {
            *entry = Attempts {
                count: 0,
                first_at: now,
            };
        }
        if entry.count >= MAX_FAILURES {
            let left = entry.first_at + WINDOW_MS - now;
            return Err(Duration::from_millis(left.unsigned_abs()));
        }
        entry.count += 1;
        Ok(())
    }

    /// The password was right: earlier failures no longer count.
    pub(crate) fn succeeded(&self, email: &str, from: IpAddr) {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.remove(&(email.to_owned(), from));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    #[test]
    fn after_ten_failures_it_says_how_long_to_wait_and_then_lets_in_again() {
        let throttle = LoginThrottle::default();
        for n in 0..10 {
            assert_eq!(throttle.attempt("ann", HERE, n), Ok(()));
        }
        assert_eq!(
            throttle.attempt("ann", HERE, 60_000),
            Err(Duration::from_secs(14 * 60))
        );
        assert_eq!(throttle.attempt("ann", ELSEWHERE, 60_000), Ok(()));
        assert_eq!(throttle.attempt("bob", HERE, 60_000), Ok(()));
        assert_eq!(throttle.attempt("ann", HERE, WINDOW_MS), Ok(()));
    }

    #[test]
    fn signing_in_forgives_earlier_failures() {
        let throttle = LoginThrottle::default();
        for n in 0..100 {
            assert_eq!(throttle.attempt("ann", HERE, n), Ok(()));
            throttle.succeeded("ann", HERE);
        }
    }

    #[test]
    fn memory_stays_bounded_under_attack() {
        let throttle = LoginThrottle::default();
        for n in 0..3 * MAX_ENTRIES {
            throttle.attempt(&format!("guess-{n}"), HERE, 0).unwrap();
        }
        assert!(throttle.attempts.lock().unwrap().len() <= MAX_ENTRIES);
    }
}
