//! Where the customer says how to be reached.

use yew::html::Scope;
use yew::{Html, html};

use crate::draft::{self, Draft};
use crate::words;

/// The question, and the answer being written.
pub fn contact_form(draft: &Draft, link: &Scope<Draft>) -> Html {
    html! {
        <form class="contact" onsubmit={draft::sent(link)}>
            <label for="contact">{ words::LEAVE_CONTACT }</label>
            <input
                id="contact" type="text" dir="auto" inputmode="email" autocomplete="email"
                enterkeyhint="done" placeholder={words::CONTACT_HINT}
                aria-describedby="contact-help"
                aria-invalid={draft.error.is_some().then_some("true")}
                value={draft.text.clone()} oninput={draft::typed(link)}
            />
            <button type="submit">{ words::CONTACT_SEND }</button>
            <p id="contact-help" class="error" role="alert">
                { draft.error.as_ref().map(words::text_error) }
            </p>
        </form>
    }
}
