//! How often somebody may do something, remembered in one number for each who did.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::Timestamp;

/// Most who are remembered at once, in some 3 MB. Whoever comes when everybody remembered is still owing time is let in
/// unrecorded: from so many addresses at once rates are no help, and [`super::Load`] is the next line.
const MAX_KEYS: usize = 100_000;

/// How often those are looked for, in milliseconds, who need not be remembered any more.
const SWEEP_MS: i64 = 30_000;
/// The same while there is no room.
const SWEEP_WHEN_FULL_MS: i64 = 1_000;

/// So many at once, and so many in this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    count: u32,
    /// In milliseconds.
    period: i64,
}

impl Quota {
    /// `count` in a minute; no limit if that is 0.
    pub(crate) fn per_minute(count: u32) -> Option<Self> {
        let period = 60_000;
        (count > 0).then_some(Self { count, period })
    }

    /// `count` in an hour; no limit if that is 0.
    pub(crate) fn per_hour(count: u32) -> Option<Self> {
        let period = 3_600_000;
        (count > 0).then_some(Self { count, period })
    }
}

/// The generic cell rate algorithm: of everybody it is known when they owe no more time. What is done costs its share of
/// the quota's period, and nobody may owe more than the period. So the whole quota may be used at once, it comes back
/// steadily, and whoever is refused can be told exactly when they are let in.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    debts: Mutex<Debts>,
    hasher: RandomState,
}

/// When those who did something owe no more time, in microseconds, by a hash of who and what that nobody can foresee.
#[derive(Debug, Default)]
struct Debts {
    paid_at: HashMap<u64, i64>,
    swept_at: Timestamp,
}

impl Rates {
    /// Counts what `key` does.
    ///
    /// # Errors
    /// How long to wait, if it is too often. That is not counted.
    pub(crate) fn take(
        &self,
        key: impl Hash,
        quota: Quota,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let key = self.hasher.hash_one(key);
        // No code panics while it holds the lock.
        let mut debts = self.debts.lock().unwrap_or_else(PoisonError::into_inner);
        debts.sweep(now);
        let (now, period) = (now * 1_000, quota.period * 1_000);
        let known = debts.paid_at.get(&key).copied();
        // A clock that was set back must not make anybody owe more than all.
        let owed = known.map_or(0, |paid_at| (paid_at - now).clamp(0, period));
        let owing = owed + period / i64::from(quota.count);
        if owing > period {
            let wait = u64::try_from(owing - period).unwrap_or_default();
            return Err(Duration::from_micros(wait));
        }
        if known.is_some() || debts.paid_at.len() < MAX_KEYS {
            debts.paid_at.insert(key, now + owing);
        }
        Ok(())
    }
}

impl Debts {
    /// Forgets, now and then, who owes nothing.
    fn sweep(&mut self, now: Timestamp) {
        let full = self.paid_at.len() >= MAX_KEYS;
        let pause = if full { SWEEP_WHEN_FULL_MS } else { SWEEP_MS };
        if (now - self.swept_at).abs() < pause {
            return;
        }
        self.swept_at = now;
        self.paid_at.retain(|_, paid_at| *paid_at > now * 1_000);
        let used = self.paid_at.len();
        if used < self.paid_at.capacity() / 4 {
            self.paid_at.shrink_to(used * 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = 1_700_000_000_000;

    fn quota(count: u32) -> Quota {
        Quota::per_minute(count).unwrap()
    }

    #[test]
    fn the_whole_quota_may_be_used_at_once_and_comes_back_steadily() {
        let rates = Rates::default();
        let take = |at| rates.take("ann", quota(30), NOW + at);
        for _ in 0..30 {
            assert_eq!(take(0), Ok(()));
        }
        assert_eq!(take(0), Err(Duration::from_secs(2)));
        assert_eq!(take(500), Err(Duration::from_millis(1_500)));
        assert_eq!(take(2_000), Ok(()), "what was refused was not counted");
        assert_eq!(take(2_000), Err(Duration::from_secs(2)));
        for _ in 0..30 {
            assert_eq!(take(120_000), Ok(()), "never more than the quota");
        }
        assert_eq!(take(120_000), Err(Duration::from_secs(2)));
    }

    #[test]
    fn whoever_waits_as_long_as_they_were_told_is_let_in_and_not_earlier() {
        for count in [1, 7, 60, 999, 60_000] {
            let rates = Rates::default();
            let take = |at| rates.take("ann", quota(count), at);
            let wait = loop {
                if let Err(wait) = take(NOW) {
                    break wait;
                }
            };
            let millis = i64::try_from(wait.as_micros().div_ceil(1_000)).unwrap();
            assert!(millis >= 1 && take(NOW + millis - 1).is_err(), "{count}");
            assert_eq!(take(NOW + millis), Ok(()), "{count}");
        }
    }

    #[test]
    fn nobody_pays_for_others_and_no_quota_is_no_limit() {
        let rates = Rates::default();
        assert_eq!(rates.take("ann", quota(1), NOW), Ok(()));
        assert!(rates.take("ann", quota(1), NOW).is_err());
        assert_eq!(rates.take("bob", quota(1), NOW), Ok(()));
        assert_eq!((Quota::per_minute(0), Quota::per_hour(0)), (None, None));
    }

    #[test]
    fn a_clock_that_was_set_back_costs_nobody_more_than_one_period() {
        let rates = Rates::default();
        assert_eq!(rates.take("ann", quota(2), NOW), Ok(()));
        let wait = rates.take("ann", quota(2), NOW - 86_400_000).unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
    }

    #[test]
    fn memory_stays_bounded_and_who_was_limited_stays_so() {
        let rates = Rates::default();
        let len = || rates.debts.lock().unwrap().paid_at.len();
        rates.take("flood", quota(1), NOW).unwrap();
        for n in 0..MAX_KEYS * 2 {
            rates.take(n, quota(1), NOW).unwrap();
        }
        assert_eq!(len(), MAX_KEYS);
        assert!(rates.take("flood", quota(1), NOW).is_err());
        rates.take("late", quota(1), NOW + 60_001).unwrap();
        assert_eq!(len(), 1, "who owes nothing is forgotten");
        assert!(rates.debts.lock().unwrap().paid_at.capacity() < 1_000);
    }
}
