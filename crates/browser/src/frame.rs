//! The conversation between the widget in its frame and the loader in the merchant's page.

use std::rc::Rc;

use deskbell_client::json;
use deskbell_protocol::{ConversationState, WriteId};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

use crate::Listeners;

/// What the widget tells the loader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "deskbell", rename_all = "snake_case")]
pub enum ToLoader {
    /// The widget is up and takes over.
    Ready,
    /// The widget has taken this bell over: it is kept on the device and on its way.
    Rung {
        /// The write id the loader gave it.
        write: WriteId,
    },
    /// The widget cannot go on.
    Failed,
    /// The customer closed the panel from inside.
    Close,
    /// So many messages arrived while the panel was closed.
    Unread {
        /// How many.
        count: u32,
    },
    /// Where the conversation stands.
    State {
        /// Its state.
        state: ConversationState,
    },
    /// Whether something waits for the server: then the shop's next page loads the chat to send it.
    Unsent {
        /// Whether it does.
        unsent: bool,
    },
}

/// What the loader tells the widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromLoader {
    /// The bell was rung outside.
    Ring {
        /// Names the write.
        write: WriteId,
    },
    /// The panel is open.
    Shown {
        /// Whether the customer opened it from the keyboard or by a click, and would like to write at once.
        focus: bool,
    },
    /// The panel is closed.
    Hidden,
    /// The page said who the customer is; the frame's first script took it in.
    Who,
}

/// The loader, as the widget reaches it.
#[derive(Clone, Debug)]
pub struct Loader {
    parent: Option<Window>,
    _listeners: Rc<Listeners>,
}

impl Loader {
    /// Listens to the page that embeds this one. `heard` gets only messages from there.
    pub fn listen(heard: impl Fn(FromLoader) + 'static) -> Self {
        let window = web_sys::window();
        let parent = window
            .as_ref()
            .and_then(|window| window.parent().ok().flatten());
        let parent = parent.filter(|parent| Some(parent) != window.as_ref());
        let mut listeners = Listeners::default();
        if let (Some(window), Some(parent)) = (&window, parent.clone()) {
            listeners = listeners.and(window, "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else {
                    return;
                };
                let from_parent = event.source().is_some_and(|it| it == *parent.as_ref());
                if let Some(message) = from_parent.then(|| read(&event.data())).flatten() {
                    heard(message);
                }
            });
        }
        Self {
            parent,
            _listeners: Rc::new(listeners),
        }
    }

    /// Whether there is one: false when the widget's page was opened by itself.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.parent.is_some()
    }

    /// Tells the loader. Nothing in these messages is secret, and the frame's `frame-ancestors` decides who may
    /// embed us, so any embedding origin may read them.
    pub fn tell(&self, message: &ToLoader) {
        let json = json::to_string(message).ok();
        let value = json.and_then(|json| js_sys::JSON::parse(&json).ok());
        if let (Some(parent), Some(value)) = (&self.parent, value) {
            let _ = parent.post_message(&value, "*");
        }
    }
}

/// A message of the loader's, whichever it is.
#[derive(Deserialize)]
struct Heard {
    deskbell: String,
    write: Option<WriteId>,
    #[serde(default)]
    focus: bool,
}

fn read(data: &JsValue) -> Option<FromLoader> {
    let json = js_sys::JSON::stringify(data).ok()?.as_string()?;
    let heard: Heard = json::from_str(&json).ok()?;
    match heard.deskbell.as_str() {
        "ring" => Some(FromLoader::Ring {
            write: heard.write?,
        }),
        "shown" => Some(FromLoader::Shown { focus: heard.focus }),
        "hidden" => Some(FromLoader::Hidden),
        "who" => Some(FromLoader::Who),
        _ => None,
    }
}
