//! Event streams without I/O: each remembers what it has told, and says on request what there is to add.

use std::collections::BTreeMap;

use deskbell_desk::Conversation;
use deskbell_protocol::{
    AgentId, ConversationId, ConversationState, Inbox, Seq, Status, Timestamp,
};
use serde::Serialize;

use crate::Demo;
use crate::demo::at_once;
use crate::http::{Refused, Request};

/// Names an open stream.
pub type StreamId = u32;

/// What a stream has to send now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct News {
    /// Which.
    pub stream: StreamId,
    /// Server-sent events, complete ones; may be empty.
    pub text: String,
    /// Whether the stream ends with that.
    pub end: bool,
}

/// Who reads a conversation's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Its customer.
    Customer,
    /// The agent, while signed in and while the conversation waits or is theirs.
    Agent,
}

#[derive(Debug)]
enum Feed {
    Conversation {
        id: ConversationId,
        reader: Reader,
        cursor: Seq,
        shown: Option<Status>,
    },
    Inbox {
        shown: Option<Inbox>,
    },
}

/// All open streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    last: StreamId,
    open: BTreeMap<StreamId, Feed>,
    /// Were open, and have to be told that they end.
    ended: Vec<StreamId>,
}

impl Streams {
    /// A stream of the events after `cursor`.
    pub(crate) fn open(&mut self, id: ConversationId, cursor: Seq, reader: Reader) -> StreamId {
        self.add(Feed::Conversation {
            id,
            reader,
            cursor,
            shown: None,
        })
    }

    /// A stream of the inbox.
    pub(crate) fn open_inbox(&mut self) -> StreamId {
        self.add(Feed::Inbox { shown: None })
    }

    /// Ends all.
    pub(crate) fn end_all(&mut self) {
        self.ended
            .extend(std::mem::take(&mut self.open).into_keys());
    }

    fn add(&mut self, feed: Feed) -> StreamId {
        self.last += 1;
        self.open.insert(self.last, feed);
        self.last
    }
}

impl Demo {
    /// What the open streams have to send at `now`. To be asked after every answer, and at [`Demo::changes_at`].
    pub fn news(&mut self, now: Timestamp) -> Vec<News> {
        let ended = std::mem::take(&mut self.streams.ended).into_iter();
        let mut news: Vec<News> = ended
            .map(|stream| News {
                stream,
                text: String::new(),
                end: true,
            })
            .collect();
        // Whoever signed out is gone before anybody is told how many are there.
        if !self.staff.signed_in {
            let inboxes = self
                .streams
                .open
                .extract_if(.., |_, feed| matches!(feed, Feed::Inbox { .. }));
            for (stream, _) in inboxes {
                self.board.signed_out(&self.agent.id);
                news.push(News {
                    stream,
                    text: String::new(),
                    end: true,
                });
            }
        }
        for (stream, mut feed) in std::mem::take(&mut self.streams.open) {
            let mut text = String::new();
            // A stream that fails ends; its reader comes back with the cursor.
            let end = feed.tell(self, now, &mut text).unwrap_or(true);
            if !end {
                self.streams.open.insert(stream, feed);
            }
            if end || !text.is_empty() {
                news.push(News { stream, text, end });
            }
        }
        news
    }

    /// When the open streams have something to send without anybody doing anything: a grace period or a sign of writing
    /// ends then. Nothing while no such end is to come.
    #[must_use]
    pub fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let open = self.streams.open.values();
        let until = open.filter_map(|feed| match feed {
            Feed::Conversation {
                id,
                reader: Reader::Customer,
                ..
            } => self.typing.types_until(&self.conversation(id).ok()?, now),
            _ => None,
        });
        let grace = self.board.next_change(now);
        let grace = grace.filter(|_| !self.streams.open.is_empty());
        until.chain(grace).min()
    }

    /// The reader of a stream has gone.
    pub fn close(&mut self, stream: StreamId, now: Timestamp) {
        if let Some(Feed::Inbox { .. }) = self.streams.open.remove(&stream) {
            self.board.disconnected(&self.agent.id, now);
        }
    }
}

impl Feed {
    /// Adds what is new to `text`; whether the stream ends with that.
    fn tell(&mut self, demo: &Demo, now: Timestamp, text: &mut String) -> Result<bool, Refused> {
        let agents_online = demo.board.online(now);
        match self {
            Self::Inbox { shown } => {
                let (agent, online) = (&demo.agent.id, demo.staff.online);
                let inbox = at_once(demo.desk.inbox(agent, online, agents_online))??;
                if shown.as_ref() != Some(&inbox) {
                    message(text, "inbox", None, &inbox)?;
                    *shown = Some(inbox);
                }
                Ok(false)
            }
            Self::Conversation {
                id,
                reader,
                cursor,
                shown,
            } => {
                if *reader == Reader::Agent && !demo.staff.signed_in {
                    return Ok(true);
                }
                let conversation = demo.conversation(id)?;
                let readable = match reader {
                    Reader::Customer => true,
                    Reader::Agent => agent_may_read(&demo.agent.id, &conversation),
                };
                if readable {
                    let events = demo.desk.log().events_after(id, *cursor, u32::MAX);
                    for event in at_once(events)?? {
                        message(text, "event", Some(event.seq), &event)?;
                        *cursor = event.seq;
                    }
                }
                let status = match reader {
                    Reader::Customer => demo.status_for_customer(&conversation, now)?,
                    Reader::Agent => at_once(demo.desk.status(&conversation, agents_online))??,
                };
                if shown.as_ref() != Some(&status) {
                    message(text, "status", None, &status)?;
                    *shown = Some(status);
                }
                Ok(!readable)
            }
        }
    }
}

/// Whether the agent may read a conversation.
pub(crate) fn agent_may_read(agent: &AgentId, conversation: &Conversation) -> bool {
    conversation.state == ConversationState::Waiting
        || conversation
            .agent
            .as_ref()
            .is_some_and(|owner| owner.id == *agent)
}

/// After which event a stream goes on: `Last-Event-ID`, else `?after=`, else from the first.
pub(crate) fn cursor(request: &Request) -> Result<Seq, Refused> {
    let (name, text) = match (&request.last_event_id, request.parameter("after")) {
        (Some(id), _) => ("Last-Event-ID", id.as_str()),
        (None, Some(after)) => ("after", after),
        (None, None) => return Ok(0),
    };
    text.parse()
        .map_err(|_| Refused::invalid_value(format!("{name} must be the number of an event, or 0")))
}

/// Adds one message. JSON has no line breaks of its own, so the data is one line.
fn message(
    text: &mut String,
    name: &str,
    id: Option<Seq>,
    data: &impl Serialize,
) -> Result<(), Refused> {
    let data = serde_json::to_string(data).map_err(|_| Refused::internal())?;
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    text.push_str(&format!("event: {name}\n{id}data: {data}\n\n"));
    Ok(())
}
