//! The console without I/O: what the agent and the server did goes in, what to do next comes out. No clock, no
//! randomness, no network, no storage and no user interface.

mod account;
mod conversation;
mod inbox;
mod link;
mod outbox;
mod shift;
#[cfg(test)]
mod tests;

use deskbell_client::Failure;
use deskbell_client::sse::Message;
use deskbell_protocol::{
    AgentId, AgentSession, ConfirmTotp, ConversationId, MessageAccepted, ProblemCode,
    RecoveryCodes, Timestamp, TotpOffer, WriteId,
};

pub use account::{Account, Panel};
pub use conversation::{Facts, OpenConversation, Standing};
pub use inbox::{Attention, InboxView};
pub use link::{Link, LinkState, StreamId};
pub use outbox::{Act, Delivery, Outbox, Outgoing};
pub use shift::{Heard, Leaving, Notice, Shift};

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The console is up. `maybe_signed_in` is false if certainly nobody is.
    Started {
        /// Whether to ask the server.
        maybe_signed_in: bool,
    },
    /// The server said who is signed in.
    SessionKnown(Result<AgentSession, Failure>),
    /// E-mail address and password are on their way. They themselves never come in here.
    SigningIn,
    /// They were not accepted.
    SignInFailed(Failure),
    /// The agent came back to the page: focus, network, wake from sleep. Everything is tried at once.
    CameBack,
    /// The time asked for with [`Effect::WakeAt`] has come.
    Woke,
    /// The agent wants to see a conversation, or the list alone.
    Navigated(Option<ConversationId>),
    /// A stream delivers.
    StreamOpened(StreamId),
    /// A stream brought a message.
    StreamMessage(StreamId, Message),
    /// A stream ended.
    StreamEnded(StreamId, Failure),
    /// The agent wants to be online, or offline.
    OnlineAsked(bool),
    /// The server took that wish, or did not.
    OnlineAnswered(bool, Option<Failure>),
    /// The agent does something with a conversation.
    Acted {
        /// A new write id.
        write: WriteId,
        /// The conversation.
        conversation: ConversationId,
        /// What.
        act: Act,
    },
    /// The agent writes in the reply box of this conversation.
    Typed(ConversationId),
    /// The server answered that.
    Answered {
        /// The write.
        write: WriteId,
        /// The events it caused, or why not.
        outcome: Result<MessageAccepted, Failure>,
    },
    /// The agent wants a refused reply tried again.
    Retried(WriteId),
    /// The agent gives a refused reply up.
    Discarded(WriteId),
    /// What was kept on this device for the agent who signed in.
    Recalled(Vec<Outgoing>),
    /// The agent wants to sign out.
    SignOutAsked,
    /// They rather stay.
    SignOutStopped,
    /// They do want to.
    SignOutConfirmed,
    /// The server took that, or did not.
    SignOutAnswered(Option<Failure>),
    /// The agent wants to sign out everywhere, here too. Answered with [`Self::SignOutAnswered`].
    SignOutEverywhereAsked,
    /// The agent wants to see their account, or not any more.
    AccountToggled,
    /// The agent wants a second step of signing in.
    TotpAsked,
    /// The server offered a secret for it, or did not.
    TotpOffered(Result<TotpOffer, Failure>),
    /// The agent typed what the app shows.
    TotpCodeGiven(String),
    /// The server took that, or did not.
    TotpConfirmed(Result<RecoveryCodes, Failure>),
    /// The agent has read the notice.
    NoticeDismissed,
}

impl Input {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Self::SessionKnown(Err(failure))
            | Self::StreamEnded(_, failure)
            | Self::OnlineAnswered(_, Some(failure))
            | Self::SignOutAnswered(Some(failure))
            | Self::TotpOffered(Err(failure))
            | Self::TotpConfirmed(Err(failure))
            | Self::Answered {
                outcome: Err(failure),
                ..
            } => Some(failure),
            _ => None,
        }
    }
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask who is signed in.
    CheckSession,
    /// End the session on the server.
    SignOut,
    /// End all of the agent's sessions on the server.
    SignOutEverywhere,
    /// Ask for a secret for the second step.
    AskTotp,
    /// Set the second step up.
    ConfirmTotp(ConfirmTotp),
    /// Remember on this device whether somebody may be signed in.
    RememberSession(bool),
    /// Tell the server whether the agent is there for customers.
    SetOnline(bool),
    /// Open the inbox stream; a former one is replaced.
    OpenInbox(StreamId),
    /// Open the stream of a conversation; a former one is replaced.
    OpenConversation {
        /// Its name.
        stream: StreamId,
        /// Of which conversation.
        conversation: ConversationId,
        /// After which event.
        after: u64,
    },
    /// Close the stream of the conversation.
    CloseConversation,
    /// Close all streams.
    CloseSession,
    /// Forget what was begun to be written.
    ForgetDrafts,
    /// Send this.
    Send(Outgoing),
    /// Tell the server that the agent writes in this conversation. If it cannot be told, nobody minds.
    TellTyping(ConversationId),
    /// Keep this on the device for its agent until told to forget it.
    Keep(AgentId, Outgoing),
    /// Forget what was kept.
    Forget(AgentId, WriteId),
    /// Say what was kept for this agent.
    Recall(AgentId),
    /// Wake the console at this time. A former wish is replaced.
    WakeAt(Timestamp),
    /// Make the agent look.
    Attention(Attention),
    /// Move the keyboard focus.
    Focus(Target),
}

/// Where the keyboard focus goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The field that is to be filled in next on the sign-in form.
    SignIn,
    /// The sign-out button.
    SignOut,
    /// The button of the account.
    Account,
    /// The field for the code of a new second step.
    Code,
    /// The heading of the recovery codes.
    RecoveryCodes,
    /// The heading of the conversation, or of the list if none is open.
    Conversation,
    /// The reply box.
    Reply,
    /// The entry of this conversation in the list.
    Card(ConversationId),
}

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInNotice {
    /// The session ended by itself.
    SessionEnded,
    /// The agent signed out.
    SignedOut,
    /// The server could not be reached.
    Unreachable,
    /// The password was right, and a code is needed.
    CodeNeeded,
    /// Too many tries; the next is possible after so many milliseconds.
    Throttled(i64),
    /// The server refused, with this sentence.
    Refused(String),
}

/// Whether somebody is signed in.
#[derive(Clone, Debug)]
pub enum Phase {
    /// Being asked.
    Checking {
        /// When to ask again, if the server could not be reached.
        retry_at: Option<Timestamp>,
    },
    /// Nobody.
    SignedOut {
        /// Why, if there is something to say.
        notice: Option<SignInNotice>,
        /// Whether an attempt is on its way.
        busy: bool,
        /// Whether the form asks for a code.
        code: bool,
    },
    /// Somebody.
    SignedIn(Box<Shift>),
}

/// See the [module documentation](self).
#[derive(Debug)]
pub struct Console {
    phase: Phase,
    backoff: deskbell_client::Backoff,
    route: Option<ConversationId>,
}

impl Console {
    /// A console that was opened with `route` in its address.
    #[must_use]
    pub fn new(route: Option<ConversationId>) -> Self {
        Self {
            phase: Phase::Checking { retry_at: None },
            backoff: deskbell_client::Backoff::default(),
            route,
        }
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The shift of the agent who is signed in.
    #[must_use]
    pub fn shift(&self) -> Option<&Shift> {
        match &self.phase {
            Phase::SignedIn(shift) => Some(shift),
            Phase::Checking { .. } | Phase::SignedOut { .. } => None,
        }
    }

    /// Takes an input in and says what to do.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        if input.failure().is_some_and(ends_session) {
            // Who only just opened the console lost nothing.
            let ended = self.shift().map(|_| SignInNotice::SessionEnded);
            self.sign_out(ended, &mut effects);
            return effects;
        }
        if let Input::Navigated(route) = &input {
            self.route.clone_from(route);
        }
        match input {
            Input::Started {
                maybe_signed_in: true,
            } => effects.push(Effect::CheckSession),
            Input::Started {
                maybe_signed_in: false,
            } => self.sign_out(None, &mut effects),
            Input::SessionKnown(Ok(session)) => self.sign_in(session, now, &mut effects),
            Input::SessionKnown(Err(_)) => {
                let retry_at = Some(self.backoff.after_failure(now, ""));
                self.phase = Phase::Checking { retry_at };
            }
            Input::SigningIn => {
                self.phase = Phase::SignedOut {
                    notice: None,
                    busy: true,
                    code: self.asks_code(),
                }
            }
            Input::SignInFailed(failure) => {
                let code = match problem_code(&failure) {
                    Some(ProblemCode::CodeNeeded | ProblemCode::WrongCode) => true,
                    Some(ProblemCode::WrongPassword) => false,
                    _ => self.asks_code(),
                };
                self.sign_out(Some(sign_in_notice(failure)), &mut effects);
                if let Phase::SignedOut { code: asks, .. } = &mut self.phase {
                    *asks = code;
                }
            }
            Input::SignOutAnswered(None) => {
                self.sign_out(Some(SignInNotice::SignedOut), &mut effects);
                effects.push(Effect::ForgetDrafts);
            }
            input => self.pass_on(input, now, &mut effects),
        }
        effects.extend(self.wake_at().map(Effect::WakeAt));
        effects
    }

    fn pass_on(&mut self, input: Input, now: Timestamp, effects: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::SignedIn(shift) => shift.handle(input, now, effects),
            Phase::Checking { retry_at } => {
                let due = retry_at.is_some_and(|at| at <= now);
                let returned = matches!(input, Input::CameBack) && retry_at.is_some();
                if due || returned {
                    *retry_at = None;
                    effects.push(Effect::CheckSession);
                }
            }
            Phase::SignedOut { .. } => {}
        }
    }

    fn sign_in(&mut self, session: AgentSession, now: Timestamp, effects: &mut Vec<Effect>) {
        self.backoff.reset();
        effects.push(Effect::RememberSession(true));
        let shift = Shift::begin(session, self.route.clone(), now, effects);
        self.phase = Phase::SignedIn(Box::new(shift));
    }

    fn sign_out(&mut self, notice: Option<SignInNotice>, effects: &mut Vec<Effect>) {
        self.phase = Phase::SignedOut {
            notice,
            busy: false,
            code: false,
        };
        effects.extend([
            Effect::CloseSession,
            Effect::RememberSession(false),
            Effect::Focus(Target::SignIn),
        ]);
    }

    fn asks_code(&self) -> bool {
        matches!(self.phase, Phase::SignedOut { code: true, .. })
    }

    fn wake_at(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Checking { retry_at } => *retry_at,
            Phase::SignedOut { .. } => None,
            Phase::SignedIn(shift) => shift.wake_at(),
        }
    }
}

fn ends_session(failure: &Failure) -> bool {
    problem_code(failure) == Some(ProblemCode::NotSignedIn)
}

fn problem_code(failure: &Failure) -> Option<ProblemCode> {
    match failure {
        Failure::Refused { problem, .. } => Some(problem.code),
        Failure::Unreachable => None,
    }
}

fn sign_in_notice(failure: Failure) -> SignInNotice {
    match failure {
        Failure::Unreachable => SignInNotice::Unreachable,
        Failure::Refused {
            retry_after_ms: Some(wait),
            ..
        } => SignInNotice::Throttled(wait),
        Failure::Refused { problem, .. } if problem.code == ProblemCode::CodeNeeded => {
            SignInNotice::CodeNeeded
        }
        Failure::Refused { problem, .. } => SignInNotice::Refused(problem.message),
    }
}
