//! A waiting time that ticks.

use deskbell_browser::{WakeUp, now};
use deskbell_protocol::Timestamp;
use yew::{Html, Properties, classes, component, html, use_effect_with, use_state};

use crate::words;

/// From then on, in milliseconds, a waiting time is shown as long.
const LONG_MS: Timestamp = 5 * 60_000;
const SECOND_MS: Timestamp = 1_000;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Since when.
    pub since: Timestamp,
}

/// Draws itself again every second, and nothing around it.
#[component]
pub fn Waited(props: &Props) -> Html {
    let time = use_state(now);
    let tick = time.setter();
    use_effect_with(*time, move |time| {
        let wake = WakeUp::at(*time + SECOND_MS, move || tick.set(now()));
        move || drop(wake)
    });
    let waited = *time - props.since;
    html! {
        <span class={classes!("waited", (waited >= LONG_MS).then_some("long"))}>
            <span aria-hidden="true">{ words::clock(waited) }</span>
            <span class="visually-hidden">{ words::waiting_for(waited) }</span>
        </span>
    }
}
