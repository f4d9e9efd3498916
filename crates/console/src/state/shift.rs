//! The console while an agent is signed in.

mod acts;
mod streams;

use std::rc::Rc;

use deskbell_client::Failure;
use deskbell_protocol::{AgentName, AgentSession, ConversationId, SiteName, Timestamp};

use super::{
    Account, Act, Effect, InboxView, Input, Link, OpenConversation, Outbox, Outgoing, StreamId,
    Target,
};

/// Something that did not work out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server refused an act, with this sentence.
    Refused(Act, String),
    /// The server could not be reached for an act, which was given up.
    GivenUp(Act),
    /// Going online (or offline) failed, with the server's sentence if it was reached.
    Online(bool, Option<String>),
    /// Signing out failed, with the server's sentence if it was reached.
    SignOut(Option<String>),
}

/// Something to read out to whoever cannot see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A customer began to wait.
    NewWaiting,
    /// The customer on screen wrote this.
    Customer(String),
}

/// Whether the agent is about to sign out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaving {
    /// No.
    #[default]
    Staying,
    /// They were asked whether they mean it, because something is left to do.
    Asked,
    /// The server is being told.
    Going,
}

/// See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct Shift {
    agent: AgentName,
    account: Option<Account>,
    sites: Rc<[SiteName]>,
    online: bool,
    changing: Option<bool>,
    inbox: InboxView,
    inbox_link: Link,
    open: Option<OpenConversation>,
    outbox: Outbox,
    notice: Option<Notice>,
    heard: (u32, Option<Heard>),
    leaving: Leaving,
    last_stream: StreamId,
    /// Where and when the server was last told that the agent writes.
    typing_told: Option<(ConversationId, Timestamp)>,
}

impl Shift {
    /// Begins with what the server said about the session.
    pub(super) fn begin(
        session: AgentSession,
        route: Option<ConversationId>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Self {
        let first = 1;
        let mut shift = Self {
            online: session.online,
            changing: None,
            inbox: InboxView::default(),
            inbox_link: Link::opening(first, now),
            open: None,
            outbox: Outbox::default(),
            notice: None,
            heard: (0, None),
            leaving: Leaving::Staying,
            last_stream: first,
            typing_told: None,
            agent: session.agent,
            account: session.two_step.map(Account::new),
            sites: session.sites.into(),
        };
        effects.push(Effect::Recall(shift.agent.id.clone()));
        effects.push(Effect::OpenInbox(first));
        if let Some(route) = route {
            shift.show(route, now, effects);
        }
        shift
    }

    /// Who is signed in.
    #[must_use]
    pub fn agent(&self) -> &AgentName {
        &self.agent
    }

    /// Their account; nothing where agents have none.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// What the sites are called.
    #[must_use]
    pub fn sites(&self) -> &Rc<[SiteName]> {
        &self.sites
    }

    /// Whether they are online for customers, as far as the server is known to know.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// What they asked for instead and the server has not confirmed.
    #[must_use]
    pub fn changing(&self) -> Option<bool> {
        self.changing
    }

    /// The inbox.
    #[must_use]
    pub fn inbox(&self) -> &InboxView {
        &self.inbox
    }

    /// The stream of the inbox.
    #[must_use]
    pub fn inbox_link(&self) -> &Link {
        &self.inbox_link
    }

    /// The conversation on screen.
    #[must_use]
    pub fn open(&self) -> Option<&OpenConversation> {
        self.open.as_ref()
    }

    /// The agent's replies to the conversation on screen that are not part of its transcript yet.
    #[must_use]
    pub fn echoes(&self) -> Vec<Outgoing> {
        let open = self.open.as_ref();
        open.map_or_else(Vec::new, |open| open.echoes(self.outbox.items()))
    }

    /// What else is being done with a conversation.
    #[must_use]
    pub fn pending(&self, conversation: &ConversationId) -> Option<&Act> {
        let mut items = self
            .outbox
            .items()
            .filter(|item| item.conversation == *conversation && !item.is_reply());
        items.next().map(|item| &item.act)
    }

    /// How many replies the server has not acknowledged.
    #[must_use]
    pub fn unsent(&self) -> usize {
        let replies = self.outbox.items();
        replies.filter(|item| item.is_reply()).count()
    }

    /// What did not work out last.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// What to read out last, with a number that tells it from what was read out before.
    #[must_use]
    pub fn heard(&self) -> (u32, Option<&Heard>) {
        (self.heard.0, self.heard.1.as_ref())
    }

    /// Whether the agent is about to sign out.
    #[must_use]
    pub fn leaving(&self) -> Leaving {
        self.leaving
    }

    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        let conversation = self.open.as_ref().and_then(|open| open.link.retry_at());
        let times = [
            self.inbox_link.retry_at(),
            conversation,
            self.outbox.wake_at(),
        ];
        times.into_iter().flatten().min()
    }

    pub(super) fn handle(&mut self, input: Input, now: Timestamp, effects: &mut Vec<Effect>) {
        match input {
            Input::CameBack => {
                self.outbox.hurry();
                self.reopen(now, Link::is_due_on_return, effects);
            }
            Input::Woke => self.reopen(now, Link::is_due, effects),
            Input::Navigated(None) => {
                if let Some(open) = self.open.take() {
                    effects.push(Effect::CloseConversation);
                    effects.push(Effect::Focus(Target::Card(open.id().clone())));
                }
            }
            Input::Navigated(Some(id)) => self.show(id, now, effects),
            Input::StreamOpened(stream) => {
                if let Some(link) = self.link(stream) {
                    link.opened(now);
                }
            }
            Input::StreamMessage(stream, message) => self.hear(stream, message, now, effects),
            Input::StreamEnded(stream, failure) => self.stream_ended(stream, failure, now),
            Input::OnlineAsked(online) => {
                self.changing = Some(online);
                self.notice = None;
                effects.push(Effect::SetOnline(online));
            }
            Input::OnlineAnswered(online, failure) => {
                self.changing = None;
                match failure {
                    None => self.online = online,
                    Some(failure) => self.notice = Some(Notice::Online(online, said(failure))),
                }
            }
            Input::Acted {
                write,
                conversation,
                act,
            } => self.act(write, conversation, act, now, effects),
            Input::Typed(conversation) => self.typed(conversation, now, effects),
            Input::Answered { write, outcome } => self.answered(&write, outcome, now, effects),
            Input::Retried(write) => {
                self.outbox.retry(&write);
                effects.push(Effect::Focus(Target::Reply));
            }
            Input::Discarded(write) => {
                self.outbox.remove(&write);
                effects.push(Effect::Forget(self.agent.id.clone(), write));
                effects.push(Effect::Focus(Target::Reply));
            }
            Input::Recalled(items) => items.into_iter().for_each(|item| self.outbox.push(item)),
            Input::SignOutAsked => {
                let busy = self
                    .inbox
                    .latest()
                    .is_some_and(|inbox| !inbox.mine.is_empty());
                if busy || self.unsent() > 0 {
                    self.leaving = Leaving::Asked;
                } else {
                    self.leave(effects);
                }
            }
            Input::SignOutStopped => {
                self.leaving = Leaving::Staying;
                effects.push(Effect::Focus(Target::SignOut));
            }
            Input::SignOutConfirmed => self.leave(effects),
            Input::SignOutEverywhereAsked => {
                self.leaving = Leaving::Going;
                effects.push(Effect::SignOutEverywhere);
            }
            Input::AccountToggled
            | Input::TotpAsked
            | Input::TotpOffered(_)
            | Input::TotpCodeGiven(_)
            | Input::TotpConfirmed(_) => {
                if let Some(account) = &mut self.account {
                    account.handle(input, effects);
                }
            }
            Input::SignOutAnswered(failure) => {
                self.leaving = Leaving::Staying;
                self.notice = Some(Notice::SignOut(failure.and_then(said)));
            }
            Input::NoticeDismissed => {
                self.notice = None;
                effects.push(Effect::Focus(Target::Conversation));
            }
            // These belong to the time before a shift.
            Input::Started { .. }
            | Input::SessionKnown(_)
            | Input::SigningIn
            | Input::SignInFailed(_) => {}
        }
        effects.extend(self.outbox.next(now).map(Effect::Send));
    }

    fn leave(&mut self, effects: &mut Vec<Effect>) {
        self.leaving = Leaving::Going;
        effects.push(Effect::SignOut);
    }
}

pub(super) fn said(failure: Failure) -> Option<String> {
    match failure {
        Failure::Refused { problem, .. } => Some(problem.message),
        Failure::Unreachable => None,
    }
}
