//! Connections: taken, served, and cut when a client takes too long.
//!
//! What must never be true: that a client costs a place, a task or memory for longer than the settings say without
//! sending or taking anything; that one that is slow slows down another.

mod busy;
mod patience;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::limits::settings::TimeLimits;
use busy::Busy;
use patience::{Asked, Patient};

/// Most header fields of a request.
const MAX_HEADERS: usize = 100;
/// Most bytes of a request's head, of what the client has not taken yet of an answer, and of what it sent and nobody has
/// read yet. A head with a visitor's token and a proxy's additions needs one or two thousand.
const BUFFER_BYTES: u32 = 64 * 1024;
/// Most requests at once on one connection (HTTP/2). A browser needs a handful, a proxy opens another connection.
const MAX_REQUESTS_AT_ONCE: u32 = 100;
/// So much later than we, the operating system gives up on a client: it does so without telling, and whoever is only slow
/// is to be told.
const MOMENT: Duration = Duration::from_secs(15);
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
        give_up_on_vanished(&stream, times.write + MOMENT);
        let asked = Asked::default();
        let service = OfOneConnection {
            router: router.clone(),
            peer,
            asked: asked.clone(),
            busy: Busy::default(),
        };
        let stream = TokioIo::new(Patient::new(stream, times, asked));
        tokio::spawn(finish(
            Arc::clone(&builder),
            stream,
            service,
            times.idle,
            stopping.clone(),
        ));
    }
    drop(listener);
    drop(stopping);
    stop.send_replace(());
    stop.closed().await;
}

/// Cuts the connection when the other side's machine confirms nothing of what was sent for so long. What is small
/// enough for the operating system's buffer would otherwise be repeated for a quarter of an hour: a stream's signs of
/// life to somebody whose network is gone.
#[cfg(target_os = "linux")]
fn give_up_on_vanished(stream: &TcpStream, time: Duration) {
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(time)) {
        tracing::debug!(%error, "a connection to somebody who vanished will end later than it could");
    }
}

/// Elsewhere the operating system decides alone.
#[cfg(not(target_os = "linux"))]
fn give_up_on_vanished(_: &TcpStream, _: Duration) {}

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
    idle: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let busy = service.busy.clone();
    let mut connection = pin!(builder.serve_connection(stream, service));
    let finish = async {
        tokio::select! {
            _ = stopping.changed() => {}
            // HTTP/1 sees to that itself; a connection of HTTP/2 lives for as long as the client confirms that it does.
            () = busy.idle_for(idle) => {}
        }
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = finish => {
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
    busy: Busy,
}

impl Service<Request<Incoming>> for OfOneConnection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.asked.set();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let asked = self.busy.request();
        let answer = self.router.call(request);
        Box::pin(async move { Ok(answer.await?.map(|body| asked.until_sent(body))) })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_machine_that_vanished_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, taken) = tokio::join!(TcpStream::connect(address), take(&listener));
        let time = Duration::from_secs(30);
        give_up_on_vanished(&taken.0, time);
        let set = socket2::SockRef::from(&taken.0).tcp_user_timeout().unwrap();
        assert_eq!(set, Some(time));
        drop(client);
    }
}
