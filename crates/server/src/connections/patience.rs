//! A connection whose client does not take for ever.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::settings::TimeLimits;

/// Whether anything was asked on a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Arc<AtomicBool>);

impl Asked {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection that fails if nothing is asked on it in time, or if the client takes nothing of what is written to it.
#[derive(Debug)]
pub(crate) struct Patient<S> {
    stream: S,
    asked: Asked,
    /// Runs until the first request has come. The times between requests and of bodies are watched by those who know
    /// when they begin.
    first_request: Option<Pin<Box<Sleep>>>,
    write: Duration,
    /// Runs while there is something that the client does not take.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(crate) fn new(stream: S, times: TimeLimits, asked: Asked) -> Self {
        Self {
            stream,
            asked,
            first_request: Some(Box::pin(sleep(times.first_request))),
            write: times.write,
            stalled: None,
        }
    }

    /// What came of a try to write, and that it failed if none has succeeded for too long.
    fn written(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let write = self.write;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(write)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.asked.get() {
            self.first_request = None;
        } else if let Some(late) = &mut self.first_request
            && late.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// Long enough for a busy machine to do nothing in, short enough to wait for.
    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(3_600);

    fn times(first_request: Duration, write: Duration) -> TimeLimits {
        TimeLimits {
            first_request,
            idle: LONG,
            body: LONG,
            answer: LONG,
            write,
        }
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut_and_one_that_takes_it_in_the_end_is_not() {
        let (ours, mut theirs) = duplex(16);
        let mut patient = Patient::new(ours, times(LONG, LONG), Asked::default());
        let answer = [7; 64];
        let (written, read) = tokio::join!(patient.write_all(&answer), async {
            let mut taken = [0; 64];
            theirs.read_exact(&mut taken).await.map(|_| taken)
        });
        written.unwrap();
        assert_eq!(read.unwrap(), answer);
        patient.write = SHORT;
        let error = patient.write_all(&answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_asks_nothing_is_cut_and_one_that_has_asked_may_be_silent() {
        let (ours, _theirs) = duplex(16);
        let mut patient = Patient::new(ours, times(SHORT, LONG), Asked::default());
        let error = patient.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);

        let (ours, mut theirs) = duplex(16);
        let asked = Asked::default();
        let mut patient = Patient::new(ours, times(Duration::ZERO, LONG), asked.clone());
        asked.set();
        theirs.write_u8(7).await.unwrap();
        assert_eq!(patient.read_u8().await.unwrap(), 7);
    }
}
