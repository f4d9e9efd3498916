//! Runs the server until it is told to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskbell_desk::Wakeup;
use tokio::net::TcpListener;

use crate::{App, connections, http, retention, webhooks};

/// How long requests may take that are under way when no new ones are taken any more, and then the store to close.
const GRACE: Duration = Duration::from_secs(5);

/// How often a store without peers is asked whether another process wrote, such as the command line erasing a customer.
const LOOK_ELSEWHERE: Duration = Duration::from_secs(2);

/// Serves until `shutdown` completes, and ends in two phases.
///
/// First `/readyz` says so at once, and for `drain_seconds` of the settings everything else goes on: whoever sends the
/// requests here, such as a load balancer, has that long to send them elsewhere. Second, no new connection is taken, all
/// streams end with a hint to come back, and requests under way are finished; what is not after five seconds is left to
/// its fate. A write is either acknowledged and durable, or not acknowledged: its client sends it again.
///
/// # Errors
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = Arc::new(app);
    let presence = Arc::clone(&app.presence);
    let keeper = AbortOnDrop(tokio::spawn(async move { presence.run().await }));
    let ears = app.store.peers().map(|peers| {
        let app = Arc::clone(&app);
        let listen = async move { peers.listen(&|wakeup| app.wake(&wakeup)).await };
        AbortOnDrop(tokio::spawn(listen))
    });
    let forgetful = retention::run(Arc::clone(&app));
    let forgetful = AbortOnDrop(tokio::spawn(forgetful));
    let looking = look_elsewhere(Arc::clone(&app));
    let looking = AbortOnDrop(tokio::spawn(looking));
    let telling = webhooks::run(Arc::clone(&app));
    let telling = AbortOnDrop(tokio::spawn(telling));
    let mut closing = app.closing.subscribe();
    let told = Arc::clone(&app);
    let router = http::router(Arc::clone(&app));
    let server = connections::serve(listener, router, app.times, async move {
        shutdown.await;
        told.stopping.store(true, Ordering::Relaxed);
        let drain = told.settings.drain_seconds;
        tracing::info!(drain_seconds = drain, "stopping: not ready any more");
        tokio::time::sleep(Duration::from_secs(drain.into())).await;
        tracing::info!("stopping: streams end, no new requests, those under way are finished");
        told.closing.send_replace(true);
    });
    let too_late = async {
        http::sse::closed(&mut closing).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = server => {}
        () = too_late => tracing::warn!("some requests took too long to be finished"),
    }
    drop((keeper, ears, forgetful, looking, telling));
    // A disk that hangs must not keep the process: what was acknowledged is durable already.
    if tokio::time::timeout(GRACE, app.store.close())
        .await
        .is_err()
    {
        tracing::warn!("the store took too long to close");
    }
    Ok(())
}

/// Wakes everybody when another process wrote to a store that has no peers to tell.
async fn look_elsewhere(app: Arc<App>) {
    let mut before = None;
    loop {
        match app.store.changed_elsewhere().await {
            Ok(None) => return,
            Ok(now) => {
                if before.is_some() && now != before {
                    app.wake(&Wakeup::Everything);
                }
                before = now;
            }
            // That the store fails is told by whoever needs it.
            Err(_) => {}
        }
        tokio::time::sleep(LOOK_ELSEWHERE).await;
    }
}

/// A task that ends with its owner.
pub(crate) struct AbortOnDrop(pub(crate) tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
