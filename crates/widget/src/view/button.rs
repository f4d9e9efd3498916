//! The plain button.

use yew::html::Scope;
use yew::{Html, html};

use crate::app::{Action, App, does};
use crate::words::Word;

/// A button that says `word` and does `action`.
pub fn button(word: Word, action: Action, link: &Scope<App>) -> Html {
    html! { <button type="button" onclick={does(link, action)}>{ word }</button> }
}
