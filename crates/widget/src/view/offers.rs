//! What the customer can choose after the bot's last word.

use yew::html::Scope;
use yew::{AttrValue, Html, html};

use crate::app::{Action, App, does};
use crate::transcript;
use crate::view::Icon;
use crate::view::button::button;
use crate::words;

/// Suggestions, a person, and whether the answer helped.
pub fn offers(app: &App, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    let Some(offers) = transcript::offers(&app.session) else {
        return Html::default();
    };
    let answer = offers.answer;
    let judge = |word, helped| button(word, Action::Judge(answer, helped), link);
    html! {
        <div class="offers">
            if offers.human || !offers.suggestions.is_empty() {
                { chips(offers.suggestions, offers.human, language, link) }
            }
            if offers.can_be_judged {
                <div class="judge" role="group" aria-label={words::DID_THIS_HELP}>
                    <span aria-hidden="true">{ words::DID_THIS_HELP }</span>
                    { judge(words::YES, true) }
                    { judge(words::NO, false) }
                </div>
            }
            if let Some(helped) = offers.helped {
                <p class="judge">{ if helped { words::GLAD_IT_HELPED } else { words::SORRY_NO_HELP } }</p>
            }
        </div>
    }
}

/// What can be said with one tap, and the bell: first where a person is offered, else last.
pub fn chips(
    texts: &[String],
    human_first: bool,
    language: Option<&AttrValue>,
    link: &Scope<App>,
) -> Html {
    let mut chips: Vec<Html> = texts.iter().map(|it| chip(it, language, link)).collect();
    chips.insert(if human_first { 0 } else { texts.len() }, human(link));
    html! { <ul class="chips" aria-label={words::SUGGESTED}>{ for chips }</ul> }
}

/// It rings by itself: a message that says the same would first have to be understood.
fn human(link: &Scope<App>) -> Html {
    html! {
        // Empty, as no suggestion is.
        <li key="">
            <button type="button" class="chip human" onclick={does(link, Action::Ring)}>
                { Icon::Bell.html() }{ words::TALK_TO_HUMAN }
            </button>
        </li>
    }
}

/// A message to be chosen with one tap.
fn chip(text: &str, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    html! {
        <li key={text}>
            <button
                type="button" class="chip" dir="auto" lang={language.cloned()}
                onclick={does(link, Action::Choose(text.to_owned()))}
            >
                { text }
            </button>
        </li>
    }
}
