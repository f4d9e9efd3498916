//! What the agent sees. Everything here draws what it is given; texts of people are never HTML.

mod account;
mod alerts;
mod bar;
mod card;
mod icons;
mod lists;
mod pane;
mod qr;
mod reply;
mod said;
mod sign_in;
mod transcript;
mod triage;
mod waited;

use yew::{Callback, Html, classes, html};

use crate::app::{Drafts, Msg};
use crate::notify::Permission;
use crate::state::{Act, Console, Input, LinkState, Notice, Phase, Shift, SignInNotice};
use crate::words;

/// How the agent wants to be told that somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// By a sound.
    pub sound: bool,
    /// By a notification of the browser.
    pub permission: Permission,
}

/// The whole console.
pub fn console(console: &Console, alerts: Alerts, drafts: &Drafts, tell: &Callback<Msg>) -> Html {
    match console.phase() {
        Phase::Checking { retry_at } => {
            let lost = retry_at.is_some();
            let text = if lost {
                words::STARTING_LOST
            } else {
                words::STARTING
            };
            html! { <main class="starting"><p role="status">{ text }</p></main> }
        }
        Phase::SignedOut { notice, busy, code } => html! {
            <sign_in::SignInForm
                notice={notice.as_ref().map(words::sign_in_notice)}
                wrong={matches!(notice, Some(SignInNotice::Refused(_)))}
                busy={*busy}
                code={*code}
                tell={tell.clone()}
            />
        },
        Phase::SignedIn(shift) => at_work(shift, alerts, drafts, tell),
    }
}

fn at_work(shift: &Shift, alerts: Alerts, drafts: &Drafts, tell: &Callback<Msg>) -> Html {
    let open = shift.open().map(|open| open.id().clone());
    let (number, heard) = shift.heard();
    html! {
        <div class="console" data-view={if open.is_some() { "conversation" } else { "list" }}>
            { bar::bar(shift, tell) }
            { bar::leaving(shift, tell) }
            { account::panel(shift, tell) }
            { shift.notice().map(|notice| trouble(notice, tell)) }
            <main class="desk">
                <lists::Lists
                    inbox={shift.inbox().latest().cloned()}
                    sites={shift.sites().clone()}
                    lost={*shift.inbox_link().state() == LinkState::Lost}
                    unread={shift.inbox().unread()}
                    {open}
                    {alerts}
                    tell={tell.clone()}
                />
                { pane::pane(shift, drafts, tell) }
            </main>
            <div class="visually-hidden" aria-live="polite" aria-atomic="false">
                { for heard.map(|heard| html! { <p key={number}>{ words::heard(heard) }</p> }) }
            </div>
        </div>
    }
}

fn trouble(notice: &Notice, tell: &Callback<Msg>) -> Html {
    let dismiss = tell.reform(|_| Msg::Input(Input::NoticeDismissed));
    // Somebody else was faster: that is good news for the customer.
    let trouble = !matches!(notice, Notice::Refused(Act::Claim, _));
    html! {
        <div class={classes!("notice-bar", trouble.then_some("trouble"))}>
            <p role="alert">{ words::notice(notice) }</p>
            <button type="button" onclick={dismiss}>{ words::DISMISS }</button>
        </div>
    }
}
