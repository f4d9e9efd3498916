//! Randomness, from the browser's cryptographic source.

use deskbell_protocol::{VisitorToken, WriteId};

/// The digits of base64url.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `N` random digits of 6 bits each.
fn digits<const N: usize>() -> [u8; N] {
    let mut digits = [0; N];
    // Every browser that runs WebAssembly has `crypto.getRandomValues`, also outside secure contexts.
    getrandom::fill(&mut digits).expect("the browser has a source of randomness");
    digits.map(|byte| byte % 64)
}

fn text(digits: &[u8]) -> String {
    let digit = |digit: &u8| char::from(DIGITS[usize::from(*digit)]);
    digits.iter().map(digit).collect()
}

/// A new write id of 132 random bits.
#[must_use]
pub fn new_write_id() -> WriteId {
    WriteId::new(text(&digits::<22>())).expect("22 digits of base64url are a write id")
}

/// A new visitor token of 256 random bits.
#[must_use]
pub fn new_visitor_token() -> VisitorToken {
    let mut digits = digits::<43>();
    // The last digit of 32 bytes has 4 bits of them; the other 2 are zero.
    digits[42] &= 0b11_1100;
    VisitorToken::new(text(&digits)).expect("43 digits of base64url are a visitor token")
}
