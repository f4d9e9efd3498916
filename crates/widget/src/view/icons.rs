//! The icons, each one stroke on a grid of 24 by 24. All are decoration: the words beside them say the same.

use yew::{Html, html};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Bell,
    Close,
    Send,
    Down,
    Device,
    More,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Bell => "M12 4v3m-8 8a8 8 0 0 1 16 0zM3 19h18",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Send => "M12 20V5m-6 6 6-6 6 6",
            Self::Down => "M12 5v14m-6-6 6 6 6-6",
            Self::More => "M5 12h.01M12 12h.01M19 12h.01",
            Self::Device => {
                "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm3 14.5h2"
            }
        }
    }

    /// As an element.
    pub fn html(self) -> Html {
        html! {
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path d={self.path()} />
            </svg>
        }
    }
}
