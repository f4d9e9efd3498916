//! Whether a connection is being used.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use hyper::body::{Bytes, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::timeout;

/// How many requests of one connection are being answered; an answer's body counts until it is sent or given up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy(watch::Sender<usize>);

/// One request; ends when dropped.
pub(crate) struct Request(watch::Sender<usize>);

impl Busy {
    /// A request begins.
    pub(crate) fn request(&self) -> Request {
        self.0.send_modify(|requests| *requests += 1);
        Request(self.0.clone())
    }

    /// Completes when nothing has been answered for so long.
    pub(crate) async fn idle_for(&self, time: Duration) {
        let mut requests = self.0.subscribe();
        loop {
            // Neither can fail: `self` holds a sender.
            let _ = requests.wait_for(|requests| *requests == 0).await;
            if timeout(time, requests.changed()).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.send_modify(|requests| *requests -= 1);
    }
}

impl Request {
    /// A body that ends it.
    pub(crate) fn until_sent(self, body: Body) -> Body {
        Body::new(Answer {
            body,
            _request: self,
        })
    }
}

struct Answer {
    body: Body,
    _request: Request,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;

    #[tokio::test]
    async fn the_time_runs_from_the_end_of_the_last_answer() {
        let busy = Busy::default();
        busy.idle_for(AT_ONCE).await;
        let (one, other) = (busy.request(), busy.request());
        drop(one);
        assert!(busy.idle_for(AT_ONCE).now_or_never().is_none());
        let body = other.until_sent(Body::from("an answer"));
        assert!(busy.idle_for(AT_ONCE).now_or_never().is_none());
        drop(body);
        busy.idle_for(AT_ONCE).await;
    }
}
