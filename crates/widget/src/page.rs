//! The document the widget runs in: what its address and its HTML say, and the card that stands in for the widget.

use deskbell_protocol::SiteKey;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, EventTarget, Node, UrlSearchParams, Window};
use yew::Properties;

use crate::words;

/// Longest language tag and page address the server takes, in characters.
const LANGUAGE_CHARS: usize = 35;
const PAGE_CHARS: usize = 2_000;

/// What the loader and the server told the widget.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Page {
    /// The merchant.
    pub site: SiteKey,
    /// Language tag of the merchant's page.
    pub language: Option<String>,
    /// Address of the merchant's page.
    pub page: Option<String>,
    /// Addresses of the triage worker's bootstrap, of the model and of its manifest.
    pub worker: String,
    pub model: String,
    pub manifest: String,
}

impl Page {
    /// Reads the address and the attributes of `<body>`. None without a proper site.
    pub fn read() -> Option<Self> {
        let window = web_sys::window()?;
        let query = UrlSearchParams::new_with_str(&window.location().search().ok()?).ok()?;
        let body = window.document()?.body()?.dataset();
        let short = |name: &str, most: usize| {
            let text = query.get(name)?;
            (!text.is_empty() && text.chars().count() <= most).then_some(text)
        };
        Some(Self {
            site: SiteKey::new(query.get("site")?).ok()?,
            language: short("language", LANGUAGE_CHARS),
            page: short("page", PAGE_CHARS),
            worker: body.get("worker")?,
            model: body.get("model")?,
            manifest: body.get("manifest")?,
        })
    }
}

/// Where the widget is drawn.
pub fn root() -> Option<Element> {
    element("app")
}

/// Puts the widget in the place of the card that stood in for it.
pub fn show() {
    if let (Some(app), Some(shell)) = (element("app"), element("shell")) {
        // Both can only fail if the attribute's name were wrong.
        let _ = app.remove_attribute("hidden");
        let _ = shell.set_attribute("hidden", "");
    }
}

/// Gives up: the bootstrap script, which needs no WebAssembly, shows the card with the way to a person.
pub fn fail(why: &str) {
    web_sys::console::error_1(&why.into());
    words::dispatch("deskbell-failed");
}

/// Whether nothing has the focus, as when what had it was taken away.
pub fn focus_is_lost() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return false;
    };
    document
        .active_element()
        .is_none_or(|it| it.tag_name() == "BODY")
}

/// Whether `other` lies within the nearest element around `element` that `selector` names.
pub fn contains(element: &Element, selector: &str, other: &EventTarget) -> bool {
    let around = element.closest(selector).ok().flatten();
    around.is_some_and(|it| it.contains(other.dyn_ref::<Node>()))
}

fn element(id: &str) -> Option<Element> {
    web_sys::window()
        .as_ref()
        .and_then(Window::document)
        .as_ref()
        .and_then(|document: &Document| document.get_element_by_id(id))
}
