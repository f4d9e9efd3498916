//! What stands at the beginning of every conversation.

use yew::html::Scope;
use yew::{AttrValue, Html, html};

use crate::app::App;
use crate::transcript::is_untouched;
use crate::view::offers::chips;
use crate::words;

/// The greeting: a bot answers first, and a person is one tap away. With suggestions until something was said.
pub fn welcome(app: &App, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    let site = app.site.as_ref();
    let untouched = is_untouched(&app.session);
    // The number grows old once the conversation is under way; from then on the queue tells.
    let online = site.filter(|_| untouched).map(|site| site.agents_online);
    html! {
        <section class="welcome">
            <p class="hello">{ words::greeting(site.map(|site| site.name.as_str())) }</p>
            <p>{ words::who_answers(online) }</p>
            if let Some(refused) = app.site_refused {
                <p class="error" role="alert">{ words::refused(refused) }</p>
            }
            if let Some(site) = site.filter(|site| untouched && !site.suggestions.is_empty()) {
                { chips(&site.suggestions, false, language, link) }
            }
        </section>
    }
}
