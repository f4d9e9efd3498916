//! Times and durations in words. Local times come in as values: what the local time is, only the browser knows.

use deskbell_protocol::Timestamp;

/// A moment as the agent's wall clock and calendar show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Year, such as 2026.
    pub year: u32,
    /// Month, 0 for January.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour, 0..=23.
    pub hour: u32,
    /// Minute, 0..=59.
    pub minute: u32,
}

impl Local {
    /// The time of day.
    #[must_use]
    pub fn time(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// Whether both are on the same day.
    #[must_use]
    pub fn is_same_day(&self, other: &Self) -> bool {
        (self.year, self.month, self.day) == (other.year, other.month, other.day)
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The day of a moment, as the heading of what happened on it.
#[must_use]
pub fn day(at: &Local, today: &Local) -> String {
    if at.is_same_day(today) {
        return "Today".to_owned();
    }
    let month = usize::try_from(at.month)
        .ok()
        .and_then(|month| MONTHS.get(month));
    format!("{} {} {}", at.day, month.unwrap_or(&""), at.year)
}

/// Hours, minutes and seconds of a duration in milliseconds; a clock that runs behind the server's makes it 0.
fn parts(duration: Timestamp) -> (i64, i64, i64) {
    let seconds = duration.max(0) / 1_000;
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A duration in milliseconds for the eye: `0:42`, `3:12`, `1:04:10`, from a day on `2 d 3 h`.
#[must_use]
pub fn clock(duration: Timestamp) -> String {
    match parts(duration) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, ..) if hours >= 24 => format!("{} d {} h", hours / 24, hours % 24),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A duration in milliseconds for the ear, rounded down to its largest unit.
#[must_use]
pub fn spoken(duration: Timestamp) -> String {
    let (number, unit) = match parts(duration) {
        (0, 0, seconds) => (seconds, "second"),
        (0, minutes, _) => (minutes, "minute"),
        (hours, ..) if hours >= 24 => (hours / 24, "day"),
        (hours, ..) => (hours, "hour"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Timestamp = 1_000;
    const MINUTE: Timestamp = 60 * SECOND;
    const HOUR: Timestamp = 60 * MINUTE;

    #[test]
    fn waiting_times_tick_in_seconds_and_never_run_backwards() {
        assert_eq!(clock(-5 * MINUTE), "0:00");
        assert_eq!(clock(42 * SECOND + 999), "0:42");
        assert_eq!(clock(3 * MINUTE + 12 * SECOND), "3:12");
        assert_eq!(clock(HOUR + 4 * MINUTE + 10 * SECOND), "1:04:10");
        assert_eq!(clock(51 * HOUR), "2 d 3 h");
    }

    #[test]
    fn waiting_times_are_read_out_in_their_largest_unit() {
        assert_eq!(spoken(0), "0 seconds");
        assert_eq!(spoken(SECOND), "1 second");
        assert_eq!(spoken(3 * MINUTE + 12 * SECOND), "3 minutes");
        assert_eq!(spoken(HOUR), "1 hour");
        assert_eq!(spoken(49 * HOUR), "2 days");
    }

    #[test]
    fn days_are_named_and_today_is_today() {
        let at = Local {
            year: 2026,
            month: 2,
            day: 9,
            hour: 7,
            minute: 5,
        };
        assert_eq!(at.time(), "07:05");
        assert_eq!(day(&at, &Local { hour: 23, ..at }), "Today");
        assert_eq!(day(&at, &Local { day: 10, ..at }), "9 March 2026");
    }
}
