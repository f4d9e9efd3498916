//! The state of the demonstration, and which operation a request is for.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_desk::contact_page::Look;
use deskbell_desk::{
    AnswerBookError, Appended, AvailabilityBoard, BrokenHistory, Command, Conversation, Desk,
    KeptConversation, MemoryLog, Site, TypingBoard,
};
use deskbell_protocol::{AgentName, ConversationId, IdError, Status, Timestamp, WriteId};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::http::{Answer, Body, Change, Refused, Request};
use crate::stream::Streams;
use crate::{agent, contact, customer, http, shop, stage};

/// Name of the record about the agent.
const STAFF: &str = "staff";
/// Names of the records of conversations begin like this.
const CONVERSATION: &str = "conversation/";

/// The demonstration's own data cannot be used; a test rules that out.
#[derive(Debug, Error)]
pub enum StartError {
    /// The answer book is not one.
    #[error(transparent)]
    Answers(#[from] toml::de::Error),
    /// An answer is not allowed.
    #[error(transparent)]
    Answer(#[from] AnswerBookError),
    /// An id is not allowed.
    #[error(transparent)]
    Id(#[from] IdError),
}

/// A kept record cannot be used.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// Not JSON of this form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Not the events of a conversation.
    #[error(transparent)]
    History(#[from] BrokenHistory),
    /// Nothing of this name is kept by this version.
    #[error("no record has the name {0}")]
    Name(String),
}

/// What the agent last said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Staff {
    pub(crate) signed_in: bool,
    pub(crate) online: bool,
}

/// Whoever sees the demonstration for the first time shall not have to look for two switches.
impl Default for Staff {
    fn default() -> Self {
        Self {
            signed_in: true,
            online: true,
        }
    }
}

/// Now, and 128 random bits for whatever needs a new id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) random: u128,
}

/// The whole demonstration: one shop, one agent, any number of customers.
///
/// All its parts live in memory. After [`Demo::answer`] the [`Change`]s of the answer are kept, then the answer is
/// given and the streams are asked for their news. If keeping fails, [`Demo::unavailable`] answers, and the value is
/// thrown away and built again from what was kept: nothing is ever acknowledged that is not kept.
pub struct Demo {
    log: Arc<MemoryLog>,
    pub(crate) desk: Desk,
    pub(crate) site: Arc<Site>,
    pub(crate) agent: AgentName,
    pub(crate) staff: Staff,
    pub(crate) board: AvailabilityBoard,
    pub(crate) typing: TypingBoard,
    pub(crate) streams: Streams,
    pub(crate) look: Look,
    conversations: BTreeSet<ConversationId>,
    changes: Vec<Change>,
}

impl Demo {
    /// A demonstration in which nothing has happened yet.
    ///
    /// # Errors
    /// If its own data cannot be used.
    pub fn new() -> Result<Self, StartError> {
        let log = Arc::new(MemoryLog::default());
        Ok(Self {
            desk: Desk::new(Arc::<MemoryLog>::clone(&log)),
            log,
            site: Arc::new(shop::site()?),
            agent: shop::agent()?,
            staff: Staff::default(),
            board: AvailabilityBoard::default(),
            typing: TypingBoard::default(),
            streams: Streams::default(),
            look: Look::default(),
            conversations: BTreeSet::new(),
            changes: Vec::new(),
        })
    }

    /// Says with what the contact page is drawn.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Takes back a record that was kept.
    ///
    /// # Errors
    /// If the record cannot be used; the others can.
    pub fn restore(&mut self, name: &str, text: &str) -> Result<(), RestoreError> {
        if name == STAFF {
            self.staff = serde_json::from_str(text)?;
            return Ok(());
        }
        if !name.starts_with(CONVERSATION) {
            return Err(RestoreError::Name(name.to_owned()));
        }
        let kept: KeptConversation = serde_json::from_str(text)?;
        let id = kept.id.clone();
        self.log.restore(kept, &self.site.policy)?;
        self.conversations.insert(id);
        Ok(())
    }

    /// After the last record: a browser stops an idle worker at any time, so a console that was there counts as
    /// there until it had the time to come back.
    pub fn restored(&mut self, now: Timestamp) {
        if self.staff.signed_in {
            self.board.connected(&self.agent.id, self.staff.online);
            self.board.disconnected(&self.agent.id, now);
        }
    }

    /// Answers one request. `random` is different each time and not to be guessed.
    pub fn answer(&mut self, request: &Request, now: Timestamp, random: u128) -> Answer {
        let moment = Moment { now, random };
        match self.route(request, moment) {
            Ok((status, body)) => Answer {
                status,
                body,
                changes: std::mem::take(&mut self.changes),
            },
            Err(refused) => http::refused(refused, random),
        }
    }

    /// Answers one request while what was kept cannot be read, or nothing can be kept: nothing is stored then.
    #[must_use]
    pub fn unavailable(&self, request: &Request, random: u128) -> Answer {
        let answered = match (parts(&request.path).as_slice(), request.method.as_str()) {
            (["contact", key], method) => {
                contact::unavailable(self, request, random, (method, key))
            }
            (["loader", "site", key], "GET") => Ok((200, customer::loader_site(self, key))),
            _ => Err(Refused::unavailable()),
        };
        match answered {
            Ok((status, body)) => Answer {
                status,
                body,
                changes: Vec::new(),
            },
            Err(refused) => http::refused(refused, random),
        }
    }

    fn route(&mut self, request: &Request, moment: Moment) -> Result<(u16, Body), Refused> {
        let path = parts(&request.path);
        let ok = |body| (200, body);
        let done = |body| match body {
            Body::Nothing => (204, body),
            body => (200, body),
        };
        match (path.as_slice(), request.method.as_str()) {
            (["v1", "conversations"], "POST") => customer::open(self, request, moment).map(ok),
            (["v1", "conversations", id, what], method) => {
                customer::operation(self, request, moment, (method, id, what)).map(ok)
            }
            (["v1", "sites", key], "GET") => customer::site_info(self, key, moment.now).map(ok),
            (["v1", "agent", "session"], method) => agent::session(self, request, method),
            (["v1", "agent", "availability"], "PUT") => agent::availability(self, request).map(ok),
            (["v1", "agent", "inbox"], "GET") => agent::inbox(self).map(ok),
            (["v1", "agent", "conversations", id, what], method) => {
                agent::operation(self, request, moment.now, (method, id, what)).map(done)
            }
            (["contact", key], method) => contact::page(self, request, moment, (method, key)),
            (["loader", "site", key], "GET") => Ok((200, customer::loader_site(self, key))),
            (["v1", "demo"], "GET") => stage::show(self).map(ok),
            (["v1", "demo"], "DELETE") => {
                self.start_over();
                Ok((204, Body::Nothing))
            }
            (
                ["v1", "conversations" | "demo"]
                | ["v1", "sites", _]
                | ["loader", "site", _]
                | ["v1", "agent", "availability" | "inbox"],
                _,
            ) => Err(Refused::method()),
            _ => Err(Refused::not_found()),
        }
    }

    /// Carries out a command, and remembers that the conversation has to be kept.
    pub(crate) fn carry_out(
        &mut self,
        id: &ConversationId,
        write: &WriteId,
        now: Timestamp,
        command: &Command<'_>,
    ) -> Result<Appended, Refused> {
        let site = Arc::clone(&self.site);
        let appended = at_once(self.desk.carry_out(id, write, now, &site, command))??;
        if appended.fresh && !appended.events.is_empty() {
            self.keep_conversation(id)?;
        }
        Ok(appended)
    }

    /// Remembers that a conversation has to be kept.
    pub(crate) fn keep_conversation(&mut self, id: &ConversationId) -> Result<(), Refused> {
        let kept = self.log.kept(id).ok_or_else(Refused::internal)?;
        self.conversations.insert(id.clone());
        self.keep(format!("{CONVERSATION}{id}"), &kept)
    }

    /// Remembers that what the agent said has to be kept.
    pub(crate) fn keep_staff(&mut self) -> Result<(), Refused> {
        let staff = self.staff;
        self.keep(STAFF.to_owned(), &staff)
    }

    fn keep(&mut self, name: String, record: &impl Serialize) -> Result<(), Refused> {
        let text = serde_json::to_string(record).map_err(|_| Refused::internal())?;
        self.changes.push(Change::Keep { name, text });
        Ok(())
    }

    /// The conversation with this id.
    pub(crate) fn conversation(&self, id: &ConversationId) -> Result<Conversation, Refused> {
        at_once(self.desk.log().conversation(id))??.ok_or_else(Refused::unknown_conversation)
    }

    /// What its customer is told about a conversation.
    pub(crate) fn status_for_customer(
        &self,
        conversation: &Conversation,
        now: Timestamp,
    ) -> Result<Status, Refused> {
        let online = self.board.online(now);
        let status = at_once(self.desk.status(conversation, online))??;
        let agent_types = self.typing.types_until(conversation, now).is_some();
        Ok(Status {
            agent_types,
            ..status
        })
    }

    /// All conversations with their events.
    pub(crate) fn conversations(&self) -> impl Iterator<Item = KeptConversation> + '_ {
        self.conversations.iter().filter_map(|id| self.log.kept(id))
    }

    fn start_over(&mut self) {
        self.log = Arc::new(MemoryLog::default());
        self.desk = Desk::new(Arc::<MemoryLog>::clone(&self.log));
        self.staff = Staff::default();
        self.board = AvailabilityBoard::default();
        self.typing = TypingBoard::default();
        self.streams.end_all();
        self.conversations.clear();
        self.changes.push(Change::ForgetAll);
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

/// What a future gives that has nothing to wait for, as all of a log in memory.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Refused> {
    future.now_or_never().ok_or_else(Refused::internal)
}
