//! The agent's own account.

use deskbell_protocol::TotpOffer;
use web_sys::{HtmlInputElement, SubmitEvent};
use yew::{Callback, Html, Properties, component, html, use_node_ref};

use super::qr::qr;
use crate::app::Msg;
use crate::state::{Account, Input, Leaving, Panel, Shift};
use crate::{page, words};

/// The button in the bar; nothing where agents have no accounts.
pub fn button(shift: &Shift, tell: &Callback<Msg>) -> Html {
    let Some(account) = shift.account() else {
        return Html::default();
    };
    let open = *account.panel() != Panel::Closed;
    let toggle = tell.reform(|_| Msg::Input(Input::AccountToggled));
    html! {
        <button type="button" id={page::ACCOUNT} aria-expanded={open.to_string()} onclick={toggle}>
            { words::ACCOUNT }
        </button>
    }
}

/// What opens below the bar.
pub fn panel(shift: &Shift, tell: &Callback<Msg>) -> Html {
    let Some(account) = shift.account() else {
        return Html::default();
    };
    let content = match account.panel() {
        Panel::Closed => return Html::default(),
        Panel::Overview { busy, failed } => {
            let failed = failed.as_ref().map(|why| words::no_secret(why.as_deref()));
            overview(shift, account, *busy, failed, tell)
        }
        Panel::Offered {
            offer,
            busy,
            failed,
        } => html! {
            <SetUp
                offer={offer.clone()}
                busy={*busy}
                failed={failed.as_ref().map(|why| words::no_code(why.as_deref()))}
                tell={tell.clone()}
            />
        },
        Panel::Codes(codes) => html! {
            <>
                <h3 id={page::RECOVERY_CODES} tabindex="-1">{ words::RECOVERY_CODES }</h3>
                <p>{ words::RECOVERY_CODES_LEAD }</p>
                <ul class="recovery-codes">
                    { for codes.codes.iter().map(|code| html! { <li><code>{ code }</code></li> }) }
                </ul>
            </>
        },
    };
    let close = tell.reform(|_| Msg::Input(Input::AccountToggled));
    html! {
        <section class="account" aria-labelledby="account-heading">
            <h2 id="account-heading">{ words::YOUR_ACCOUNT }</h2>
            { content }
            <button type="button" onclick={close}>{ words::CLOSE_ACCOUNT }</button>
        </section>
    }
}

fn overview(
    shift: &Shift,
    account: &Account,
    busy: bool,
    failed: Option<String>,
    tell: &Callback<Msg>,
) -> Html {
    let ask = tell.reform(|_| Msg::Input(Input::TotpAsked));
    let ask = if busy { Callback::noop() } else { ask };
    let leave = tell.reform(|_| Msg::Input(Input::SignOutEverywhereAsked));
    let going = shift.leaving() == Leaving::Going;
    html! {
        <>
            <p role="alert">{ failed }</p>
            if account.two_step() {
                <p>{ words::TWO_STEP_ON }</p>
            } else {
                <p>{ words::TWO_STEP_OFF }</p>
                <button type="button" aria-disabled={busy.to_string()} onclick={ask}>
                    { words::SET_UP_TWO_STEP }
                </button>
            }
            <button type="button" aria-disabled={going.to_string()} onclick={leave}>
                { words::SIGN_OUT_EVERYWHERE }
            </button>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct SetUpProps {
    offer: TotpOffer,
    busy: bool,
    failed: Option<String>,
    tell: Callback<Msg>,
}

#[component]
fn SetUp(props: &SetUpProps) -> Html {
    let code = use_node_ref();
    let onsubmit = {
        let (code, tell, busy) = (code.clone(), props.tell.clone(), props.busy);
        move |event: SubmitEvent| {
            event.prevent_default();
            let field = code.cast::<HtmlInputElement>();
            if let Some(field) = field.filter(|_| !busy) {
                tell.emit(Msg::Input(Input::TotpCodeGiven(field.value())));
            }
        }
    };
    let failed = props.failed.is_some();
    html! {
        <form {onsubmit}>
            { qr(&props.offer.link) }
            <p>{ words::TWO_STEP_SECRET }</p>
            <p><code class="secret">{ words::groups(&props.offer.secret) }</code></p>
            <p><a href={props.offer.link.clone()}>{ words::OPEN_IN_APP }</a></p>
            <label for={page::NEW_CODE}>{ words::CODE_SHOWN }</label>
            <input
                ref={code}
                id={page::NEW_CODE}
                inputmode="numeric"
                autocomplete="one-time-code"
                required=true
                aria-describedby="new-code-notice"
                aria-invalid={failed.then_some("true")}
            />
            <p id="new-code-notice" role="alert">{ props.failed.clone() }</p>
            <button type="submit" class="primary" aria-disabled={props.busy.to_string()}>
                { words::CONFIRM }
            </button>
        </form>
    }
}
