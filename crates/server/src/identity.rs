//! Who a customer is, signed by the shop's server: a JSON Web Token (RFC 7519) under HS256 or EdDSA with Ed25519.
//!
//! The keys of the site decide which algorithms are possible; the token's header only says which of them it took. So a
//! public key is never a secret's bytes, and nothing is ever taken without a signature.

mod public_key;
#[cfg(test)]
mod tests;

use data_encoding::BASE64URL_NOPAD;
use deskbell_desk::IdentityKeys;
use deskbell_protocol::{
    Customer, CustomerName, CustomerSubject, EmailAddress, IntroductionError, SiteKey,
    SubjectError, Timestamp,
};
use ring::{hmac, signature};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use thiserror::Error;

pub(crate) use public_key::read as read_public_key;

/// The most bytes a token may have. A long one of ours, in the widest UTF-8, has less than three thousand.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// For how long a token may be used, in seconds.
const LONGEST_LIFE: f64 = 3_600.0;

/// By how much the clocks of the shop's server and of this one may differ, in seconds.
const LEEWAY: f64 = 60.0;

/// Why a token is not taken. For whoever builds the shop's page: customers never read it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum IdentityError {
    /// Nobody set a key up.
    #[error("this site has no key for signed identity: `deskbell site identity` makes one")]
    NoKey,
    /// Far more than any of ours.
    #[error("the token has more than 8192 bytes")]
    TooLong,
    /// Cut off, or none at all.
    #[error("this is no signed JSON Web Token (three parts in base64url with dots between)")]
    Malformed,
    /// `none`, one that needs another key, or one that we do not know.
    #[error("the token's algorithm is not one that this site has a key for (HS256, EdDSA)")]
    Algorithm,
    /// It wants something of us that we do not know.
    #[error("the token's header has `crit`, and nothing critical is known here")]
    Critical,
    /// By somebody else, or changed since.
    #[error("the token's signature is not by this site's key")]
    Signature,
    /// The claims cannot be read.
    #[error("the token needs the claims `sub` (a text) and `exp` (seconds since 1970)")]
    Claims,
    /// It is for another server.
    #[error("the token's `aud` names somebody else: leave it out, or name the site's key")]
    Audience,
    /// It is over.
    #[error("the token has expired: make one for every page view")]
    Expired,
    /// It has not begun.
    #[error("the token is not valid yet (`nbf` or `iat` is in the future): is a clock wrong?")]
    TooEarly,
    /// It could be stolen for longer than is needed.
    #[error("the token's life is too long: `exp` may be an hour ahead at most")]
    TooFar,
    /// The `sub`.
    #[error("`sub`: {0}")]
    Subject(#[from] SubjectError),
    /// The name or the address.
    #[error("{0}")]
    Introduction(#[from] IntroductionError),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    name: Option<String>,
    email: Option<String>,
    aud: Option<Audience>,
}

/// Whom a token is for (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, site: &SiteKey) -> bool {
        match self {
            Self::One(name) => name == site.as_str(),
            Self::Many(names) => names.iter().any(|name| name == site.as_str()),
        }
    }
}

/// The customer of `site` whom `token` names, signed by one of the site's `keys`, at `now`.
///
/// # Errors
/// If it is not to be believed.
pub(crate) fn verify(
    token: &str,
    site: &SiteKey,
    keys: &IdentityKeys,
    now: Timestamp,
) -> Result<Customer, IdentityError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(IdentityError::TooLong);
    }
    if keys.secret.is_none() && keys.public_key.is_none() {
        return Err(IdentityError::NoKey);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(IdentityError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(IdentityError::Malformed)?;
    let signature = decode(signature)?;
    let Header { alg, crit } = object(&decode(header)?).ok_or(IdentityError::Malformed)?;
    if crit.is_some() {
        return Err(IdentityError::Critical);
    }
    let signed = signed.as_bytes();
    let by_us = match (alg.as_str(), &keys.public_key) {
        ("HS256", _) if keys.secret.is_some() => keys.secrets_at(now).any(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.0.as_bytes());
            hmac::verify(&key, signed, &signature).is_ok()
        }),
        ("EdDSA" | "Ed25519", Some(key)) => {
            let key = signature::UnparsedPublicKey::new(&signature::ED25519, key);
            key.verify(signed, &signature).is_ok()
        }
        _ => return Err(IdentityError::Algorithm),
    };
    if !by_us {
        return Err(IdentityError::Signature);
    }
    let claims: Claims = object(&decode(claims)?).ok_or(IdentityError::Claims)?;
    // A key may sign for other servers of the shop, too.
    if claims.aud.as_ref().is_some_and(|aud| !aud.has(site)) {
        return Err(IdentityError::Audience);
    }
    check_times(&claims, now)?;
    // What is white space only says nothing, as on the page.
    let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    Ok(Customer {
        name: said(claims.name)
            .map(|name| CustomerName::new(&name))
            .transpose()?,
        email: said(claims.email)
            .map(|email| EmailAddress::new(&email))
            .transpose()?,
        subject: Some(CustomerSubject::new(&claims.sub)?),
    })
}

/// Whether the token may be used at `now`.
fn check_times(claims: &Claims, now: Timestamp) -> Result<(), IdentityError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds are exact until the year 287,396"
    )]
    let now = now as f64 / 1_000.0;
    if claims.exp + LEEWAY <= now {
        return Err(IdentityError::Expired);
    }
    let begin = [claims.nbf, claims.iat];
    if begin.into_iter().flatten().any(|from| from > now + LEEWAY) {
        return Err(IdentityError::TooEarly);
    }
    // By one clock there is nothing to be lenient about.
    let by_its_own = claims
        .iat
        .is_some_and(|iat| claims.exp - iat > LONGEST_LIFE);
    if by_its_own || claims.exp > now + LONGEST_LIFE + LEEWAY {
        return Err(IdentityError::TooFar);
    }
    Ok(())
}

/// What a JSON object says. Serde reads a structure from an array, too, in which nothing has a name.
fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object
        .then(|| serde_json::from_slice(json).ok())
        .flatten()
}

fn decode(part: &str) -> Result<Vec<u8>, IdentityError> {
    BASE64URL_NOPAD
        .decode(part.as_bytes())
        .map_err(|_| IdentityError::Malformed)
}
