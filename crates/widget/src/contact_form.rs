//! Where the customer says how to be reached.

use deskbell_protocol::{ContactText, TextError};
use web_sys::HtmlInputElement;
use yew::{
    AttrValue, Callback, Component, Context, Html, InputEvent, Properties, SubmitEvent, TargetCast,
    html,
};

use crate::words;

/// What the form is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The question.
    pub label: AttrValue,
    /// Takes the answer.
    pub on_leave: Callback<ContactText>,
}

/// What the customer does.
pub enum Msg {
    /// Types.
    Typed(String),
    /// Sends.
    Leave,
}

/// The answer being written.
#[derive(Default)]
pub struct ContactForm {
    text: String,
    error: Option<TextError>,
}

impl Component for ContactForm {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(text) => {
                self.text = text;
                self.error = None;
            }
            Msg::Leave => match ContactText::new(&self.text) {
                Ok(contact) => ctx.props().on_leave.emit(contact),
                Err(error) => self.error = Some(error),
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let typed = link.callback(|event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            Msg::Typed(field.value())
        });
        let submit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Leave
        });
        html! {
            <form class="contact" onsubmit={submit}>
                <label for="contact">{ ctx.props().label.clone() }</label>
                <input
                    id="contact" type="text" dir="auto" inputmode="email" autocomplete="email"
                    enterkeyhint="done" placeholder={words::CONTACT_HINT}
                    aria-describedby="contact-help"
                    aria-invalid={self.error.is_some().then_some("true")}
                    value={self.text.clone()} oninput={typed}
                />
                <button type="submit">{ words::CONTACT_SEND }</button>
                <p id="contact-help" class="error" role="alert">
                    { self.error.as_ref().map(words::text_error) }
                </p>
            </form>
        }
    }
}
