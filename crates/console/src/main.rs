//! The agents' console: who waits, why, and the conversation with them.

mod app;
mod chime;
mod effects;
mod kept;
mod notify;
mod page;
mod state;
mod view;
mod words;

fn main() {
    yew::set_custom_panic_hook(Box::new(|panic| page::fail(&panic.to_string())));
    if let Some(root) = page::by_id("console") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
