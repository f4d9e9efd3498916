//! Slows down guessing of passwords.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::Timestamp;

/// In the place of an address: from wherever it comes.
pub(crate) const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// After too many failures, and counted from the first, signing in is refused for this long.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Most pairs remembered; beyond it the outdated ones are dropped, and if that does not help, the oldest.
const MAX_ENTRIES: usize = 10_000;
/// So many at once, so that not every attempt has to look for one.
const DROPPED: usize = MAX_ENTRIES / 10;

/// Where somebody signed in is known for so long.
const KNOWN_MS: i64 = 30 * 24 * 60 * 60 * 1000;

type Pair = (String, IpAddr);

#[derive(Debug)]
struct Attempts {
    count: u32,
    first_at: Timestamp,
}

/// Failed attempts to sign in, by e-mail address and network address.
#[derive(Debug)]
pub(crate) struct LoginThrottle {
    max_failures: u32,
    attempts: Mutex<HashMap<Pair, Attempts>>,
}

impl LoginThrottle {
    /// One that takes so many failures in a row.
    pub(crate) fn new(max_failures: u32) -> Self {
        Self {
            max_failures,
            attempts: Mutex::default(),
        }
    }

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
                drop_oldest(&mut attempts, self.max_failures);
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
        if entry.count >= self.max_failures {
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

/// Where accounts were signed in to, until the server ends. Whoever guesses the password or the code of an account from
/// everywhere does not keep its owner out, who is where they usually are.
#[derive(Debug, Default)]
pub(crate) struct KnownPlaces(Mutex<HashMap<Pair, Timestamp>>);

impl KnownPlaces {
    /// Whether somebody signed in to the account from there, and not too long ago.
    pub(crate) fn know(&self, email: &str, from: IpAddr, now: Timestamp) -> bool {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = places.get(&(email.to_owned(), from));
        last.is_some_and(|last| now - last < KNOWN_MS)
    }

    /// Somebody has signed in to the account from there.
    pub(crate) fn remember(&self, email: &str, from: IpAddr, now: Timestamp) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert((email.to_owned(), from), now);
        if places.len() > MAX_ENTRIES {
            let mut times: Vec<_> = places.values().copied().collect();
            let (_, &mut limit, _) = times.select_nth_unstable(DROPPED - 1);
            places.retain(|_, last| *last > limit);
        }
    }
}

/// Makes room. Pairs that are refused now go last: somebody with many addresses must not free them by guessing elsewhere.
fn drop_oldest(attempts: &mut HashMap<Pair, Attempts>, max_failures: u32) {
    let rank = |entry: &Attempts| (entry.count >= max_failures, entry.first_at);
    let mut ranks: Vec<_> = attempts.values().map(rank).collect();
    let (_, &mut limit, _) = ranks.select_nth_unstable(DROPPED - 1);
    let mut left = DROPPED;
    attempts.retain(|_, entry| {
        let dropped = left > 0 && rank(entry) <= limit;
        left -= usize::from(dropped);
        !dropped
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    #[test]
    fn after_ten_failures_it_says_how_long_to_wait_and_then_lets_in_again() {
        let throttle = LoginThrottle::new(10);
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
        let throttle = LoginThrottle::new(10);
        for n in 0..100 {
            assert_eq!(throttle.attempt("ann", HERE, n), Ok(()));
            throttle.succeeded("ann", HERE);
        }
    }

    #[test]
    fn a_place_is_known_for_a_month_after_the_last_time_and_not_for_others() {
        let places = KnownPlaces::default();
        places.remember("ann", HERE, 0);
        places.remember("ann", HERE, 1);
        assert!(places.know("ann", HERE, KNOWN_MS));
        assert!(!places.know("ann", HERE, KNOWN_MS + 1));
        assert!(!places.know("ann", ELSEWHERE, 1));
        assert!(!places.know("bob", HERE, 1));
        for (n, at) in (0..2 * MAX_ENTRIES).zip(2..) {
            places.remember(&format!("agent-{n}"), HERE, at);
        }
        assert!(places.0.lock().unwrap().len() <= MAX_ENTRIES);
        assert!(!places.know("ann", HERE, 2), "the oldest goes first");
    }

    #[test]
    fn memory_stays_bounded_under_attack() {
        let throttle = LoginThrottle::new(10);
        for n in 0..3 * MAX_ENTRIES {
            throttle.attempt(&format!("guess-{n}"), HERE, 0).unwrap();
        }
        assert!(throttle.attempts.lock().unwrap().len() <= MAX_ENTRIES);
    }

    #[test]
    fn whoever_is_refused_stays_refused_while_others_guess_and_the_oldest_guesses_go_first() {
        let throttle = LoginThrottle::new(10);
        for _ in 0..10 {
            throttle.attempt("ann", HERE, 0).unwrap();
        }
        for (n, at) in (0..3 * MAX_ENTRIES).zip(1..) {
            throttle.attempt(&format!("guess-{n}"), HERE, at).unwrap();
        }
        assert!(throttle.attempt("ann", HERE, 60_000).is_err());
        let attempts = throttle.attempts.lock().unwrap();
        let oldest = attempts.values().filter(|entry| entry.count < 10);
        let oldest = oldest.map(|entry| entry.first_at).min();
        let kept = Timestamp::try_from(MAX_ENTRIES).unwrap();
        let all = 3 * kept;
        assert!(oldest > Some(all - kept), "{oldest:?}");
    }
}
