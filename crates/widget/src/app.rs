//! The widget: owns the session, feeds it with what happens, and has done what it asks for.

mod action;
mod loader;

use std::collections::VecDeque;

use deskbell_browser::triage::FromTriage;
use deskbell_browser::{FromLoader, ToLoader, WakeUp, new_write_id, now};
use deskbell_client::{Config, Connection, Effect, Failure, Input, Session};
use deskbell_protocol::{
    ContactText, ConversationState, EventBody, MessageText, ProblemCode, Seq, SiteInfo, WriteId,
};
use web_sys::HtmlElement;
use yew::{Component, Context, Html, NodeRef};

use crate::page::{self, Page};
use crate::reader::{Reader, SILENCE_MS, Step};
use crate::scroll::Scroll;
use crate::services::Services;
use crate::standing::{Speaking, Standing, speaking, standing};
use crate::transcript::{is_untouched, unread};
use crate::view;
use crate::words;

pub use action::{Action, does};

/// So long after the history has arrived, in milliseconds, it is drawn, and what comes then is new.
const HISTORY_DRAWN_MS: i64 = 500;

/// Something happened.
pub enum Msg {
    /// The first picture is on its way to the screen.
    Started,
    /// Something for the session.
    Session(Input),
    /// The site's settings came, or not.
    Site(Result<SiteInfo, Failure>),
    /// The merchant's page said something.
    Loader(FromLoader),
    /// The triage worker said something.
    Triage(FromTriage),
    /// The triage worker owes a sign of life and gave none.
    TriageSilent,
    /// The page may have been away.
    CameBack,
    /// What came before the customer looked is on screen; from now on news is announced.
    HistoryDrawn,
    /// The conversation was scrolled.
    Scrolled,
    /// The customer sends a message.
    Submit(MessageText),
    /// The customer says how to be reached.
    LeaveContact(ContactText),
    /// The customer activates something.
    Does(Action),
}

/// The widget. What the views need of it is visible to them.
pub struct App {
    pub(crate) session: Session,
    pub(crate) reader: Reader,
    pub(crate) services: Services,
    /// The last good answer about the site.
    pub(crate) site: Option<SiteInfo>,
    /// Why there was none, if the server refused.
    pub(crate) site_refused: Option<ProblemCode>,
    pub(crate) scroll: Scroll,
    pub(crate) composer: NodeRef,
    /// Messages arrived below what the customer is reading.
    pub(crate) news_below: bool,
    /// The bell was rung while a person is there already.
    pub(crate) reassure: bool,
    /// Whether new messages are announced to screen readers.
    pub(crate) announces: bool,
    /// After this position everything is new to the customer, who was away.
    pub(crate) new_after: Option<Seq>,
    /// Whether the options are open.
    pub(crate) options: bool,
    /// Whether new messages are heard.
    pub(crate) sound: bool,
    /// The chat with a person that the customer does not want to rate.
    pub(crate) unasked: Option<Seq>,
    /// What the page said of the customer last: name, e-mail address and token.
    customer: [String; 3],
    history_drawn: Option<WakeUp>,
    /// Position of the last event when the panel was closed.
    hidden_at: Option<Seq>,
    told_unread: u32,
    told_unsent: bool,
    told_state: Option<ConversationState>,
    /// What was activated is gone: the focus goes to the conversation instead of nowhere.
    rescue_focus: bool,
}

impl Component for App {
    type Message = Msg;
    type Properties = Page;

    fn create(ctx: &Context<Self>) -> Self {
        let page = ctx.props();
        let services = Services::start(&page.site, ctx.link());
        let saved = services.kept.load();
        let announces = saved.conversation.is_none();
        let sound = services.kept.wants_sound();
        let unasked = services.kept.unasked();
        let config = Config {
            site: page.site.clone(),
            language: page.language.clone(),
            page: page.page.clone(),
        };
        ctx.link().send_message(Msg::Started);
        Self {
            session: Session::new(config, saved),
            reader: Reader::default(),
            services,
            site: None,
            site_refused: None,
            scroll: Scroll::new(),
            composer: NodeRef::default(),
            news_below: false,
            reassure: false,
            announces,
            new_after: None,
            options: false,
            sound,
            unasked,
            customer: Default::default(),
            history_drawn: None,
            hidden_at: None,
            told_unread: 0,
            told_unsent: false,
            told_state: None,
            rescue_focus: false,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let now = now();
        match msg {
            Msg::Started => {
                self.services.ask_site(ctx.props().site.clone());
                self.feed(Input::Started {
                    now,
                    open_write: new_write_id(),
                });
            }
            Msg::Session(input) => {
                let answered = matches!(input, Input::Answered { outcome: Ok(_), .. });
                if let Input::StreamEvent(event) = &input
                    && matches!(event.body, EventBody::AgentMessage { .. })
                {
                    self.reassure = false;
                }
                if let Input::Answered {
                    outcome: Err(Failure::Refused { problem, .. }),
                    ..
                } = &input
                {
                    Self::hear_refusal(problem);
                }
                self.feed(input);
                if answered && self.site.is_none() {
                    self.services.ask_site(ctx.props().site.clone());
                }
            }
            Msg::Site(Ok(site)) => {
                self.site = Some(site);
                self.site_refused = None;
            }
            Msg::Site(Err(Failure::Refused { problem, .. })) => {
                self.site_refused = Some(problem.code)
            }
            Msg::Site(Err(Failure::Unreachable)) => return false,
            Msg::Loader(message) => {
                self.meet_customer();
                self.hear_loader(message);
            }
            Msg::Triage(said) => {
                let steps = self.reader.hear(said);
                self.follow(steps);
            }
            Msg::TriageSilent => {
                let steps = self.reader.give_up();
                self.follow(steps);
            }
            Msg::CameBack => {
                // How many people are there is on screen only before the conversation.
                if self.site.is_none() || is_untouched(&self.session) {
                    self.services.ask_site(ctx.props().site.clone());
                }
                if let Some(conversation) = self.services.kept.conversation() {
                    self.feed(Input::Begun { conversation, now });
                }
                self.feed(Input::CameBack { now });
            }
            Msg::HistoryDrawn => self.announces = true,
            Msg::Scrolled => {
                self.scroll.scrolled();
                let seen = self.news_below && self.scroll.is_at_bottom();
                self.news_below &= !seen;
                return seen;
            }
            Msg::Submit(text) => self.submit(text),
            Msg::LeaveContact(contact) => {
                self.rescue_focus = true;
                self.feed(Input::LeftContact {
                    write: new_write_id(),
                    contact,
                    now,
                });
            }
            Msg::Does(action) => {
                if !self.act(action, now) {
                    return false;
                }
            }
        }
        self.news_below &= !self.scroll.is_at_bottom();
        self.tell_loader();
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        view::app(self, ctx.props(), ctx.link())
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if first_render {
            page::show();
            self.services.loader.tell(&ToLoader::Ready);
            self.scroll.watch();
            self.reader.started();
            self.services.start_triage(ctx.props());
            self.watch_reader();
        }
        self.scroll.settle();
        if std::mem::take(&mut self.rescue_focus) && page::focus_is_lost() {
            focus(self.scroll.node());
        }
    }
}

impl App {
    /// Gives the session an input and has done what it asks for.
    fn feed(&mut self, input: Input) {
        let before = unread(&self.session, 0);
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.session.handle(input) {
                if effect == Effect::ForgetConversation {
                    self.unasked = None;
                }
                if let Effect::Classify { write, text } = effect {
                    let step = self.reader.ask(write, text);
                    inputs.extend(step.and_then(|step| self.take(step)));
                    self.watch_reader();
                } else {
                    self.services.carry_out(effect, self.session.token());
                }
            }
        }
        let is_news = unread(&self.session, 0) > before;
        self.news_below |= is_news;
        if is_news && self.announces && self.sound {
            words::chime();
        }
        let history_is_here =
            self.session.status().is_some() || self.session.connection() == Connection::Idle;
        if !self.announces && history_is_here && self.history_drawn.is_none() {
            let wake_up = self
                .services
                .call_at(now() + HISTORY_DRAWN_MS, || Msg::HistoryDrawn);
            self.history_drawn = Some(wake_up);
        }
    }

    /// Does what the reader asks for; what it read is an input for the session.
    fn take(&self, step: Step) -> Option<Input> {
        match step {
            Step::Ask(write, text) => {
                self.services.read(write, text);
                None
            }
            Step::Tell(write, reading) => Some(Input::Read {
                write,
                reading,
                now: now(),
            }),
        }
    }

    fn follow(&mut self, steps: Vec<Step>) {
        for step in steps {
            if let Some(input) = self.take(step) {
                self.feed(input);
            }
        }
        self.watch_reader();
    }

    fn watch_reader(&mut self) {
        let at = self.reader.is_awaited().then(|| now() + SILENCE_MS);
        self.services.watch_triage(at);
    }

    /// Whether the model reads what is sent now. What is written to a person is for that person to read.
    fn asks_model(&self) -> bool {
        self.reader.can_be_asked() && !matches!(speaking(&self.session), Speaking::Person(_))
    }

    fn submit(&mut self, text: MessageText) {
        self.scroll.to_bottom();
        self.new_after = None;
        self.reassure = false;
        self.feed(Input::Submitted {
            write: new_write_id(),
            text,
            now: now(),
            model: self.asks_model(),
        });
    }

    /// The server decides what a bell means, even where the widget believes that a person is there already.
    fn ring(&mut self, write: WriteId) {
        let input = match standing(&self.session) {
            Standing::Refused(refused, _) => Input::Retried {
                write: refused.clone(),
                now: now(),
            },
            _ => Input::Rang { write, now: now() },
        };
        self.reassure = matches!(speaking(&self.session), Speaking::Person(_));
        self.feed(input);
    }
}

fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
