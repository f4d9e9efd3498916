//! The server's event streams, read through `fetch`.

use std::rc::Rc;

use deskbell_client::Failure;
use deskbell_client::sse::{Message, Parser};
use deskbell_protocol::VisitorToken;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use crate::fetch::{Body, fetch};
use crate::http::{failure, request, text};

/// The server says something at least every 15 seconds. After three times that, in milliseconds, the connection is
/// dead even if nobody said so (a sleeping laptop, a lost mobile network).
const SILENCE_MS: u32 = 45_000;

/// What a stream has to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// It delivers.
    Opened,
    /// A message.
    Message(Message),
    /// It ended, and will tell nothing more. Open another one.
    Ended(Failure),
}

/// An open stream. Dropping it closes the connection; nothing is told after that.
#[derive(Debug)]
pub struct EventStream {
    abort: Option<AbortController>,
    alive: Rc<std::cell::Cell<bool>>,
}

impl EventStream {
    /// Opens the stream of a customer's conversation at `path`.
    pub fn open(path: String, token: VisitorToken, tell: impl Fn(Signal) + 'static) -> Self {
        Self::read(path, Some(token), Parser::default(), tell)
    }

    /// Opens an agent's stream at `path`, with the session cookie.
    pub fn open_for_agent(path: String, tell: impl Fn(Signal) + 'static) -> Self {
        Self::read(path, None, Parser::for_agents(), tell)
    }

    fn read(
        path: String,
        token: Option<VisitorToken>,
        parser: Parser,
        tell: impl Fn(Signal) + 'static,
    ) -> Self {
        let abort = AbortController::new().ok();
        let alive = Rc::new(std::cell::Cell::new(true));
        let stream = Self {
            abort: abort.clone(),
            alive: Rc::clone(&alive),
        };
        spawn_local(async move {
            let tell = |signal| {
                if alive.get() {
                    tell(signal);
                }
            };
            let end = read(&path, token.as_ref(), abort.as_ref(), parser, &tell).await;
            tell(Signal::Ended(end));
        });
        stream
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.alive.set(false);
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// Reads until the stream ends, and says why it did.
async fn read(
    path: &str,
    token: Option<&VisitorToken>,
    abort: Option<&AbortController>,
    mut parser: Parser,
    tell: &impl Fn(Signal),
) -> Failure {
    let Ok(request) = request("GET", path, None, token, abort) else {
        return Failure::Unreachable;
    };
    let Ok(response) = fetch(&request).await else {
        return Failure::Unreachable;
    };
    if !response.ok() {
        let body = text(&response).await.unwrap_or_default();
        return failure(&response, &body);
    }
    let Ok(body) = Body::of(&response) else {
        return Failure::Unreachable;
    };
    tell(Signal::Opened);
    loop {
        let next = Box::pin(body.next());
        let piece = match select(next, TimeoutFuture::new(SILENCE_MS)).await {
            Either::Left((Ok(Some(piece)), _)) => piece,
            Either::Left(_) | Either::Right(_) => break,
        };
        let Ok(messages) = parser.feed(&piece) else {
            break;
        };
        for message in messages {
            tell(Signal::Message(message));
        }
    }
    if let Some(abort) = abort {
        abort.abort();
    }
    Failure::Unreachable
}
