//! Where the customer writes.

use deskbell_protocol::{MessageText, TextError};
use web_sys::HtmlTextAreaElement;
use yew::{
    Callback, Component, Context, Html, InputEvent, KeyboardEvent, NodeRef, Properties,
    SubmitEvent, TargetCast, html,
};

use crate::view::Icon;
use crate::words;

/// From so many characters before the limit on, the rest is counted down.
const COUNT_FROM: usize = 400;
/// The key code of a key that an input method swallows; Safari ends a composition with one of these as `Enter`.
const IN_COMPOSITION: u32 = 229;

/// What the composer is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The field, so that the widget can give it the focus.
    pub field: NodeRef,
    /// Takes what was written.
    pub on_send: Callback<MessageText>,
}

/// What the customer does.
pub enum Msg {
    /// Types.
    Typed(String),
    /// Sends.
    Send,
}

/// The text being written. It is a component of its own so that typing redraws nothing else.
#[derive(Default)]
pub struct Composer {
    text: String,
    /// What was wrong when it was sent, until it is changed.
    error: Option<TextError>,
}

impl Component for Composer {
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
            Msg::Send => match MessageText::new(&self.text) {
                Ok(text) => {
                    self.text.clear();
                    ctx.props().on_send.emit(text);
                }
                Err(error) => self.error = Some(error),
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let typed = link.callback(|event: InputEvent| {
            let field: HtmlTextAreaElement = event.target_unchecked_into();
            Msg::Typed(field.value())
        });
        let key = link.batch_callback(|event: KeyboardEvent| {
            let composing = event.is_composing() || event.key_code() == IN_COMPOSITION;
            let sends = event.key() == "Enter" && !event.shift_key() && !composing;
            sends.then(|| {
                event.prevent_default();
                Msg::Send
            })
        });
        let submit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Send
        });
        html! {
            <form class="composer" onsubmit={submit}>
                <label class="unseen" for="message">{ words::YOUR_MESSAGE }</label>
                <textarea
                    id="message" ref={ctx.props().field.clone()} rows="1" dir="auto" enterkeyhint="send"
                    autocomplete="off" placeholder={words::WRITE_HERE} aria-describedby="message-help"
                    aria-invalid={self.error.is_some().then_some("true")}
                    value={self.text.clone()} oninput={typed} onkeydown={key}
                />
                <button type="submit" class="send" aria-label={words::SEND} title={words::SEND}>
                    { Icon::Send.html() }
                </button>
                { help(&self.text, self.error.as_ref()) }
            </form>
        }
    }
}

/// What is wrong, else how much room is left, once that is little.
fn help(text: &str, error: Option<&TextError>) -> Html {
    let used = text.trim().chars().count();
    let (class, words) = match (error, MessageText::MAX_CHARS.checked_sub(used)) {
        (Some(error), _) => ("error", words::text_error(error)),
        (None, None) => {
            let error = TextError::TooLong {
                len: used,
                max: MessageText::MAX_CHARS,
            };
            ("error", words::text_error(&error))
        }
        (None, Some(left)) if left < COUNT_FROM => ("count", words::LEFT.count(left)),
        (None, Some(_)) => ("none", String::new()),
    };
    // Only what was refused is announced; a count would interrupt at every key.
    let role = error.map(|_| "alert");
    html! { <p id="message-help" {class} {role}>{ words }</p> }
}
