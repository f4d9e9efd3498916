//! The console as a Yew application: owns the [`Console`] and everything that lives in the browser.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use deskbell_browser::{EventStream, Listeners, WakeUp, new_write_id, now, on_came_back};
use deskbell_protocol::{ConversationId, SignIn};
use yew::{Callback, Component, Context, Html};

use crate::chime::Chime;
use crate::kept::Kept;
use crate::notify::Permission;
use crate::page;
use crate::state::{Act, Console, Input, Target};
use crate::{view, words};

/// What the agent began to write, by conversation. Changing to another conversation and back loses nothing.
pub type Drafts = Rc<RefCell<BTreeMap<ConversationId, String>>>;

/// What the application is told.
pub enum Msg {
    /// For the console.
    Input(Input),
    /// The agent filled the sign-in form in.
    SignIn(SignIn),
    /// The agent does something with a conversation.
    Act(ConversationId, Act),
    /// The agent writes to this customer.
    Typing(ConversationId),
    /// The agent wants the sound on or off.
    Sound(bool),
    /// The agent wants to be asked about notifications.
    AskPermission,
    /// That led to this.
    Permission(Permission),
}

/// See the [module documentation](self).
pub struct App {
    pub(crate) console: Console,
    pub(crate) kept: Kept,
    pub(crate) chime: Rc<RefCell<Chime>>,
    pub(crate) drafts: Drafts,
    pub(crate) inbox: Option<EventStream>,
    pub(crate) conversation: Option<EventStream>,
    pub(crate) wake: Option<WakeUp>,
    pub(crate) focus: Option<Target>,
    permission: Permission,
    tell: Callback<Msg>,
    _listeners: [Listeners; 2],
}

impl App {
    /// Has the console take an input in and does what it says.
    pub(crate) fn handle(&mut self, ctx: &Context<Self>, input: Input) {
        for effect in self.console.handle(input, now()) {
            self.carry_out(ctx, effect);
        }
    }

    fn listen(tell: &Callback<Msg>, chime: &Rc<RefCell<Chime>>) -> [Listeners; 2] {
        let returned = tell.clone();
        let came_back = on_came_back(move || returned.emit(Msg::Input(Input::CameBack)));
        let Some(window) = web_sys::window() else {
            return [came_back, Listeners::default()];
        };
        let (navigated, seen) = (tell.clone(), window.clone());
        let mut own = Listeners::default().and(&window, "hashchange", move |_| {
            navigated.emit(Msg::Input(Input::Navigated(page::route(&seen))));
        });
        for gesture in ["pointerdown", "keydown"] {
            let chime = Rc::clone(chime);
            own = own.and(&window, gesture, move |_| chime.borrow_mut().wake());
        }
        [came_back, own]
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let tell = ctx.link().callback(|msg| msg);
        let chime = Rc::new(RefCell::new(Chime::default()));
        let kept = Kept::open();
        chime.borrow_mut().turn(kept.sound());
        let maybe_signed_in = kept.maybe_signed_in();
        let route = web_sys::window().and_then(|window| page::route(&window));
        let mut app = Self {
            console: Console::new(route),
            kept,
            drafts: Drafts::default(),
            inbox: None,
            conversation: None,
            wake: None,
            focus: None,
            permission: Permission::now(),
            _listeners: Self::listen(&tell, &chime),
            chime,
            tell,
        };
        app.handle(ctx, Input::Started { maybe_signed_in });
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Input(input) => self.handle(ctx, input),
            Msg::SignIn(sign_in) => {
                self.handle(ctx, Input::SigningIn);
                self.sign_in(ctx, sign_in);
            }
            Msg::Act(conversation, act) => {
                let write = new_write_id();
                let acted = Input::Acted {
                    write,
                    conversation,
                    act,
                };
                self.handle(ctx, acted);
            }
            Msg::Typing(conversation) => {
                self.handle(ctx, Input::Typed(conversation));
                // Nothing to see, and it comes with every key.
                return false;
            }
            Msg::Sound(on) => {
                self.kept.remember_sound(on);
                let mut chime = self.chime.borrow_mut();
                chime.turn(on);
                chime.wake();
                // So that the agent knows what to listen for.
                chime.ring();
            }
            Msg::AskPermission => ctx
                .link()
                .send_future(async { Msg::Permission(Permission::ask().await) }),
            Msg::Permission(permission) => self.permission = permission,
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let alerts = view::Alerts {
            sound: self.chime.borrow().is_on(),
            permission: self.permission,
        };
        view::console(&self.console, alerts, &self.drafts, &self.tell)
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let shift = self.console.shift();
        page::set_title(&words::title(
            shift.map_or(0, |shift| shift.inbox().wanted()),
        ));
        if let Some(target) = self.focus.take() {
            page::focus(&target);
        }
    }
}
