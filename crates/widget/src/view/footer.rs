//! The last line: where messages are read, and what to know about this device.

use yew::{Html, html};

use crate::app::App;
use crate::reader::Phase;
use crate::view::Icon;
use crate::words;

/// Quiet on purpose: none of it is announced, and none of it needs anything from the customer.
pub fn footer(app: &App) -> Html {
    let reader = match app.reader.phase() {
        Phase::Loading(bytes) => html! {
            <p class="reader loading">{ words::model_progress(bytes) }</p>
        },
        Phase::Ready => html! {
            <p class="reader" title={words::READ_ON_DEVICE_WHY}>
                { Icon::Device.html() }{ words::READ_ON_DEVICE }
            </p>
        },
        Phase::Off => html! {
            <p class="reader" title={words::READ_ON_SERVER_WHY}>{ words::READ_ON_SERVER }</p>
        },
    };
    html! {
        <footer>
            { reader }
            if !app.services.kept.is_lasting() {
                <p class="storage">{ words::NOT_LASTING }</p>
            }
        </footer>
    }
}
