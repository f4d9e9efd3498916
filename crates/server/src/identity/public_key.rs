//! An Ed25519 public key as people have it in files: PEM (RFC 8410) or a JSON Web Key (RFC 8037).

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

/// Before the 32 bytes of the key in its DER: a sequence of the algorithm's object identifier, 1.3.101.112, and a bit
/// string.
const DER_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Why a file's text is no public key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum PublicKeyError {
    /// It would be ours then, too.
    #[error("this is a private key, which nobody but your server should have: give the public one")]
    Private,
    /// Something else.
    #[error("an Ed25519 public key is needed, as PEM or JWK")]
    None,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    d: Option<IgnoredAny>,
}

/// The key that `text` says.
///
/// # Errors
/// If it is a private key or no Ed25519 key.
pub(crate) fn read(text: &str) -> Result<[u8; 32], PublicKeyError> {
    let text = text.trim();
    if text.contains("PRIVATE KEY") {
        return Err(PublicKeyError::Private);
    }
    let bytes = if text.starts_with('{') {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| PublicKeyError::None)?;
        if jwk.d.is_some() {
            return Err(PublicKeyError::Private);
        }
        let known = jwk.kty == "OKP" && jwk.crv == "Ed25519";
        known
            .then(|| BASE64URL_NOPAD.decode(jwk.x.as_bytes()).ok())
            .flatten()
    } else {
        pem(text)
    };
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    key.ok_or(PublicKeyError::None)
}

fn pem(text: &str) -> Option<Vec<u8>> {
    let inner = text.strip_prefix("-----BEGIN PUBLIC KEY-----")?;
    let inner = inner.strip_suffix("-----END PUBLIC KEY-----")?;
    let base64: String = inner.split_whitespace().collect();
    let der = BASE64.decode(base64.as_bytes()).ok()?;
    der.strip_prefix(&DER_PREFIX).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    #[test]
    fn a_public_key_is_read_from_both_forms_and_a_private_one_from_none() {
        let key = BASE64URL_NOPAD.decode(X.as_bytes()).unwrap();
        let der = BASE64.encode(&[&DER_PREFIX, &key[..]].concat());
        let pem = |what: &str| format!("-----BEGIN {what}-----\r\n{der}\r\n-----END {what}-----\n");
        let jwk = |more: &str| format!(r#" {{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#);
        let key = <[u8; 32]>::try_from(key).unwrap();
        for (text, read_as) in [
            (pem("PUBLIC KEY"), Ok(key)),
            (jwk(r#","kid":"shop""#), Ok(key)),
            (pem("PRIVATE KEY"), Err(PublicKeyError::Private)),
            (jwk(r#","d":"nWGx""#), Err(PublicKeyError::Private)),
            (
                jwk("").replace("Ed25519", "X25519"),
                Err(PublicKeyError::None),
            ),
            (
                pem("PUBLIC KEY").replace('M', "N"),
                Err(PublicKeyError::None),
            ),
            (X.to_owned(), Err(PublicKeyError::None)),
            (String::new(), Err(PublicKeyError::None)),
        ] {
            assert_eq!(read(&text), read_as, "{text}");
        }
    }
}
