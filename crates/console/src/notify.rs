//! Notifications of the browser. They say that somebody waits and why, never what they wrote: others may see them.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::page;
use crate::state::Attention;
use crate::words;

/// Whether notifications may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// This browser has none.
    Unsupported,
    /// The agent was not asked yet.
    NotAsked,
    /// Yes.
    Allowed,
    /// The agent or the browser refused.
    Denied,
}

impl Permission {
    /// What holds now.
    pub fn now() -> Self {
        let global = js_sys::global();
        if !js_sys::Reflect::has(&global, &JsValue::from_str("Notification")).unwrap_or(false) {
            return Self::Unsupported;
        }
        match Notification::permission() {
            NotificationPermission::Granted => Self::Allowed,
            NotificationPermission::Denied => Self::Denied,
            _ => Self::NotAsked,
        }
    }

    /// Asks the agent.
    pub async fn ask() -> Self {
        if let Ok(asked) = Notification::request_permission() {
            // Whatever came of it is read from the browser.
            let _ = JsFuture::from(asked).await;
        }
        Self::now()
    }
}

/// Shows a notification, if that is allowed. A click on it leads to the conversation.
pub fn show(attention: &Attention) {
    if Permission::now() != Permission::Allowed {
        return;
    }
    let (conversation, title, body) = match attention {
        Attention::NewWaiting {
            conversation,
            reason,
        } => (
            conversation,
            words::CUSTOMER_WAITS,
            reason.map_or("", words::reason),
        ),
        Attention::NewMessage { conversation } => (conversation, words::CUSTOMER_WROTE, ""),
    };
    let options = NotificationOptions::new();
    options.set_tag(conversation.as_str());
    options.set_body(body);
    // Some browsers (Chrome on Android) have notifications only for service workers: then there is none.
    let Ok(notification) = Notification::new_with_options(title, &options) else {
        return;
    };
    let (address, shown) = (page::address(conversation), notification.clone());
    let clicked = Closure::once_into_js(move || {
        shown.close();
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
            let _ = window.location().set_hash(&address);
        }
    });
    notification.set_onclick(Some(clicked.unchecked_ref()));
}
