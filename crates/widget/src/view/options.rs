//! What the customer can set and take along, behind one button.

use yew::html::Scope;
use yew::{FocusEvent, Html, KeyboardEvent, TargetCast, html};

use crate::app::{Action, App, Msg, does};
use crate::page::contains;
use crate::view::Icon;
use crate::view::button::button;
use crate::words;

/// The button, and what it opens: closed again by the button, by Escape, or by going elsewhere.
pub fn options(app: &App, link: &Scope<App>) -> Html {
    let open = app.options;
    let key = link.batch_callback(move |event: KeyboardEvent| {
        let closes = open && event.key() == "Escape";
        closes.then(|| {
            event.stop_propagation();
            Msg::Does(Action::Options(false))
        })
    });
    let left = link.batch_callback(|event: FocusEvent| {
        let gone = event.related_target().zip(event.target_dyn_into());
        let inside = gone.is_some_and(|(to, from)| contains(&from, ".options", &to));
        (!inside).then_some(Msg::Does(Action::Options(false)))
    });
    let sound = app.sound;
    html! {
        <div class="options" onkeydown={key} onfocusout={left}>
            <button
                type="button" class="plain" aria-expanded={open.to_string()} aria-label={words::OPTIONS}
                title={words::OPTIONS} onclick={does(link, Action::Options(!open))}
            >
                { Icon::More.html() }
            </button>
            if open {
                <ul class="menu">
                    <li>
                        <button
                            type="button" role="switch" aria-checked={sound.to_string()}
                            onclick={does(link, Action::Sound(!sound))}
                        >
                            { words::SOUND }
                        </button>
                    </li>
                    <li>
                        { button(words::DOWNLOAD_TRANSCRIPT, Action::SaveTranscript, link) }
                    </li>
                </ul>
            }
        </div>
    }
}
