//! Small drawings. None carries meaning alone: each stands beside its word, so screen readers pass over it.

use deskbell_protocol::Sentiment;
use yew::{Html, html};

/// The desk bell.
pub fn bell() -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path
                fill="currentColor"
                d="M11 5.1V4h-1V2.5h4V4h-1v1.1a8 8 0 0 1 7 7.9v2.5H4V13a8 8 0 0 1 7-7.9zM2.5 17.5h19V20h-19z"
            />
        </svg>
    }
}

/// A face for how a message felt; the three differ in shape.
pub fn face(sentiment: Sentiment) -> Html {
    let mouth = match sentiment {
        Sentiment::Negative => "M5.2 11.4q2.8-2.8 5.6 0",
        Sentiment::Neutral => "M5.2 10.6h5.6",
        Sentiment::Positive => "M5.2 9.8q2.8 2.8 5.6 0",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.4" />
            <circle cx="5.7" cy="6.4" r="0.95" fill="currentColor" />
            <circle cx="10.3" cy="6.4" r="0.95" fill="currentColor" />
            <path d={mouth} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" />
        </svg>
    }
}

/// Back to the list.
pub fn back() -> Html {
    line("M10 3.5 5.5 8l4.5 4.5")
}

/// Down to the newest message.
pub fn down() -> Html {
    line("M8 3v9.5M4 9l4 4 4-4")
}

/// A way to reach somebody.
pub fn envelope() -> Html {
    line("M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5")
}

fn line(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path
                d={path}
                fill="none"
                stroke="currentColor"
                stroke-width="1.5"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
        </svg>
    }
}
