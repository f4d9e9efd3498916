//! What follows from an attempt. Pure: time and dice are passed in.

use deskbell_protocol::Timestamp;

/// Seconds between two attempts: the specification's schedule, three days in all.
const DELAYS_S: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Attempts before a delivery is given up.
pub const ATTEMPTS: u32 = 10;

/// The longest wait that a receiver can ask for, in seconds.
const MOST_ASKED_S: u32 = 86_400;

/// What a receiver said to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An answer with this status, and after how many seconds to come back, if it said so.
    Status {
        /// The HTTP status.
        code: u16,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u32>,
    },
    /// None: it could not be reached, or did not answer in time.
    Nothing,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It was taken (2xx).
    Delivered,
    /// It is tried again then.
    Again(Timestamp),
    /// It was tried often enough.
    GiveUp,
    /// The receiver wants nothing any more (410), neither this nor anything else.
    Disable,
}

/// What follows from the answer to attempt number `attempt`, from 1. `dice` is any random number: retries come up to a
/// fifth later than the schedule says, so that what failed together does not come back together.
#[must_use]
pub fn next(attempt: u32, answer: Answer, now: Timestamp, dice: u32) -> Next {
    let asked_s = match answer {
        Answer::Status {
            code: 200..=299, ..
        } => return Next::Delivered,
        Answer::Status { code: 410, .. } => return Next::Disable,
        Answer::Status { retry_after_s, .. } => retry_after_s,
        Answer::Nothing => None,
    };
    let done = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(delay_s) = DELAYS_S.get(done) else {
        return Next::GiveUp;
    };
    let delay_ms = u64::from(*delay_s) * 1_000;
    let jitter_ms = (delay_ms / 5) * u64::from(dice) / u64::from(u32::MAX);
    let asked_ms = u64::from(asked_s.unwrap_or(0).min(MOST_ASKED_S)) * 1_000;
    let wait_ms = delay_ms.max(asked_ms) + jitter_ms;
    Next::Again(now.saturating_add_unsigned(wait_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = 1_700_000_000_000;

    fn after(attempt: u32, code: u16, dice: u32) -> Next {
        let answer = Answer::Status {
            code,
            retry_after_s: None,
        };
        next(attempt, answer, NOW, dice)
    }

    #[test]
    fn the_schedule_is_the_specifications() {
        let mut total_s = 0;
        let mut attempt = 1;
        let mut since_start_s = Vec::new();
        while let Next::Again(at) = next(attempt, Answer::Nothing, NOW, 0) {
            total_s += (at - NOW) / 1_000;
            since_start_s.push(total_s);
            attempt += 1;
        }
        assert_eq!(attempt, ATTEMPTS);
        assert_eq!(
            since_start_s,
            [
                5, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105
            ]
        );
        assert_eq!(after(u32::MAX, 500, 0), Next::GiveUp);
    }

    #[test]
    fn an_answer_decides_what_follows() {
        let again = Next::Again(NOW + 5_000);
        for (code, follows) in [
            (200, Next::Delivered),
            (204, Next::Delivered),
            (299, Next::Delivered),
            (199, again),
            (302, again),
            (404, again),
            (410, Next::Disable),
            (429, again),
            (500, again),
        ] {
            assert_eq!(after(1, code, 0), follows, "{code}");
        }
        assert_eq!(after(ATTEMPTS, 200, 0), Next::Delivered);
        assert_eq!(after(ATTEMPTS, 410, 0), Next::Disable);
    }

    #[test]
    fn retries_are_scattered_and_a_receiver_may_ask_for_more_time() {
        assert_eq!(after(2, 500, u32::MAX), Next::Again(NOW + 360_000));
        for (asked, waits_s) in [(1, 5), (60, 60), (u32::MAX, 86_400)] {
            let answer = Answer::Status {
                code: 503,
                retry_after_s: Some(asked),
            };
            assert_eq!(next(1, answer, NOW, 0), Next::Again(NOW + waits_s * 1_000));
        }
    }
}
