//! One entry of the transcript.

use deskbell_protocol::{Event, EventBody};
use yew::{Callback, Html, classes, html};

use super::triage::triage;
use crate::app::Msg;
use crate::state::{Act, Delivery, Input, Outgoing};
use crate::words::Local;
use crate::{page, words};

/// A stored event that happened at the local time `at`.
pub fn stored(event: &Event, at: Local) -> Html {
    let key = event.seq.to_string();
    let (class, who, text, below) = match &event.body {
        EventBody::CustomerMessage { text, triage: hint } => {
            let below = hint.as_ref().map(triage).unwrap_or_default();
            ("customer", words::CUSTOMER, text.as_str(), below)
        }
        EventBody::BotMessage {
            text,
            suggestions,
            offers_human,
            ..
        } => {
            let below = html! {
                <>
                    if !suggestions.is_empty() {
                        <p class="below">{ words::suggested(suggestions) }</p>
                    }
                    if *offers_human { <p class="below">{ words::OFFERED_A_PERSON }</p> }
                </>
            };
            ("bot", words::ASSISTANT, text.as_str(), below)
        }
        EventBody::AgentMessage { agent, text } => {
            ("agent", agent.name.as_str(), text.as_str(), Html::default())
        }
        other => {
            return html! {
                <li {key} class="happened">
                    <p>{ words::happened(other) }{ " · " }<time>{ at.time() }</time></p>
                </li>
            };
        }
    };
    message(key, class, who, &at.time(), text, below)
}

/// A reply that is on its way.
pub fn echo(item: &Outgoing, who: &str, tell: &Callback<Msg>) -> Html {
    let Act::Reply(text) = &item.act else {
        return Html::default();
    };
    let below = match &item.delivery {
        Delivery::Waiting if item.tries > 0 => {
            html! { <p class="below">{ words::SENDING_AGAIN }</p> }
        }
        Delivery::Waiting | Delivery::Sending => html! { <p class="below">{ words::SENDING }</p> },
        Delivery::Refused(why) => {
            let (retried, discarded) = (item.write.clone(), item.write.clone());
            let retry = tell.reform(move |_| Msg::Input(Input::Retried(retried.clone())));
            let discard = tell.reform(move |_| Msg::Input(Input::Discarded(discarded.clone())));
            html! {
                <div class="below refused">
                    <p role="alert">{ words::refused(why) }</p>
                    <button type="button" onclick={retry}>{ words::RETRY }</button>
                    <button type="button" onclick={discard}>{ words::DISCARD }</button>
                </div>
            }
        }
    };
    let at = page::local(item.at).time();
    message(
        item.write.to_string(),
        "agent",
        who,
        &at,
        text.as_str(),
        below,
    )
}

fn message(key: String, class: &'static str, who: &str, at: &str, text: &str, below: Html) -> Html {
    html! {
        <li {key} class={classes!("said", class)}>
            <p class="speaker"><strong>{ who }</strong>{ " " }<time>{ at }</time></p>
            <p class="text" dir="auto">{ text }</p>
            { below }
        </li>
    }
}
