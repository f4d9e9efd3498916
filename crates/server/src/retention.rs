//! Conversations are kept for as long as their site says, and no longer.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::{StoreError, Wakeup};

use crate::App;

/// Between two rounds; the first is when the server starts.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// After a round that failed; twice as long each time, up to [`ROUND`].
const SOON: Duration = Duration::from_secs(60);

/// Conversations in one transaction: few enough that nobody who writes waits long.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(50).expect("50 is not 0");

/// Between two transactions: whoever waited to write comes first.
const PAUSE: Duration = Duration::from_millis(50);

/// Forgets, round after round, what is over. Of several servers over one store one does it at a time.
pub(crate) async fn run(app: Arc<App>) {
    let mut failures: u32 = 0;
    loop {
        let (forgotten, outcome) = round(&app).await;
        if forgotten > 0 {
            tracing::info!(
                conversations = forgotten,
                "deleted what was kept for long enough"
            );
        }
        failures = match &outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        let pause = pause_after(failures);
        if let Err(error) = outcome {
            let cause = error.source.to_string();
            tracing::error!(
                cause,
                again_in_seconds = pause.as_secs(),
                "what was kept for long enough could not all be deleted; it is tried again"
            );
        }
        tokio::time::sleep(pause).await;
    }
}

/// How long to wait for the next round after so many that failed, one after the other.
fn pause_after(failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => ROUND,
        Some(doublings) => SOON
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(ROUND),
    }
}

/// How many conversations were forgotten, and whether none is left.
async fn round(app: &App) -> (usize, Result<(), StoreError>) {
    let mut forgotten = 0;
    let outcome = async {
        let now = app.clock.now();
        for site in app.directory.sites().await? {
            let before = site.retention.over_before(now);
            loop {
                let ids = app.store.forget(&site.key, before, AT_ONCE).await?;
                forgotten += ids.len();
                let last = u32::try_from(ids.len()).is_ok_and(|some| some < AT_ONCE.get());
                for id in ids {
                    app.wake(&Wakeup::Conversation(id));
                }
                if last {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }
    .await;
    (forgotten, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_again_soon_and_ever_later_up_to_the_usual_hour() {
        for (failures, minutes) in [
            (0, 60),
            (1, 1),
            (2, 2),
            (3, 4),
            (6, 32),
            (7, 60),
            (u32::MAX, 60),
        ] {
            assert_eq!(pause_after(failures).as_secs(), minutes * 60, "{failures}");
        }
    }
}
