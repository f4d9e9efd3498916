//! How the agent is told that somebody waits.

use yew::{Callback, Html, html};

use super::Alerts;
use crate::app::Msg;
use crate::notify::Permission;
use crate::words;

/// The choices, at the foot of the lists.
pub fn alerts(alerts: Alerts, tell: &Callback<Msg>) -> Html {
    let sound = alerts.sound;
    let toggle = tell.reform(move |_| Msg::Sound(!sound));
    let ask = tell.reform(|_| Msg::AskPermission);
    let notifications = match alerts.permission {
        Permission::Unsupported => Html::default(),
        Permission::NotAsked => html! {
            <button type="button" onclick={ask}>{ words::ALLOW_NOTIFICATIONS }</button>
        },
        Permission::Allowed => html! { <span>{ words::NOTIFICATIONS_ALLOWED }</span> },
        Permission::Denied => html! { <span>{ words::NOTIFICATIONS_DENIED }</span> },
    };
    html! {
        <footer class="alerts">
            <p>{ words::ALERTS }</p>
            <div class="row">
                <button
                    type="button"
                    class="switch"
                    role="switch"
                    aria-checked={sound.to_string()}
                    onclick={toggle}
                >
                    <span class="track" aria-hidden="true"><span class="thumb"></span></span>
                    { words::SOUND }
                </button>
                { notifications }
            </div>
            <p class="keys">{ words::KEYS }</p>
        </footer>
    }
}
