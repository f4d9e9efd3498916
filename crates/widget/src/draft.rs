//! A text being written: the one component behind every field, so that typing redraws nothing else.

use deskbell_protocol::{ContactText, MessageText, TextError};
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::{
    Callback, Component, Context, Html, InputEvent, NodeRef, Properties, SubmitEvent, TargetCast,
};

use crate::app::Msg;
use crate::view::{composer, contact_form};

/// What the customer does.
pub enum Edit {
    /// Types; the whole text.
    Typed(String),
    /// Sends.
    Sent,
}

/// What is written.
#[derive(Clone, PartialEq)]
pub enum What {
    /// A message, in this field.
    Message(NodeRef),
    /// How the customer can be reached.
    Contact,
}

impl What {
    /// What the app is told when `text` is sent.
    fn check(&self, text: &str) -> Result<Msg, TextError> {
        match self {
            Self::Message(_) => MessageText::new(text).map(Msg::Submit),
            Self::Contact => ContactText::new(text).map(Msg::LeaveContact),
        }
    }
}

/// What a field is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What it is for.
    pub what: What,
    /// Takes what was written.
    pub on_sent: Callback<Msg>,
}

/// The text being written, and what was wrong with it when it was sent.
#[derive(Default)]
pub struct Draft {
    /// As typed.
    pub text: String,
    /// What was wrong when it was sent, until it is changed.
    pub error: Option<TextError>,
    /// Something was sent, and nothing typed since: to press the key again is a slip.
    sent: bool,
}

impl Component for Draft {
    type Message = Edit;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, ctx: &Context<Self>, edit: Edit) -> bool {
        match edit {
            Edit::Typed(text) => {
                self.text = text;
                self.error = None;
                self.sent = false;
            }
            Edit::Sent => match ctx.props().what.check(&self.text) {
                Ok(sent) => {
                    self.text.clear();
                    self.sent = true;
                    ctx.props().on_sent.emit(sent);
                }
                Err(_) if self.sent => return false,
                Err(error) => self.error = Some(error),
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &ctx.props().what {
            What::Message(field) => composer(self, field, ctx.link()),
            What::Contact => contact_form(self, ctx.link()),
        }
    }
}

/// For `oninput` of a field.
pub fn typed(link: &Scope<Draft>) -> Callback<InputEvent> {
    link.callback(|event: InputEvent| {
        // Of several lines or of one: either kind of field has a value.
        let field: HtmlInputElement = event.target_unchecked_into();
        Edit::Typed(field.value())
    })
}

/// For `onsubmit` of the form around it.
pub fn sent(link: &Scope<Draft>) -> Callback<SubmitEvent> {
    link.callback(|event: SubmitEvent| {
        event.prevent_default();
        Edit::Sent
    })
}
