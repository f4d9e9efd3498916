//! What the widget looks like: from its state to elements. The styles are in `web/css/widget.css`.

mod bell;
mod footer;
mod header;
mod icons;
mod lines;
mod masked;
mod offers;
mod options;
mod text;
mod welcome;

use deskbell_client::Connection;
use yew::html::Scope;
use yew::{AttrValue, Html, KeyboardEvent, html};

use crate::app::{App, Msg};
use crate::composer::Composer;
use crate::page::Page;
use crate::transcript::is_answered_soon;
use crate::words;

pub use icons::Icon;

/// The whole widget.
pub fn app(app: &App, page: &Page, link: &Scope<App>) -> Html {
    let close_on_escape = link.batch_callback(|event: KeyboardEvent| {
        (event.key() == "Escape" && !event.is_composing()).then_some(Msg::Close)
    });
    // The site's own texts are in the site's language; everything around them is in the document's.
    let language = app
        .site
        .as_ref()
        .map(|site| AttrValue::from(site.language.clone()));
    let live = if app.announces { "polite" } else { "off" };
    let reconnecting = app.session.connection() == Connection::Lost;
    html! {
        <div class="panel" onkeydown={close_on_escape}>
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
                    if is_answered_soon(&app.session) {
                        <p class="typing"><i /><i /><i />{ words::ASSISTANT_ANSWERS }</p>
                    }
                    { offers::offers(app, language.as_ref(), link) }
                </div>
                if app.news_below {
                    <button type="button" class="news" onclick={link.callback(|_| Msg::ToBottom)}>
                        { words::NEW_MESSAGES }{ Icon::Down.html() }
                    </button>
                }
            </div>
            { bell::bell_card(app, page, link) }
            <p class="connection" role="status">{ reconnecting.then_some(words::RECONNECTING) }</p>
            <Composer field={app.composer.clone()} on_send={link.callback(Msg::Submit)} />
            { footer::footer(app) }
        </div>
    }
}
