//! Conversations are kept for as long as their site says, and no longer.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::{StoreError, Wakeup};

use crate::App;

/// Between two rounds; the first is when the server starts.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// Conversations in one transaction: few enough that nobody who writes waits long.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(50).expect("50 is not 0");

/// Between two transactions: whoever waited to write comes first.
const PAUSE: Duration = Duration::from_millis(50);

/// Forgets, round after round, what is over. Of several servers over one store one does it at a time.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        let (forgotten, outcome) = round(&app).await;
        if forgotten > 0 {
            tracing::info!(
                conversations = forgotten,
                "deleted what was kept for long enough"
            );
        }
        if let Err(error) = outcome {
            let cause = error.source.to_string();
            tracing::error!(
                cause,
                "what was kept for long enough could not all be deleted; it is tried again in an hour"
            );
        }
        tokio::time::sleep(ROUND).await;
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
