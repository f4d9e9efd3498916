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
    place: Rc<Place>,
    watch: Option<Watch>,
}

/// Where the customer reads.
#[derive(Debug, Default)]
struct Place {
    at_bottom: Cell<bool>,
    /// Where the last line begins that they have done with, in CSS pixels.
    done: Cell<i32>,
}

impl Scroll {
    /// At the bottom, where a conversation begins.
    pub fn new() -> Self {
        let scroll = Self::default();
        scroll.place.at_bottom.set(true);
        scroll
    }

    /// The element, to be put into the view.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Whether the customer reads at the bottom.
    pub fn is_at_bottom(&self) -> bool {
        self.place.at_bottom.get()
    }

    /// From now on the bottom is kept when the element changes its size: a keyboard comes up, the composer grows.
    pub fn watch(&mut self) {
        if let Some(element) = self.node.cast::<Element>() {
            let place = Rc::clone(&self.place);
            self.watch = Watch::start(element, move |element| settle(element, &place));
        }
    }

    /// The customer scrolled, or the widget did.
    pub fn scrolled(&self) {
        if let Some(element) = self.node.cast::<Element>() {
            let below = element.scroll_height() - element.scroll_top() - element.client_height();
            self.place.at_bottom.set(below <= NEAR);
        }
    }

    /// Something was drawn.
    pub fn settle(&self) {
        if let Some(element) = self.node.cast::<Element>() {
            settle(&element, &self.place);
        }
    }

    /// The customer wants to be at the bottom, and has done with what is there; takes effect when something is drawn.
    pub fn to_bottom(&self) {
        self.place.at_bottom.set(true);
        let last = self
            .node
            .cast::<Element>()
            .as_ref()
            .and_then(last_of_others);
        self.place.done.set(last.unwrap_or(0));
    }
}

/// Goes to the bottom, but never past the beginning of what somebody else said last: a long answer is read from its
/// beginning. One that the customer has done with is no reason to stop.
fn settle(element: &Element, place: &Place) {
    if !place.at_bottom.get() {
        return;
    }
    let bottom = element.scroll_height() - element.client_height();
    let last = last_of_others(element).filter(|top| *top > place.done.get());
    element.set_scroll_top(last.map_or(bottom, |top| bottom.min(top - ABOVE)));
}

/// Where the last line begins, in CSS pixels, if it is not the customer's.
fn last_of_others(element: &Element) -> Option<i32> {
    let last = element.query_selector(".line:last-child:not(.customer)");
    let last = last.ok()??.dyn_into::<HtmlElement>().ok()?;
    Some(last.offset_top())
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
