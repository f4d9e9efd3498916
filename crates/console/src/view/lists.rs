//! The inbox: who waits, and who the agent is talking with.

use std::collections::BTreeSet;
use std::rc::Rc;

use deskbell_protocol::{ConversationCard, ConversationId, Inbox, SiteName};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{Callback, Html, Properties, component, html};

use super::alerts::alerts;
use super::{Alerts, card};
use crate::app::Msg;
use crate::{page, words};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The inbox as last told.
    pub inbox: Option<Rc<Inbox>>,
    /// What the sites are called.
    pub sites: Rc<[SiteName]>,
    /// Whether it may be out of date.
    pub lost: bool,
    /// Conversations with something unseen.
    pub unread: BTreeSet<ConversationId>,
    /// The conversation on screen.
    pub open: Option<ConversationId>,
    /// How the agent is told.
    pub alerts: Alerts,
    /// Where changes of that go.
    pub tell: Callback<Msg>,
}

/// Both lists. What was told last stays while the connection is gone.
#[component]
pub fn Lists(props: &Props) -> Html {
    let body = match &props.inbox {
        None if props.lost => Html::default(),
        None => html! { <p class="empty" role="status">{ words::LOADING_INBOX }</p> },
        Some(inbox) => lists(inbox, props),
    };
    html! {
        <nav class="lists" aria-label={words::INBOX} onkeydown={move_focus}>
            if props.lost {
                <p class="lost" role="status">{ words::INBOX_LOST }</p>
            }
            { body }
            { alerts(props.alerts, &props.tell) }
        </nav>
    }
}

fn lists(inbox: &Inbox, props: &Props) -> Html {
    let hidden = usize::try_from(inbox.waiting_total)
        .unwrap_or(usize::MAX)
        .saturating_sub(inbox.waiting.len());
    let quiet = if props.lost {
        words::NOBODY_WAITED
    } else {
        words::NOBODY_WAITS
    };
    html! {
        <>
            <h2 id={page::LISTS} tabindex="-1">
                { words::WAITING }{ " " }<span class="count">{ inbox.waiting_total }</span>
            </h2>
            { list(&inbox.waiting, quiet, props) }
            if hidden > 0 {
                <p class="more">{ words::more_waiting(hidden) }</p>
            }
            <h2>{ words::MINE }{ " " }<span class="count">{ inbox.mine.len() }</span></h2>
            { list(&inbox.mine, words::NONE_MINE, props) }
        </>
    }
}

fn list(cards: &[ConversationCard], empty: &'static str, props: &Props) -> Html {
    if cards.is_empty() {
        return html! { <p class="empty">{ empty }</p> };
    }
    let entry = |it: &ConversationCard| {
        let open = props.open.as_ref() == Some(&it.id);
        card::card(it, &props.sites, open, props.unread.contains(&it.id))
    };
    html! { <ul>{ for cards.iter().map(entry) }</ul> }
}

/// `j` and `k` or the arrow keys move between the cards, while one of them has the focus.
fn move_focus(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "j" | "ArrowDown" => 1,
        "k" | "ArrowUp" => -1,
        _ => return,
    };
    let document = web_sys::window().and_then(|window| window.document());
    let Some(document) =
        document.filter(|_| !event.ctrl_key() && !event.meta_key() && !event.alt_key())
    else {
        return;
    };
    let Ok(cards) = document.query_selector_all("a.card") else {
        return;
    };
    let cards: Vec<_> = (0..cards.length())
        .filter_map(|index| cards.get(index))
        .collect();
    let focused = document.active_element();
    let here = cards
        .iter()
        .position(|card| focused.as_ref().is_some_and(|it| **it == *card));
    let next = here
        .and_then(|here| here.checked_add_signed(step))
        .and_then(|it| cards.get(it));
    if let Some(next) = next.and_then(|next| next.dyn_ref::<HtmlElement>()) {
        event.prevent_default();
        let _ = next.focus();
    }
}
