//! Codes for the second step of signing in: RFC 6238 with what every authenticator app takes for granted (SHA-1, six
//! digits, 30 seconds), and recovery codes for when the app is lost.

use data_encoding::BASE32_NOPAD;
use deskbell_protocol::Timestamp;
use ring::hmac;

use crate::secrets;

/// How long a code is shown.
const STEP_MS: i64 = 30_000;
/// Codes of so many steps before and after are taken, too: clocks differ, and people need time to type.
const TOLERANCE: i64 = 1;
/// What RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 8;

/// A new secret in base32, as it is typed into an app.
///
/// # Errors
/// If the system has no random numbers.
pub(crate) fn new_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(BASE32_NOPAD.encode(&bytes))
}

/// Whether it could be a secret of ours.
pub(crate) fn is_secret(text: &str) -> bool {
    BASE32_NOPAD
        .decode(text.as_bytes())
        .is_ok_and(|bytes| bytes.len() == SECRET_BYTES)
}

/// The link that an app opens, or finds in a QR code.
pub(crate) fn link(secret: &str, email: &str) -> String {
    let mut name = String::new();
    for byte in email.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("otpauth://totp/Deskbell:{name}?secret={secret}&issuer=Deskbell")
}

/// The step of which `code` is the code at about `now`.
pub(crate) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let digits: String = code.split_whitespace().collect();
    let present = now.div_euclid(STEP_MS);
    let mut near = present - TOLERANCE..=present + TOLERANCE;
    near.find(|step| code_of(&secret, *step) == digits)
}

/// RFC 4226, section 5.3.
fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = tag.last().map_or(0, |last| usize::from(last & 0x0f));
    let number = tag[offset..offset + 4]
        .iter()
        .fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// New recovery codes: 80 random bits each, in groups that can be copied by hand.
///
/// # Errors
/// If the system has no random numbers.
pub(crate) fn recovery_codes() -> Result<Vec<String>, getrandom::Error> {
    let new = || {
        let mut bytes = [0; 10];
        getrandom::fill(&mut bytes)?;
        let text = BASE32_NOPAD.encode(&bytes).to_lowercase();
        let (a, b, c, d) = (&text[..4], &text[4..8], &text[8..12], &text[12..]);
        Ok(format!("{a}-{b}-{c}-{d}"))
    };
    (0..RECOVERY_CODES).map(|_| new()).collect()
}

/// Under what a recovery code is stored, however its groups are written.
pub(crate) fn recovery_hash(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_ascii_alphanumeric());
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    secrets::sha256_hex(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_specification() {
        // RFC 6238, appendix B, whose codes have eight digits: ours are their last six.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code_of(secret, seconds / 30), code[2..]);
        }
    }

    #[test]
    fn a_code_is_good_from_one_step_before_its_own_to_one_after() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        let at = |seconds: i64| step_of(&secret, "081 804", seconds * 1_000);
        let step = 1_111_111_109 / 30;
        for (after, found) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(at((step + after) * 30), found.then_some(step), "{after}");
        }
        for strange in ["", "08180", "0818040", "🔔", "-81804"] {
            assert_eq!(step_of(&secret, strange, step * STEP_MS), None);
        }
        assert_eq!(step_of("not base32!", "081804", step * STEP_MS), None);
    }

    #[test]
    fn what_is_made_here_is_random_and_is_recognised() {
        let secret = new_secret().unwrap();
        assert!(is_secret(&secret) && !is_secret("AAAA") && !is_secret("!"));
        assert_ne!(secret, new_secret().unwrap());
        assert_eq!(
            link("SECRET", "sam+desk@shop.example"),
            "otpauth://totp/Deskbell:sam%2Bdesk%40shop.example?secret=SECRET&issuer=Deskbell"
        );
        let codes = recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(&typed), recovery_hash(&codes[0]));
        assert_ne!(recovery_hash(&codes[0]), recovery_hash(&codes[1]));
    }
}
