//! The header: whose chat it is, who speaks, the bell, and the way out.

use yew::html::Scope;
use yew::{Html, html};

use crate::app::{Action, App, does};
use crate::standing::{Speaking, Standing, speaking, standing};
use crate::view::Icon;
use crate::view::options::options;
use crate::words;

/// The header. The bell is always there and always works; its label says honestly what it would change.
pub fn header(app: &App, link: &Scope<App>) -> Html {
    let shop = app.site.as_ref().map(|site| site.name.clone());
    let speaking = speaking(&app.session);
    let (class, who, bell) = match speaking {
        Speaking::Bot => ("bot", words::HEADER_ASSISTANT.text(), words::TALK_TO_HUMAN),
        Speaking::Nobody => (
            "nobody",
            words::WAITING_FOR_PERSON.text(),
            words::PERSON_IS_CALLED,
        ),
        Speaking::Person(Some(name)) => (
            "person",
            words::PERSON.with("agent", name),
            words::PERSON_IS_HERE,
        ),
        Speaking::Person(None) => (
            "person",
            words::PERSON_IS_HERE.text(),
            words::PERSON_IS_HERE,
        ),
    };
    let bell = match standing(&app.session) {
        Standing::Calling | Standing::Kept if speaking == Speaking::Bot => words::BELL_CALLING,
        _ => bell,
    };
    html! {
        <header>
            <h1 dir="auto">{ shop.unwrap_or_else(|| words::CHAT.text()) }</h1>
            <p CLASS={["speaking", class].join(" ")} role="status"><bdi>{ who }</bdi></p>
            <button type="button" class="bell" onclick={does(link, Action::Ring)}>
                { Icon::Bell.html() }{ bell }
            </button>
            { options(app, link) }
            if app.services.loader.is_there() {
                <button
                    type="button" class="plain close" aria-label={words::CLOSE_CHAT}
                    title={words::CLOSE_CHAT} onclick={does(link, Action::Close)}
                >
                    { Icon::Close.html() }
                </button>
            }
        </header>
    }
}
