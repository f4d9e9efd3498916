//! The browser's services, and the one place where what the session asks for is done.

use std::cell::RefCell;
use std::rc::Rc;

use deskbell_browser::triage::Triage;
use deskbell_browser::{
    EventStream, FromLoader, Kept, Listeners, Loader, Signal, WakeUp, get_site, now, on_came_back,
    send,
};
use deskbell_client::sse::Message;
use deskbell_client::{Effect, Failure, Input};
use deskbell_protocol::{MessageText, ProblemCode, SiteKey, Timestamp, VisitorToken, WriteId};
use yew::html::Scope;

use crate::app::{App, Msg};
use crate::page::Page;
use crate::tabs;

/// Whatever runs or listens for the widget. Dropping it ends all of it.
pub struct Services {
    /// What is kept on the device.
    pub kept: Kept,
    /// The merchant's page.
    pub loader: Loader,
    link: Scope<App>,
    site: SiteKey,
    shares: bool,
    stream: Rc<RefCell<Option<EventStream>>>,
    wake_up: Option<WakeUp>,
    triage: Option<Triage>,
    triage_silence: Option<WakeUp>,
    _came_back: Listeners,
}

impl Services {
    /// Starts listening on behalf of the app at `link`.
    pub fn start(site: &SiteKey, link: &Scope<App>) -> Self {
        let from_loader = link.callback(Msg::Loader);
        let came_back = link.callback(|()| Msg::CameBack);
        Self {
            kept: Kept::of(site),
            site: site.clone(),
            shares: false,
            loader: Loader::listen(move |message: FromLoader| from_loader.emit(message)),
            link: link.clone(),
            stream: Rc::default(),
            wake_up: None,
            triage: None,
            triage_silence: None,
            _came_back: on_came_back(move || came_back.emit(())),
        }
    }

    /// Asks for the site's public settings; answered with [`Msg::Site`].
    pub fn ask_site(&self, site: SiteKey) {
        self.link
            .send_future(async move { Msg::Site(get_site(&site).await) });
    }

    /// Starts the triage worker; it speaks through [`Msg::Triage`].
    pub fn start_triage(&mut self, page: &Page) {
        let told = self.link.callback(Msg::Triage);
        self.triage = Some(Triage::start(
            &page.worker,
            page.model.clone(),
            page.manifest.clone(),
            move |said| told.emit(said),
        ));
    }

    /// Has the worker read a message.
    pub fn read(&self, write: WriteId, text: MessageText) {
        if let Some(triage) = &self.triage {
            triage.read(write, text.into());
        }
    }

    /// Sends [`Msg::TriageSilent`] at `at`; `None` takes a former wish back.
    pub fn watch_triage(&mut self, at: Option<Timestamp>) {
        self.triage_silence = at.map(|at| self.call_at(at, || Msg::TriageSilent));
    }

    /// Sends `message` once, at `at`, unless what is returned is dropped before.
    pub fn call_at(&self, at: Timestamp, message: impl FnOnce() -> Msg + 'static) -> WakeUp {
        let link = self.link.clone();
        WakeUp::at(at, move || link.send_message(message()))
    }

    /// Does what the session asks for. [`Effect::Classify`] is the reader's business and not done here.
    pub fn carry_out(&mut self, effect: Effect, token: &VisitorToken) {
        match effect {
            // The customer has gone, and this page is about to: what it still keeps would become the next one's.
            Effect::Keep(_) | Effect::KeepConversation(_) | Effect::ForgetConversation
                if !self.kept.is_of(token) => {}
            Effect::Keep(item) => self.kept.keep(&item),
            Effect::Forget(write) => self.kept.forget(&write),
            Effect::KeepConversation(id) => self.kept.keep_conversation(&id),
            Effect::ForgetConversation => {
                self.kept.forget_conversation();
                self.stream.replace(None);
            }
            Effect::Classify { .. } => {}
            Effect::Send(request) => {
                let token = token.clone();
                self.link.send_future(async move {
                    let outcome = send(&request, &token).await;
                    Msg::Session(Input::Answered {
                        write: request.write().clone(),
                        outcome,
                        now: now(),
                    })
                });
            }
            Effect::OpenStream {
                conversation,
                after,
            } => {
                // A tab without a conversation must not listen for those that have one; and where nothing lasts, each tab is
                // a customer of its own.
                if !self.shares && self.kept.is_lasting() {
                    self.shares = true;
                    let news = self.link.callback(|()| Msg::Session(Input::News));
                    tabs::share_with_others(&self.site, move || news.emit(()));
                }
                let path = format!("/v1/conversations/{conversation}/events?after={after}");
                let link = self.link.clone();
                // The stream is the slot's: once another one lies there, or none, this one tells nothing.
                let slot = Rc::downgrade(&self.stream);
                let tell = move |signal| {
                    tabs::spread();
                    // The status comes when there are no more events: what another tab listens for is known then.
                    let is_status = matches!(signal, Signal::Message(Message::Status(_)));
                    if let Some(slot) = slot.upgrade().filter(|_| is_status && !tabs::listens()) {
                        slot.replace(None);
                    }
                    if let Some(input) = heard(signal) {
                        link.send_message(Msg::Session(input));
                    }
                };
                let stream = EventStream::open(path, token.clone(), tell);
                self.stream.replace(Some(stream));
            }
            Effect::WakeAt(at) => {
                self.wake_up = Some(self.call_at(at, || Msg::Session(Input::Woke { now: now() })));
            }
        }
    }
}

/// What a signal of the stream means to the session; nothing if it is not for customers.
fn heard(signal: Signal) -> Option<Input> {
    Some(match signal {
        Signal::Opened => Input::StreamOpened,
        Signal::Message(Message::Event(event)) => Input::StreamEvent(event),
        Signal::Message(Message::Status(status)) => Input::StreamStatus(status),
        Signal::Message(Message::Inbox(_)) => return None,
        Signal::Ended(failure) => Input::StreamEnded {
            now: now(),
            unknown: matches!(
                failure,
                Failure::Refused { problem, .. }
                    if matches!(problem.code, ProblemCode::UnknownConversation | ProblemCode::NotYours)
            ),
        },
    })
}
