//! Connections: taken, served, and cut when a client takes too long.
//!
//! What must never be true: that a client costs a place, a task or memory for longer than the settings say without
//! sending or taking anything; that one that is slow slows down another.

mod patience;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::limits::settings::TimeLimits;
use patience::{Asked, Patient};

/// Most header fields of a request.
const MAX_HEADERS: usize = 100;
/// Most bytes of a request's head, of what the client has not taken yet of an answer, and of what it sent and nobody has
/// read yet. A head with a visitor's token and a proxy's additions needs one or two thousand.
const BUFFER_BYTES: u32 = 64 * 1024;
/// Most requests at once on one connection (HTTP/2). A browser needs a handful, a proxy opens another connection.
const MAX_REQUESTS_AT_ONCE: u32 = 100;
/// How long to wait when no connection can be taken, such as while there are no file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves connections until `shutdown` completes; then no new ones are taken, and this completes when the requests
/// under way are answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    times: TimeLimits,
    shutdown: impl Future<Output = ()>,
) {
    let builder = Arc::new(builder(times));
    let router = TowerToHyperService::new(router);
    // Dropping the sender tells the connections to finish; they are done when every receiver is dropped.
    let (stop, stopping) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            taken = take(&listener) => taken,
            () = &mut shutdown => break,
        };
        // A stream's messages are small and must not wait for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection is slower than it could be");
        }
        let asked = Asked::default();
        let service = OfOneConnection {
            router: router.clone(),
            peer,
            asked: asked.clone(),
        };
        let stream = TokioIo::new(Patient::new(stream, times, asked));
        tokio::spawn(finish(
            Arc::clone(&builder),
            stream,
            service,
            stopping.clone(),
        ));
    }
    drop(listener);
    drop(stopping);
    stop.send_replace(());
    stop.closed().await;
}

/// The next connection.
async fn take(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(taken) => return taken,
            Err(error) if went_away(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether it was the client who gave up.
fn went_away(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

fn builder(times: TimeLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // Runs from the last answer on, so it also ends connections on which nothing more comes.
        .header_read_timeout(times.idle)
        .max_headers(MAX_HEADERS)
        .max_buf_size(BUFFER_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(times.idle)
        .keep_alive_timeout(times.write)
        .max_header_list_size(BUFFER_BYTES)
        .max_concurrent_streams(MAX_REQUESTS_AT_ONCE)
        .max_send_buf_size(BUFFER_BYTES as usize);
    builder
}

/// Serves one connection to its end.
async fn finish(
    builder: Arc<Builder<TokioExecutor>>,
    stream: TokioIo<Patient<TcpStream>>,
    service: OfOneConnection,
    mut stopping: watch::Receiver<()>,
) {
    let mut connection = pin!(builder.serve_connection(stream, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "a connection was cut");
    }
}

/// The router, which is told who connected.
#[derive(Clone)]
struct OfOneConnection {
    router: TowerToHyperService<Router>,
    peer: SocketAddr,
    asked: Asked,
}

impl Service<Request<Incoming>> for OfOneConnection {
    type Response = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Response;
    type Error = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Error;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.asked.set();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router.call(request)
    }
}
