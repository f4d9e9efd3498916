//! Runs the server until it is told to stop.

use std::future::{Future, IntoFuture as _};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::{App, http};

/// How long requests may take that are under way when the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Serves until `shutdown` completes. Then, first, no new connection is taken and all streams end; second, what is
/// still under way after five seconds is left to its fate.
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
    let mut closing = app.closing.subscribe();
    let told = Arc::clone(&app);
    let listener = listener.tap_io(|connection| {
        // A stream's messages are small and must not wait for more.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection is slower than it could be");
        }
    });
    let service =
        http::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        told.closing.send_replace(true);
    });
    let too_late = async {
        http::sse::closed(&mut closing).await;
        tokio::time::sleep(GRACE).await;
    };
    let outcome = tokio::select! {
        outcome = server.into_future() => outcome,
        () = too_late => {
            tracing::warn!("some requests took longer than the shutdown waits");
            Ok(())
        }
    };
    drop(keeper);
    app.store.close().await;
    outcome
}

/// A task that ends with its owner.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
