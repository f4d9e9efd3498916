//! Listeners that take themselves off.

use gloo_events::EventListener;
use web_sys::{Event, EventTarget};

/// A set of listeners. Dropping it takes all of them off.
#[derive(Debug, Default)]
pub struct Listeners(Vec<EventListener>);

impl Listeners {
    /// Listens for `name` on `target` as well.
    #[must_use]
    pub fn and(
        mut self,
        target: &EventTarget,
        name: &'static str,
        heard: impl FnMut(&Event) + 'static,
    ) -> Self {
        self.0.push(EventListener::new(target, name, heard));
        self
    }
}

/// Calls back whenever the page may have missed something: focus, network, return from the back-forward cache, visible
/// again, or the page's script says so (`deskbell-begun`: another tab has begun the customer's conversation).
#[must_use]
pub fn on_came_back(came_back: impl Fn() + Clone + 'static) -> Listeners {
    let Some(window) = web_sys::window() else {
        return Listeners::default();
    };
    let call = |came_back: &(dyn Fn() + 'static)| came_back();
    let mut listeners = Listeners::default();
    for name in ["focus", "online", "pageshow", "deskbell-begun"] {
        let came_back = came_back.clone();
        listeners = listeners.and(&window, name, move |_| call(&came_back));
    }
    if let Some(document) = window.document() {
        let seen = document.clone();
        listeners = listeners.and(&document, "visibilitychange", move |_| {
            if seen.visibility_state() == web_sys::VisibilityState::Visible {
                came_back();
            }
        });
    }
    listeners
}
