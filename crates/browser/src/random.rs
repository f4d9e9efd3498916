//! Randomness, from the browser's cryptographic source.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use deskbell_protocol::{VisitorToken, WriteId};

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Every browser that runs WebAssembly has `crypto.getRandomValues`, also outside secure contexts.
    getrandom::fill(&mut bytes).expect("the browser has a source of randomness");
    bytes
}

/// A new write id of 128 random bits.
#[must_use]
pub fn new_write_id() -> WriteId {
    WriteId::new(HEXLOWER.encode(&random::<16>())).expect("32 hexadecimal digits are a write id")
}

/// A new visitor token of 256 random bits.
#[must_use]
pub fn new_visitor_token() -> VisitorToken {
    VisitorToken::new(BASE64URL_NOPAD.encode(&random::<32>()))
        .expect("32 bytes are 43 characters of base64url")
}
