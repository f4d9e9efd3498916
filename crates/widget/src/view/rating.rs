//! The one question after a chat with a person.

use deskbell_protocol::Score;
use yew::html::Scope;
use yew::{Html, html};

use crate::app::{Action, App, does};
use crate::rating::Ended;
use crate::view::button::button;
use crate::words;

/// The question, with the score given last, which can be changed. It is not announced: nobody has to answer it.
pub fn rating(ended: Ended<'_>, link: &Scope<App>) -> Html {
    let stretch = ended.stretch;
    let question = words::RATING_QUESTION.with("agent", ended.agent);
    let score = |score: Score| {
        html! {
            <label>
                <input
                    type="radio" name="rating" class="unseen" checked={ended.score == Some(score)}
                    aria-label={words::score(score)} onchange={does(link, Action::Rate(stretch, score))}
                />
                <b>{ words::digit(score) }</b>
            </label>
        }
    };
    html! {
        <li key="rating" class="line rating" aria-live="off">
            <p dir="auto" aria-hidden="true">{ question.clone() }</p>
            <div role="radiogroup" aria-label={question}>{ for Score::ALL.map(score) }</div>
            <p class="ends" aria-hidden="true">
                <span>{ words::VERY_BAD }</span><span>{ words::VERY_GOOD }</span>
            </p>
            <p role="status">{ ended.score.map(|_| words::RATING_THANKS) }</p>
            if ended.score.is_none() {
                { button(words::RATING_NOT_NOW, Action::Unasked(stretch), link) }
            }
        </li>
    }
}
