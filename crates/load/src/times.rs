//! How long things took.

use std::time::Duration;

use anyhow::{Result, ensure};

/// Half of them took no longer than `p50`, 99 of a hundred no longer than `p99`; milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many there were.
    pub count: usize,
    /// The median.
    pub p50: f64,
    /// The 99th percentile.
    pub p99: f64,
}

impl Spread {
    /// Of these.
    ///
    /// # Errors
    /// If there are none.
    pub fn of(mut times: Vec<Duration>) -> Result<Self> {
        ensure!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        let at = |share: f64| {
            let rank = (times.len() as f64 * share).ceil() as usize;
            times[rank.clamp(1, times.len()) - 1].as_secs_f64() * 1_000.0
        };
        Ok(Self {
            count: times.len(),
            p50: at(0.5),
            p99: at(0.99),
        })
    }
}

/// The middle one of these numbers.
///
/// # Errors
/// If there are none.
pub fn median(mut numbers: Vec<f64>) -> Result<f64> {
    ensure!(!numbers.is_empty(), "nothing was measured");
    numbers.sort_by(f64::total_cmp);
    Ok(numbers[numbers.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_hundred_may_take_longer_than_p99() {
        let mut times: Vec<_> = (1..=99).map(Duration::from_millis).collect();
        times.insert(0, Duration::from_secs(9));
        let spread = Spread::of(times).unwrap();
        assert_eq!((spread.p50, spread.p99), (50.0, 99.0));
        assert!(Spread::of(Vec::new()).is_err());
        assert_eq!(median(vec![3.0, 1.0, 2.0]).unwrap(), 2.0);
    }
}
