//! The other tabs of the customer, with which one event stream is shared (`web/widget/tabs.js`).

use deskbell_protocol::SiteKey;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_namespace = deskbell)]
extern "C" {
    fn share(site: &str, open: Closure<dyn FnMut()>);
    /// Whether this tab keeps its stream open for all, else it only catches up. True until [`share_with_others`].
    pub fn listens() -> bool;
    /// Tells the other tabs that there is something, if this one listens for them.
    pub fn spread();
}

/// Shares with the other tabs of this site's customer, as long as the page lives. `open` is called whenever the stream is
/// to be opened again: another tab heard something, or begins or ends to listen for this one.
pub fn share_with_others(site: &SiteKey, open: impl FnMut() + 'static) {
    share(site.as_str(), Closure::new(open));
}
