//! The console's wishes, carried out in the browser.

use deskbell_browser::{EventStream, Signal, WakeUp, call_agent};
use deskbell_client::Failure;
use deskbell_protocol::{
    AgentReply, AgentSession, AgentWrite, Availability, MessageAccepted, RecoveryCodes, SignIn,
    TotpOffer,
};
use serde::de::IgnoredAny;
use yew::Context;

use crate::app::{App, Msg};
use crate::notify;
use crate::page;
use crate::state::{Act, Attention, Effect, Input, Outgoing, StreamId};

const SESSION: &str = "/v1/agent/session";
const SESSIONS: &str = "/v1/agent/sessions";
const TOTP: &str = "/v1/agent/totp";

impl App {
    pub(crate) fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            Effect::CheckSession => ctx.link().send_future(async {
                let session = call_agent::<AgentSession>("GET", SESSION, None::<&()>).await;
                Msg::Input(Input::SessionKnown(session))
            }),
            Effect::SignOut => ctx.link().send_future(async {
                let answer = call_agent::<IgnoredAny>("DELETE", SESSION, None::<&()>).await;
                Msg::Input(Input::SignOutAnswered(answer.err()))
            }),
            Effect::SignOutEverywhere => ctx.link().send_future(async {
                let answer = call_agent::<IgnoredAny>("DELETE", SESSIONS, None::<&()>).await;
                Msg::Input(Input::SignOutAnswered(answer.err()))
            }),
            Effect::AskTotp => ctx.link().send_future(async {
                let offer = call_agent::<TotpOffer>("POST", TOTP, None::<&()>).await;
                Msg::Input(Input::TotpOffered(offer))
            }),
            Effect::ConfirmTotp(confirm) => ctx.link().send_future(async move {
                let codes = call_agent::<RecoveryCodes>("PUT", TOTP, Some(&confirm)).await;
                Msg::Input(Input::TotpConfirmed(codes))
            }),
            Effect::RememberSession(maybe) => self.kept.remember_session(maybe),
            Effect::SetOnline(online) => ctx.link().send_future(async move {
                let wish = Availability { online };
                let answer =
                    call_agent::<IgnoredAny>("PUT", "/v1/agent/availability", Some(&wish)).await;
                Msg::Input(Input::OnlineAnswered(online, answer.err()))
            }),
            Effect::OpenInbox(stream) => {
                self.inbox = Some(open(ctx, stream, "/v1/agent/inbox".to_owned()));
            }
            Effect::OpenConversation {
                stream,
                conversation,
                after,
            } => {
                let path = format!("/v1/agent/conversations/{conversation}/events?after={after}");
                self.conversation = Some(open(ctx, stream, path));
            }
            Effect::CloseConversation => self.conversation = None,
            Effect::CloseSession => {
                self.inbox = None;
                self.conversation = None;
                self.wake = None;
            }
            Effect::ForgetDrafts => self.drafts.borrow_mut().clear(),
            Effect::Send(item) => ctx.link().send_future(async move {
                let outcome = send(&item).await;
                let write = item.write;
                Msg::Input(Input::Answered { write, outcome })
            }),
            Effect::TellTyping(conversation) => yew::platform::spawn_local(async move {
                let path = format!("/v1/agent/conversations/{conversation}/typing");
                // It is told again soon, and matters to nobody later.
                let _ = call_agent::<IgnoredAny>("POST", &path, None::<&()>).await;
            }),
            Effect::Keep(agent, item) => self.kept.keep(&agent, &item),
            Effect::Forget(agent, write) => self.kept.forget(&agent, &write),
            Effect::Recall(agent) => {
                let items = self.kept.recall(&agent);
                ctx.link().send_message(Msg::Input(Input::Recalled(items)));
            }
            Effect::WakeAt(at) => {
                let wake = ctx.link().callback(|()| Msg::Input(Input::Woke));
                self.wake = Some(WakeUp::at(at, move || wake.emit(())));
            }
            Effect::Attention(attention) => self.attract(&attention),
            Effect::Focus(target) => self.focus = Some(target),
        }
    }

    /// The answer is the session.
    pub(crate) fn sign_in(&self, ctx: &Context<Self>, sign_in: SignIn) {
        ctx.link().send_future(async move {
            match call_agent::<AgentSession>("POST", SESSION, Some(&sign_in)).await {
                Ok(session) => Msg::Input(Input::SessionKnown(Ok(session))),
                Err(failure) => Msg::Input(Input::SignInFailed(failure)),
            }
        });
    }

    /// A message that the agent sees arrive needs no sound; a customer who begins to wait always does.
    fn attract(&self, attention: &Attention) {
        let watched = page::is_watched();
        let seen = match attention {
            Attention::NewWaiting { .. } => false,
            Attention::NewMessage { conversation } => {
                let open = self.console.shift().and_then(|shift| shift.open());
                watched && open.is_some_and(|open| open.id() == conversation)
            }
        };
        if !seen {
            self.chime.borrow().ring();
        }
        if !watched {
            notify::show(attention);
        }
    }
}

fn open(ctx: &Context<App>, stream: StreamId, path: String) -> EventStream {
    let tell = ctx.link().callback(move |signal| {
        Msg::Input(match signal {
            Signal::Opened => Input::StreamOpened(stream),
            Signal::Message(message) => Input::StreamMessage(stream, message),
            Signal::Ended(failure) => Input::StreamEnded(stream, failure),
        })
    });
    EventStream::open_for_agent(path, move |signal| tell.emit(signal))
}

async fn send(item: &Outgoing) -> Result<MessageAccepted, Failure> {
    let of = |what| format!("/v1/agent/conversations/{}/{what}", item.conversation);
    let write = item.write.clone();
    let bare = AgentWrite {
        write: write.clone(),
    };
    match &item.act {
        Act::Claim => call_agent("POST", &of("claim"), Some(&bare)).await,
        Act::HandBack => call_agent("POST", &of("return"), Some(&bare)).await,
        Act::Close => call_agent("POST", &of("close"), Some(&bare)).await,
        Act::Reply(text) => {
            let text = text.clone();
            call_agent("POST", &of("messages"), Some(&AgentReply { write, text })).await
        }
    }
}
