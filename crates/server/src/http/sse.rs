//! Server-sent events: conversations as they happen.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use deskbell_desk::{Agent, Conversation, Permission, SessionHash};
use deskbell_protocol::{ConversationId, ConversationState, Seq, Status, Timestamp};
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::watch;

use super::authority::SignedIn;
use super::{ApiError, Shared};
use crate::metrics::StreamOf;

/// How often a silent stream shows that it is alive: well below the 30 s after which proxies cut connections.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events read from the store at once.
const PAGE: u32 = 200;

/// After which event a stream goes on: `Last-Event-ID`, else `?after=`, else from the first.
pub(crate) struct Cursor(pub(crate) Seq);

#[derive(serde::Deserialize)]
struct AfterQuery {
    after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Cursor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let refused = |name: &str| {
            ApiError::invalid_value(format!("{name} must be the number of an event, or 0"))
        };
        let query = Query::<AfterQuery>::from_request_parts(parts, state).await;
        let after = match query.map(|Query(query)| query.after) {
            Ok(None) => 0,
            Ok(Some(text)) => text.parse().map_err(|_| refused("after"))?,
            Err(_) => return Err(refused("after")),
        };
        let Some(id) = parts.headers.get("last-event-id") else {
            return Ok(Self(after));
        };
        let seq = id.to_str().ok().and_then(|text| text.parse().ok());
        seq.map(Self).ok_or_else(|| refused("Last-Event-ID"))
    }
}

/// Turns events into an answer that proxies pass on at once.
pub(crate) fn answer(stream: impl Stream<Item = Event> + Send + 'static) -> Response {
    use futures_util::StreamExt as _;
    let stream = stream.map(Ok::<_, Infallible>);
    let mut response = Sse::new(stream)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response
        .headers_mut()
        .insert(unbuffered, HeaderValue::from_static("no"));
    response
}

/// One message of a stream.
pub(crate) fn message(name: &str, data: &impl Serialize) -> Result<Event, ApiError> {
    Event::default()
        .event(name)
        .json_data(data)
        .map_err(ApiError::internal)
}

/// The end of a stream because the server stops: when to come back, in words that every reader of streams knows. Spread
/// over a second, so that the next server is not met by everybody in the same instant.
pub(crate) fn come_back() -> Event {
    let mut spread = [0];
    // Without randomness everybody comes at once, which is worse and no reason to say nothing.
    let _ = getrandom::fill(&mut spread);
    let wait = 500 + 4 * u64::from(spread[0]);
    Event::default().retry(Duration::from_millis(wait))
}

/// Waits until streams are to end because the server stops.
pub(crate) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the server is gone already.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Who reads a conversation's stream.
#[derive(Clone, Debug)]
pub(crate) enum Reader {
    /// Its customer.
    Customer,
    /// An agent, as long as the session lasts and the agent may read the conversation.
    Agent { session: SessionHash },
}

/// Whether an agent may read a conversation: one that waits, their own, and with the right role every one.
pub(crate) fn agent_may_read(agent: &Agent, conversation: &Conversation) -> bool {
    conversation.state == ConversationState::Waiting
        || conversation
            .agent
            .as_ref()
            .is_some_and(|owner| owner.id == agent.name.id)
        || agent.role.may(Permission::ReadEveryConversation)
}

/// The events of a conversation after `cursor` and its status, and both again whenever they change.
///
/// No gap and no duplicate by construction: the stream subscribes, then reads what is after its cursor, then waits.
pub(crate) fn conversation(
    app: Shared,
    id: ConversationId,
    cursor: Seq,
    reader: Reader,
) -> Response {
    let open = app.metrics.stream(match reader {
        Reader::Customer => StreamOf::Customer,
        Reader::Agent { .. } => StreamOf::Agent,
    });
    answer(async_stream::stream! {
        let _open = open;
        let mut own = app.wakeups.of_conversation(&id);
        let mut queue = app.wakeups.of_queue();
        let mut online = app.presence.subscribe();
        let mut closing = app.closing.subscribe();
        let mut place = Place { cursor, shown: None, gap_told: false };
        loop {
            own.mark_seen();
            queue.mark_unchanged();
            let agents_online = *online.borrow_and_update();
            let step = place.next(&app, &id, &reader, agents_online);
            let step = match in_time(&app, step).await {
                Ok(step) => step,
                Err(error) => {
                    tracing::error!(cause = error.causes(), "a stream ended because the store failed");
                    break;
                }
            };
            for message in step.messages {
                yield message;
            }
            match step.then {
                Then::Read => continue,
                Then::End => break,
                Then::Wait { in_queue, until } => tokio::select! {
                    () = own.changed() => {}
                    () = app.clock.at(until.unwrap_or_default()), if until.is_some() => {}
                    _ = queue.changed(), if in_queue => {}
                    _ = online.changed() => {}
                    () = closed(&mut closing) => {
                        yield come_back();
                        break;
                    }
                }
            }
        }
    })
}

/// What the store says, if it does so in time: the reader of a stream that ends comes again, one that hears nothing does not.
pub(crate) async fn in_time<T>(
    app: &Shared,
    asked: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let answer = tokio::time::timeout(app.times.answer, asked).await;
    answer.unwrap_or_else(|late| Err(ApiError::internal(late)))
}

/// What a reader has seen.
struct Place {
    cursor: Seq,
    shown: Option<Status>,
    /// It was logged that events are missing.
    gap_told: bool,
}

struct Step {
    messages: Vec<Event>,
    then: Then,
}

enum Then {
    /// There may be more events.
    Read,
    /// Nothing new; `in_queue` says whether the queue's changes matter, `until` when the status changes by itself.
    Wait {
        in_queue: bool,
        until: Option<Timestamp>,
    },
    /// The reader may not go on.
    End,
}

impl Place {
    /// What to send next. The conversation is read before its events and nothing later than it is sent, so that the
    /// status is the one after these events and an agent sees nothing of what became somebody else's.
    async fn next(
        &mut self,
        app: &Shared,
        id: &ConversationId,
        reader: &Reader,
        agents_online: u32,
    ) -> Result<Step, ApiError> {
        let mut messages = Vec::new();
        let mut agent = None;
        if let Reader::Agent { session } = reader {
            let Some(SignedIn { agent: reads, .. }) = app.signed_in(session).await? else {
                return Ok(Step {
                    messages,
                    then: Then::End,
                });
            };
            agent = Some(reads);
        }
        let log = app.desk.log();
        // Nothing any more: it was erased meanwhile.
        let Some(conversation) = log.conversation(id).await? else {
            return Ok(Step {
                messages,
                then: Then::End,
            });
        };
        // The role is looked at each time, as the session is.
        let readable = agent.is_none_or(|agent| agent_may_read(&agent, &conversation));
        if readable && self.cursor < conversation.last_seq {
            let before = self.cursor;
            for event in log.events_after(id, self.cursor, PAGE).await? {
                if event.seq > conversation.last_seq {
                    break;
                }
                messages.push(message("event", &event)?.id(event.seq.to_string()));
                self.cursor = event.seq;
            }
            if self.cursor > before && self.cursor < conversation.last_seq {
                return Ok(Step {
                    messages,
                    then: Then::Read,
                });
            }
            // The file is damaged: reading again at once would read the same, for ever. The stream waits for news.
            if self.cursor < conversation.last_seq && !std::mem::replace(&mut self.gap_told, true) {
                let (cursor, last) = (self.cursor, conversation.last_seq);
                tracing::error!(conversation = %id, cursor, last, "the store lacks the last events of a conversation");
            }
        }
        let (status, until) = match reader {
            Reader::Customer => {
                app.status_for_customer(&conversation, agents_online)
                    .await?
            }
            Reader::Agent { .. } => (app.desk.status(&conversation, agents_online).await?, None),
        };
        if self.shown.as_ref() != Some(&status) {
            messages.push(message("status", &status)?);
            self.shown = Some(status);
        }
        let in_queue = conversation.state == ConversationState::Waiting;
        let then = if readable {
            Then::Wait { in_queue, until }
        } else {
            Then::End
        };
        Ok(Step { messages, then })
    }
}
