//! What the customer can choose after the bot's last word.

use yew::html::Scope;
use yew::{AttrValue, Callback, Html, MouseEvent, html};

use crate::app::{App, Msg};
use crate::transcript;
use crate::view::Icon;
use crate::words;

/// Suggestions, a person, and whether the answer helped.
pub fn offers(app: &App, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    let Some(offers) = transcript::offers(&app.session) else {
        return Html::default();
    };
    let answer = offers.answer;
    let judge = |helped| link.callback(move |_| Msg::Judge(answer, helped));
    html! {
        <div class="offers">
            if offers.human || !offers.suggestions.is_empty() {
                <ul class="chips" aria-label={words::SUGGESTED}>
                    if offers.human {
                        <li key="human">
                            <button type="button" class="chip human" onclick={link.callback(|_| Msg::Bell)}>
                                { Icon::Bell.html() }{ words::TALK_TO_HUMAN }
                            </button>
                        </li>
                    }
                    { for offers.suggestions.iter().map(|text| chip(text, language, link.callback({
                        let text = text.clone();
                        move |_| Msg::Choose(text.clone())
                    }))) }
                </ul>
            }
            if offers.can_be_judged {
                <div class="judge" role="group" aria-label={words::DID_THIS_HELP}>
                    <span aria-hidden="true">{ words::DID_THIS_HELP }</span>
                    <button type="button" onclick={judge(true)}>{ words::YES }</button>
                    <button type="button" onclick={judge(false)}>{ words::NO }</button>
                </div>
            }
            if let Some(helped) = offers.helped {
                <p class="judge">{ if helped { words::GLAD_IT_HELPED } else { words::SORRY_NO_HELP } }</p>
            }
        </div>
    }
}

/// A message to be chosen with one tap.
pub fn chip(text: &str, language: Option<&AttrValue>, chosen: Callback<MouseEvent>) -> Html {
    html! {
        <li key={text}>
            <button type="button" class="chip" dir="auto" lang={language.cloned()} onclick={chosen}>
                { text }
            </button>
        </li>
    }
}
