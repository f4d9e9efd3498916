//! What is remembered of privileged acts, and how long agents stay signed in.

use std::num::NonZeroU16;

use deskbell_desk::{AuditEntry, AuditedAct};
use deskbell_protocol::Timestamp;
use serde::Deserialize;

use crate::App;
use crate::http::ApiError;
use crate::http::request_id::RequestId;

/// A session is kept alive at most so often: each time is a write.
const TOUCHED_EVERY_MS: i64 = 60_000;

/// How long agents stay signed in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// Hours without any request after which a session ends.
    pub idle_hours: NonZeroU16,
    /// Days after which a session ends however much it is used.
    pub days: NonZeroU16,
}

impl SessionSettings {
    /// Milliseconds without any request after which a session ends.
    pub(crate) fn idle_ms(self) -> i64 {
        i64::from(self.idle_hours.get()) * 3_600_000
    }

    /// Seconds after which a session ends.
    pub(crate) fn seconds(self) -> i64 {
        i64::from(self.days.get()) * 86_400
    }

    /// Whether a session that ends at `expires_at` was begun less than `ms` before `now`. False, if in doubt, for one that
    /// was begun under another setting.
    pub(crate) fn began_within(self, ms: i64, expires_at: Timestamp, now: Timestamp) -> bool {
        let began = expires_at - self.seconds() * 1_000;
        // Servers' clocks differ a little.
        (now - began).abs() < ms
    }

    /// Until when a session lasts that is used `now`; nothing if that is hardly later than it lasts already.
    pub(crate) fn touched(self, idle_until: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let until = now + self.idle_ms();
        (until - idle_until >= TOUCHED_EVERY_MS).then_some(until)
    }
}

impl App {
    /// Records what an agent did to their own account, by a request.
    pub(crate) async fn record(
        &self,
        who: Option<&str>,
        act: AuditedAct,
        whom: &str,
        request: RequestId,
    ) -> Result<(), ApiError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            who: who.map(str::to_owned),
            act,
            whom: whom.to_owned(),
            detail: None,
            via: request.0,
        };
        self.store.record(&entry).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_fresh_for_a_while_after_it_began_and_not_if_the_setting_was_another_one() {
        let settings = SessionSettings {
            idle_hours: NonZeroU16::MIN,
            days: NonZeroU16::MIN,
        };
        let day = 86_400_000;
        let now = 10 * day;
        for (expires_at, fresh) in [
            (now + day, true),
            (now + day - 999, true),
            (now + day - 1_000, false),
            (now + day + 999, true),
            (now + 2 * day, false),
        ] {
            assert_eq!(settings.began_within(1_000, expires_at, now), fresh);
        }
    }

    #[test]
    fn a_session_is_touched_once_a_minute_and_no_more() {
        let settings = SessionSettings {
            idle_hours: NonZeroU16::MIN,
            days: NonZeroU16::MIN,
        };
        let hour = 3_600_000;
        assert_eq!(settings.touched(hour, 0), None);
        assert_eq!(settings.touched(hour, 59_999), None);
        assert_eq!(settings.touched(hour, 60_000), Some(hour + 60_000));
        // The setting was another one when the session began.
        assert_eq!(settings.touched(5 * hour, 60_000), None);
    }
}
