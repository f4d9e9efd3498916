//! What the widget looks like: from its state to elements. The styles are in `web/css/widget`.
//!
//! A class that changes is written `CLASS`. To HTML that is `class`; to Yew it is an attribute like any other, whereas it
//! makes an ordered set of a `class` that is not a literal, which takes two kilobytes of the widget's download.

mod bell;
mod button;
mod composer;
mod contact_form;
mod footer;
mod header;
mod icons;
mod lines;
mod masked;
mod offers;
mod options;
mod rating;
mod text;
mod welcome;

use std::convert::identity;

use deskbell_client::{Connection, Session};
use web_sys::Element;
use yew::html::Scope;
use yew::{AttrValue, Html, KeyboardEvent, PointerEvent, TargetCast, html};

use crate::app::{Action, App, Msg, does};
use crate::draft::{Draft, What};
use crate::page::Page;
use crate::standing::typist;
use crate::transcript::is_answered_soon;
use crate::words;

pub use composer::composer;
pub use contact_form::contact_form;
pub use icons::Icon;

/// The whole widget.
pub fn app(app: &App, page: &Page, link: &Scope<App>) -> Html {
    let close_on_escape = link.batch_callback(|event: KeyboardEvent| {
        (event.key() == "Escape" && !event.is_composing()).then_some(Msg::Does(Action::Close))
    });
    // Where a pressed button takes no focus, the options lose none.
    let elsewhere = link.batch_callback(|event: PointerEvent| {
        let on = event.target_dyn_into::<Element>()?;
        let outside = matches!(on.closest(".options"), Ok(None));
        outside.then_some(Msg::Does(Action::Options(false)))
    });
    // The site's own texts are in the site's language; everything around them is in the document's.
    let language = app
        .site
        .as_ref()
        .map(|site| AttrValue::from(site.language.clone()));
    let live = if app.announces { "polite" } else { "off" };
    let reconnecting = app.session.connection() == Connection::Lost;
    html! {
        <div class="panel" onkeydown={close_on_escape} onpointerdown={app.options.then_some(elsewhere)}>
            { header::header(app, link) }
            <div class="conversation">
                <div
                    class="scroll" role="region" aria-label={words::CONVERSATION} tabindex="0"
                    ref={app.scroll.node()} onscroll={link.callback(|_| Msg::Scrolled)}
                >
                    { welcome::welcome(app, language.as_ref(), link) }
                    <div
                        role="log" aria-label={words::MESSAGES} aria-live={live}
                        aria-atomic="false" aria-relevant="additions"
                    >
                        { lines::lines(app, language.as_ref(), link) }
                    </div>
                    if let Some(who) = typing(&app.session) {
                        <p class="typing"><i /><i /><i /><bdi>{ who }</bdi></p>
                    }
                    { offers::offers(app, language.as_ref(), link) }
                </div>
                if app.news_below {
                    <button type="button" class="news" onclick={does(link, Action::ToBottom)}>
                        { words::NEW_MESSAGES }{ Icon::Down.html() }
                    </button>
                }
            </div>
            { bell::bell_card(app, page, link) }
            <p class="connection" role="status">{ reconnecting.then_some(words::RECONNECTING) }</p>
            <Draft what={What::Message(app.composer.clone())} on_sent={link.callback(identity)} />
            { footer::footer(app) }
        </div>
    }
}

/// That an answer is on its way, and whose.
fn typing(session: &Session) -> Option<String> {
    if is_answered_soon(session) {
        return Some(words::ASSISTANT_ANSWERS.text());
    }
    typist(session).map(|agent| words::PERSON_TYPES.with("agent", agent))
}
