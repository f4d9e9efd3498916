//! Keeps the newest message in sight for whoever reads there, and leaves alone whoever reads further up.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::NodeRef;

/// So close to the bottom counts as there, in CSS pixels: a finger is not exact.
const NEAR: i32 = 32;
/// Room left above a message that is read from its beginning, in CSS pixels.
const ABOVE: i32 = 8;

/// The scrolled part of the widget.
#[derive(Debug, Default)]
pub struct Scroll {
    node: NodeRef,
    at_bottom: Rc<Cell<bool>>,
    watch: Option<Watch>,
}

impl Scroll {
    /// At the bottom, where a conversation begins.
    pub fn new() -> Self {
        Self {
            at_bottom: Rc::new(Cell::new(true)),
            ..Self::default()
        }
    }

    /// The element, to be put into the view.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Whether the customer reads at the bottom.
    pub fn is_at_bottom(&self) -> bool {
        self.at_bottom.get()
    }

    /// From now on the bottom is kept when the element changes its size: a keyboard comes up, the composer grows.
    pub fn watch(&mut self) {
        if let Some(element) = self.node.cast::<Element>() {
            let at_bottom = Rc::clone(&self.at_bottom);
            self.watch = Watch::start(element, move |element| settle(element, &at_bottom));
        }
    }

    /// The customer scrolled, or the widget did.
    pub fn scrolled(&self) {
        if let Some(element) = self.node.cast::<Element>() {
            let below = element.scroll_height() - element.scroll_top() - element.client_height();
            self.at_bottom.set(below <= NEAR);
        }
    }

    /// Something was drawn.
    pub fn settle(&self) {
        if let Some(element) = self.node.cast::<Element>() {
            settle(&element, &self.at_bottom);
        }
    }

    /// The customer wants to be at the bottom; takes effect when something is drawn.
    pub fn to_bottom(&self) {
        self.at_bottom.set(true);
    }
}

/// Goes to the bottom, but never past the beginning of what somebody else said last: a long answer is read from its
/// beginning.
fn settle(element: &Element, at_bottom: &Cell<bool>) {
    if !at_bottom.get() {
        return;
    }
    let bottom = element.scroll_height() - element.client_height();
    let last = element.query_selector(".line:last-child:not(.customer)");
    let last = last
        .ok()
        .flatten()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let top = last.map_or(bottom, |last| bottom.min(last.offset_top() - ABOVE));
    element.set_scroll_top(top);
}

/// Calls back when an element changes its size, until dropped.
#[derive(Debug)]
struct Watch {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Watch {
    fn start(element: Element, changed: impl Fn(&Element) + 'static) -> Option<Self> {
        let observed = element.clone();
        let changed = Closure::<dyn FnMut()>::new(move || changed(&element));
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        observer.observe(&observed);
        Some(Self {
            observer,
            _changed: changed,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
