//! Texts of others: always text, never markup.

use yew::{Html, html};

use crate::links::{Piece, pieces};

/// `text` with its web addresses as links.
pub fn linked(text: &str) -> Html {
    let piece = |piece| match piece {
        Piece::Text(text) => html! { text },
        Piece::Link(address) => html! {
            <a href={address.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{ address }</a>
        },
    };
    pieces(text).into_iter().map(piece).collect()
}
