//! The customer's chat widget: what runs in the frame that the loader opens in the merchant's page.

mod app;
mod draft;
mod links;
mod page;
mod rating;
mod reader;
mod scroll;
mod services;
mod standing;
mod tabs;
mod transcript;
mod view;
mod words;
mod written;

use app::App;
use page::Page;

fn main() {
    yew::set_custom_panic_hook(Box::new(|panic| page::fail(&panic.to_string())));
    match (Page::read(), page::root()) {
        (Some(page), Some(root)) => {
            yew::Renderer::<App>::with_root_and_props(root, page).render();
        }
        _ => page::fail("the address of this page names no site"),
    }
}
