//! Where the customer writes.

use deskbell_protocol::{MessageText, TextError};
use yew::html::Scope;
use yew::{Html, KeyboardEvent, NodeRef, html};

use crate::draft::{self, Draft, Edit};
use crate::view::Icon;
use crate::words;

/// From so many characters before the limit on, the rest is counted down.
const COUNT_FROM: usize = 400;
/// The key code of a key that an input method swallows; Safari ends a composition with one of these as `Enter`.
const IN_COMPOSITION: u32 = 229;

/// The message being written, and its field, which the widget can give the focus.
pub fn composer(draft: &Draft, field: &NodeRef, link: &Scope<Draft>) -> Html {
    let key = link.batch_callback(|event: KeyboardEvent| {
        let composing = event.is_composing() || event.key_code() == IN_COMPOSITION;
        let sends = event.key() == "Enter" && !event.shift_key() && !composing;
        sends.then(|| {
            event.prevent_default();
            Edit::Sent
        })
    });
    html! {
        <form class="composer" onsubmit={draft::sent(link)}>
            <label class="unseen" for="message">{ words::YOUR_MESSAGE }</label>
            <textarea
                id="message" ref={field} rows="1" dir="auto" enterkeyhint="send"
                autocomplete="off" placeholder={words::WRITE_HERE} aria-describedby="message-help"
                aria-invalid={draft.error.is_some().then_some("true")}
                value={draft.text.clone()} oninput={draft::typed(link)} onkeydown={key}
            />
            <button type="submit" class="send" aria-label={words::SEND} title={words::SEND}>
                { Icon::Send.html() }
            </button>
            { help(&draft.text, draft.error.as_ref()) }
        </form>
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
    html! { <p id="message-help" CLASS={class} {role}>{ words }</p> }
}
