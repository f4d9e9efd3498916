//! The page around the console: address, title, focus, local time, and the card for when all else fails.

use deskbell_protocol::{ConversationId, Timestamp};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlInputElement, Window};

use crate::state::Target;
use crate::words::Local;

const ROUTE: &str = "#/c/";

/// Id of the conversation's heading.
pub const HEADING: &str = "conversation-heading";
/// Id of the reply box.
pub const REPLY: &str = "reply";
/// Id of a field of the sign-in form.
pub const EMAIL: &str = "email";
/// Id of a field of the sign-in form.
pub const PASSWORD: &str = "password";
/// Id of a field of the sign-in form.
pub const CODE: &str = "code";
/// Id of the button of the account.
pub const ACCOUNT: &str = "account";
/// Id of the field for the code of a new second step.
pub const NEW_CODE: &str = "new-code";
/// Id of the heading of the recovery codes.
pub const RECOVERY_CODES: &str = "recovery-codes";
/// Id of the sign-out button.
pub const SIGN_OUT: &str = "sign-out";
/// Id of the heading of the lists.
pub const LISTS: &str = "waiting-heading";

/// The element with an id.
pub fn by_id(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Shows the card that the page keeps ready, instead of the console. `why` is for the browser's log.
pub fn fail(why: &str) {
    web_sys::console::error_1(&JsValue::from_str(why));
    if let Some(console) = by_id("console") {
        console.remove();
    }
    if let Some(card) = by_id("failure") {
        let _ = card.remove_attribute("hidden");
    }
}

/// Address of a conversation within the console.
pub fn address(conversation: &ConversationId) -> String {
    format!("{ROUTE}{conversation}")
}

/// Id of a conversation's entry in the lists.
pub fn card_id(conversation: &ConversationId) -> String {
    format!("card-{conversation}")
}

/// The conversation that an address names.
fn conversation_of(hash: &str) -> Option<ConversationId> {
    ConversationId::new(hash.strip_prefix(ROUTE)?).ok()
}

/// The conversation that the page's address names.
pub fn route(window: &Window) -> Option<ConversationId> {
    conversation_of(&window.location().hash().ok()?)
}

/// Changes the page's title, if it is another.
pub fn set_title(title: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(document) = document.filter(|document| document.title() != title) {
        document.set_title(title);
    }
}

/// Whether the agent looks at this page.
pub fn is_watched() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| !document.hidden() && document.has_focus().unwrap_or(false))
}

/// Moves the keyboard focus, or to the nearest thing if the target is not there.
pub fn focus(target: &Target) {
    let candidates = match target {
        Target::SignIn if is_filled(EMAIL) => vec![CODE.to_owned(), PASSWORD.to_owned()],
        Target::SignIn => vec![EMAIL.to_owned()],
        Target::SignOut => vec![SIGN_OUT.to_owned()],
        Target::Account => vec![ACCOUNT.to_owned()],
        Target::Code => vec![NEW_CODE.to_owned()],
        Target::RecoveryCodes => vec![RECOVERY_CODES.to_owned()],
        Target::Conversation => vec![HEADING.to_owned(), LISTS.to_owned()],
        Target::Reply => vec![REPLY.to_owned(), HEADING.to_owned()],
        Target::Card(conversation) => vec![card_id(conversation), LISTS.to_owned()],
    };
    let mut elements = candidates.iter().filter_map(|id| by_id(id));
    if let Some(element) = elements
        .next()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}

fn is_filled(id: &str) -> bool {
    let field = by_id(id).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| !field.value().is_empty())
}

/// A moment as the agent's wall clock and calendar show it.
pub fn local(at: Timestamp) -> Local {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    Local {
        year: date.get_full_year(),
        month: date.get_month(),
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_conversation_and_any_other_to_none() {
        let conversation = ConversationId::new("conversation-0001").unwrap();
        assert_eq!(conversation_of(&address(&conversation)), Some(conversation));
        for other in [
            "",
            "#",
            "#/c/",
            "#/c/too-short",
            "#/c/<b>bold</b>bold<b>bold",
        ] {
            assert_eq!(conversation_of(other), None);
        }
    }
}
