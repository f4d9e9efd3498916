//! One conversation in a list.

use deskbell_protocol::{ConversationCard, SiteName};
use yew::{Html, html};

use super::waited::Waited;
use super::{icons, triage};
use crate::{page, words};

/// The card; `open` if it is on screen, `unread` if something happened that the agent has not seen.
pub fn card(card: &ConversationCard, sites: &[SiteName], open: bool, unread: bool) -> Html {
    let preview = card.preview.as_deref();
    let reason = card.reason.map_or(words::NO_REASON, words::reason);
    let when = match card.waiting_since {
        Some(since) => html! { <Waited {since} /> },
        None => html! { <time>{ page::local(card.updated_at).time() }</time> },
    };
    html! {
        <li key={card.id.as_str()}>
            <a
                id={page::card_id(&card.id)}
                class="card"
                href={page::address(&card.id)}
                aria-current={open.then_some("true")}
            >
                <span class="row">
                    <strong class="reason">{ reason }</strong>
                    if unread { <span class="unread">{ words::UNREAD }</span> }
                    { when }
                </span>
                <span class="preview" dir="auto" data-empty={preview.is_none().to_string()}>
                    { preview.unwrap_or(words::NO_MESSAGE) }
                </span>
                <span class="row marks">
                    { for card.intent.as_ref().map(|intent| html! {
                        <span class="chip">{ words::intent(intent) }</span>
                    }) }
                    { for card.sentiment.map(triage::feeling) }
                    if card.contact.is_some() {
                        <span class="chip plain">{ icons::envelope() }{ words::CONTACT_LEFT }</span>
                    }
                    <span class="site">{ words::site(&card.site, sites) }</span>
                </span>
            </a>
        </li>
    }
}
