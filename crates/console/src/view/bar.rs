//! The bar at the top: who is signed in, and whether customers may count on them.

use yew::{Callback, Html, html};

use super::{account, icons};
use crate::app::Msg;
use crate::state::{Input, Leaving, LinkState, Shift};
use crate::{page, words};

/// The bar.
pub fn bar(shift: &Shift, tell: &Callback<Msg>) -> Html {
    let (online, changing) = (shift.is_online(), shift.changing());
    let switch = tell.reform(move |_| Msg::Input(Input::OnlineAsked(!online)));
    let switch = if changing.is_none() {
        switch
    } else {
        Callback::noop()
    };
    let lost = *shift.inbox_link().state() == LinkState::Lost;
    let leave = tell.reform(|_| Msg::Input(Input::SignOutAsked));
    let going = shift.leaving() == Leaving::Going;
    let team = shift
        .inbox()
        .latest()
        .filter(|_| !lost)
        .map(|inbox| words::agents_online(inbox.agents_online, online));
    html! {
        <header class="bar">
            <h1 class="brand">
                { icons::bell() }<span>{ words::PRODUCT }</span>
                <span class="visually-hidden">{ " " }{ words::CONSOLE }</span>
            </h1>
            <div class="availability" data-online={(online && !lost).to_string()}>
                <button
                    type="button"
                    class="switch"
                    role="switch"
                    aria-checked={online.to_string()}
                    aria-disabled={changing.is_some().to_string()}
                    aria-describedby="availability"
                    onclick={switch}
                >
                    <span class="track" aria-hidden="true"><span class="thumb"></span></span>
                    { words::ONLINE }
                </button>
                <p>
                    <span id="availability" role="status">{ words::availability(online, changing, lost) }</span>
                    { for team.map(|team| html! { <span class="team">{ " " }{ team }</span> }) }
                </p>
            </div>
            <div class="me">
                <span class="name">{ &shift.agent().name }</span>
                { account::button(shift, tell) }
                <button
                    type="button"
                    id={page::SIGN_OUT}
                    aria-disabled={going.to_string()}
                    onclick={leave}
                >
                    { if going { words::SIGNING_OUT } else { words::SIGN_OUT } }
                </button>
            </div>
        </header>
    }
}

/// Asks an agent who signs out while something is left to do.
pub fn leaving(shift: &Shift, tell: &Callback<Msg>) -> Html {
    if shift.leaving() != Leaving::Asked {
        return Html::default();
    }
    let mine = shift.inbox().latest().map_or(0, |inbox| inbox.mine.len());
    let stay = tell.reform(|_| Msg::Input(Input::SignOutStopped));
    let go = tell.reform(|_| Msg::Input(Input::SignOutConfirmed));
    html! {
        <div class="notice-bar">
            <p role="alert">{ words::leave_behind(mine, shift.unsent()) }</p>
            <button type="button" onclick={stay}>{ words::STAY }</button>
            <button type="button" onclick={go}>{ words::SIGN_OUT_ANYWAY }</button>
        </div>
    }
}
