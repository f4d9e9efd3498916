//! A link as a QR code, for the camera of the device that has the authenticator app.

use qrcode::{Color, QrCode};
use yew::{Html, html};

use crate::words;

/// Light modules around the code, without which it is not found.
const QUIET: usize = 4;

/// The drawing; nothing if the link is too long for one, which is then to be typed.
pub fn qr(link: &str) -> Html {
    let Ok(code) = QrCode::new(link) else {
        return Html::default();
    };
    let side = code.width() + 2 * QUIET;
    html! {
        <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" aria-label={words::QR}>
            <rect width="100%" height="100%" fill="#fff" />
            <path d={path(&code)} fill="#000" shape-rendering="crispEdges" />
        </svg>
    }
}

/// One square for each dark module.
fn path(code: &QrCode) -> String {
    let width = code.width();
    let colors = code.to_colors();
    let dark = (0..)
        .zip(&colors)
        .filter(|(_, color)| **color == Color::Dark);
    let square = |(at, _): (usize, _)| {
        let (x, y) = (at % width + QUIET, at / width + QUIET);
        format!("M{x} {y}h1v1h-1z")
    };
    dark.map(square).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_inside_the_quiet_zone() {
        let code = QrCode::new("otpauth://totp/Deskbell:sam?secret=A&issuer=Deskbell").unwrap();
        let (path, last) = (path(&code), code.width() + QUIET - 1);
        for (x, y) in [(QUIET, QUIET), (last, QUIET), (QUIET, last)] {
            assert!(path.contains(&format!("M{x} {y}h1")), "{x} {y}");
        }
        assert!(!path.contains(&format!("M{} ", QUIET - 1)));
    }
}
