//! Under a message in which something was masked: what, and the way to send it as it was written.

use deskbell_client::Session;
use deskbell_client::mask::SecretKind;
use yew::html::Scope;
use yew::{Html, html};

use crate::app::{Action, App};
use crate::view::button::button;
use crate::words;

/// The note under the message with this write id. Nothing under one in which nothing was masked. It comes with its
/// message, so that it is read out once, right behind it.
pub fn masked(session: &Session, write: &str, link: &Scope<App>) -> Html {
    let Some((write, hidden)) = session.hidden(write) else {
        return Html::default();
    };
    let said = match hidden {
        [SecretKind::Card] => words::HID_CARD,
        [SecretKind::Iban] => words::HID_IBAN,
        [SecretKind::Password] => words::HID_PASSWORD,
        [SecretKind::Code] => words::HID_CODE,
        _ => words::HID_SEVERAL,
    };
    html! {
        <div class="masked">
            <p>{ said }</p>
            { button(words::SEND_AS_WRITTEN, Action::SendAsWritten(write.clone()), link) }
        </div>
    }
}
