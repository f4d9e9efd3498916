//! The reply box.

use deskbell_protocol::{ConversationId, MessageText, TextError};
use web_sys::{HtmlTextAreaElement, InputEvent, KeyboardEvent, SubmitEvent};
use yew::{Component, Context, Html, NodeRef, Properties, html};

use crate::app::{Drafts, Msg};
use crate::state::Act;
use crate::{page, words};

/// So many characters before the limit the agent is told how many are left.
const NEAR_LIMIT: usize = 200;
/// Key code of a key that an input method has taken.
const TAKEN_BY_INPUT_METHOD: u32 = 229;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub conversation: ConversationId,
    /// What was begun to be written. Shared, so never a reason to draw again.
    pub drafts: Drafts,
    /// Where the reply goes.
    pub tell: yew::Callback<Msg>,
}

pub enum Typed {
    /// The text changed.
    Changed,
    /// The agent sends it.
    Sent,
}

/// The text belongs to the browser's own field; what was begun is remembered when the agent looks elsewhere.
pub struct ReplyBox {
    field: NodeRef,
    chars: usize,
    wrong: Option<TextError>,
}

impl ReplyBox {
    fn text(&self) -> Option<(HtmlTextAreaElement, String)> {
        let field = self.field.cast::<HtmlTextAreaElement>()?;
        let text = field.value();
        Some((field, text))
    }
}

impl Component for ReplyBox {
    type Message = Typed;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            field: NodeRef::default(),
            chars: 0,
            wrong: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, typed: Typed) -> bool {
        let Some((field, text)) = self.text() else {
            return false;
        };
        let Props {
            conversation,
            drafts,
            tell,
        } = ctx.props();
        match typed {
            Typed::Changed => {
                let before = (self.near_limit(), self.wrong.take());
                self.chars = text.chars().count();
                if !text.trim().is_empty() {
                    tell.emit(Msg::Typing(conversation.clone()));
                }
                drafts.borrow_mut().insert(conversation.clone(), text);
                before != (self.near_limit(), None)
            }
            Typed::Sent => match MessageText::new(&text) {
                Ok(text) => {
                    tell.emit(Msg::Act(conversation.clone(), Act::Reply(text)));
                    field.set_value("");
                    drafts.borrow_mut().remove(conversation);
                    (self.chars, self.wrong) = (0, None);
                    true
                }
                Err(TextError::Empty) => false,
                Err(wrong) => {
                    self.wrong = Some(wrong);
                    true
                }
            },
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Typed::Sent
        });
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            let composing = event.is_composing() || event.key_code() == TAKEN_BY_INPUT_METHOD;
            let send = event.key() == "Enter" && !event.shift_key() && !composing;
            if send {
                event.prevent_default();
            }
            send.then_some(Typed::Sent)
        });
        let oninput = link.callback(|_: InputEvent| Typed::Changed);
        let wrong = self.wrong.as_ref().map(ToString::to_string);
        html! {
            <form class="reply" {onsubmit}>
                <label for={page::REPLY}>{ words::REPLY }</label>
                <div class="row">
                    <textarea
                        ref={self.field.clone()}
                        id={page::REPLY}
                        rows="2"
                        dir="auto"
                        aria-describedby="reply-hint"
                        aria-invalid={self.wrong.is_some().then_some("true")}
                        {onkeydown}
                        {oninput}
                    />
                    <button type="submit" class="primary">{ words::SEND }</button>
                </div>
                <p id="reply-hint" class="hint">{ words::REPLY_HINT }</p>
                <p class="hint wrong" role="status">
                    { wrong.or_else(|| self.near_limit().map(words::characters_left)) }
                </p>
            </form>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        let Props {
            conversation,
            drafts,
            ..
        } = ctx.props();
        if let (true, Some((field, _))) = (first_render, self.text())
            && let Some(draft) = drafts.borrow().get(conversation)
        {
            field.set_value(draft);
        }
    }
}

impl ReplyBox {
    /// How many characters are left, once that matters; negative when there are too many.
    fn near_limit(&self) -> Option<isize> {
        let left = MessageText::MAX_CHARS.checked_signed_diff(self.chars)?;
        (left <= NEAR_LIMIT.cast_signed()).then_some(left)
    }
}
