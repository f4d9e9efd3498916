//! Lets a request in, or not: before anything is read or asked for it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use deskbell_desk::{Refused, Site, VisitorHash};
use deskbell_protocol::ProblemCode;
use futures_util::StreamExt as _;

use super::client_address::{client_address, is_forgotten_proxy, peer};
use super::contact_pages::Reader;
use super::{ApiError, Shared};
use crate::App;
use crate::limits::{Doer, Operation, Place};
use crate::metrics::route;

/// How long a client is asked to wait that found the server full.
const WAIT_FOR_PLACE: Duration = Duration::from_secs(2);
/// How long for a stream, without which everything works but for what others say.
const WAIT_FOR_STREAM: Duration = Duration::from_secs(5);

/// What a request is about and where it comes from. Every request that was let in has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    pub(crate) address: IpAddr,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let asked = parts.extensions.get::<Self>().copied();
        asked.ok_or_else(|| ApiError::internal("a request was not let in"))
    }
}

/// Gives every request a place for as long as it is answered, and a stream one until it ends; without a place it is
/// refused.
pub(crate) async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let operation = Operation::of(request.method(), route(&request), uri.query());
    let peer = peer(request.extensions()).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let trusted = &app.settings.trusted_proxies;
    let address = client_address(peer, request.headers(), trusted);
    let load = &app.limits.load;
    let page = Page::of(operation, &request);
    let Some(place) = load.request(operation.priority(), address) else {
        return refuse(page, full(WAIT_FOR_PLACE));
    };
    let stream = match operation {
        Operation::Stream => match load.stream(address) {
            Some(place) => Some(place),
            None => return refuse(page, full(WAIT_FOR_STREAM)),
        },
        _ => None,
    };
    if is_forgotten_proxy(peer, request.headers(), trusted) && app.limits.is_first_notice() {
        tracing::warn!(
            %peer,
            "a proxy that is not in trusted_proxies sends requests: all its customers share the limits of one address"
        );
    }
    let asked = Asked { operation, address };
    let mut request = in_time(request, app.times.body);
    request.extensions_mut().insert(asked);
    let response = tokio::time::timeout(app.times.answer, next.run(request)).await;
    drop(place);
    let Ok(response) = response else {
        return refuse(page, in_vain());
    };
    match stream {
        Some(place) if response.status().is_success() => until_it_ends(response, place),
        _ => response,
    }
}

/// Who asked for a page, and is to read one whatever happens.
enum Page {
    Contact(Reader),
    Widget(Reader),
}

impl Page {
    fn of(operation: Operation, request: &Request) -> Option<Self> {
        let reader = || Reader::of(request.uri(), request.headers());
        match operation {
            Operation::ContactForm | Operation::ContactPage => Some(Self::Contact(reader())),
            Operation::Widget => Some(Self::Widget(reader())),
            _ => None,
        }
    }
}

/// The server has no place. The bell is refused last.
fn full(wait: Duration) -> ApiError {
    ApiError {
        retry_after: Some(wait),
        ..ApiError::new(
            ProblemCode::Unavailable,
            "Very many people are here at the moment. Nothing was stored; please try again in a few seconds.",
        )
    }
}

/// The database hangs. What was to be stored may be stored yet: whoever sends it again sends the same write.
fn in_vain() -> ApiError {
    ApiError {
        cause: Some("the store took too long".into()),
        ..Refused::unavailable().into()
    }
}

fn refuse(page: Option<Page>, error: ApiError) -> Response {
    match page {
        Some(Page::Contact(reader)) => reader.unavailable(error),
        Some(Page::Widget(reader)) => reader.widget_unavailable(error),
        None => error.into_response(),
    }
}

/// A request whose body fails if it takes longer than this to come.
fn in_time(request: Request, time: Duration) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    let deadline = tokio::time::Instant::now() + time;
    request.map(|body| {
        Body::from_stream(async_stream::stream! {
            let mut body = body.into_data_stream();
            loop {
                match tokio::time::timeout_at(deadline, body.next()).await {
                    Ok(Some(piece)) => yield piece.map_err(axum::BoxError::from),
                    Ok(None) => break,
                    Err(late) => {
                        yield Err(late.into());
                        break;
                    }
                }
            }
        })
    })
}

/// A response that keeps `place` until its body is sent or given up.
fn until_it_ends(response: Response, place: Place) -> Response {
    response.map(|body| {
        let pieces = body.into_data_stream();
        Body::from_stream(pieces.inspect(move |_| {
            let _kept = &place;
        }))
    })
}

impl App {
    /// Counts what somebody does with a site: whoever asked, or if it is known to be them, this visitor.
    ///
    /// # Errors
    /// If it is too often. The answer says how long to wait.
    pub(crate) fn within_limits(
        self: &Arc<Self>,
        asked: Asked,
        site: &Site,
        visitor: Option<&VisitorHash>,
    ) -> Result<(), ApiError> {
        let doer = Doer {
            address: asked.address,
            site: Some(&site.key),
            visitor,
        };
        let taken = self.limits.take(asked.operation, doer, self.clock.now());
        taken.map_err(|wait| {
            let message = "This was too often in a short time. Nothing was stored; please try again in a moment.";
            ApiError::too_many(message, wait)
        })
    }

    /// Counts a try to sign in.
    ///
    /// # Errors
    /// If there were too many from there. The answer says how long to wait.
    pub(crate) fn may_sign_in(&self, asked: Asked) -> Result<(), ApiError> {
        let doer = Doer {
            address: asked.address,
            site: None,
            visitor: None,
        };
        let taken = self.limits.take(asked.operation, doer, self.clock.now());
        taken.map_err(|wait| {
            let message = "Too many people try to sign in from here. Please try again in a moment.";
            ApiError::too_many(message, wait)
        })
    }
}
