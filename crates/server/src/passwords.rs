//! Passwords: Argon2id with the crate's default cost (19 MiB, 2 passes), the first choice of OWASP's cheat sheet.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};

/// Fewest characters of a password.
pub(crate) const MIN_CHARS: usize = 10;

/// A hash that belongs to no password, of the same cost as the real ones: checking against it makes an unknown e-mail
/// address take as long as a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0LTAwMA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a password. Takes tens of milliseconds of a processor on purpose.
///
/// # Errors
/// If the system has no random numbers.
pub fn hash(password: &str) -> Result<String, Error> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

/// Whether `password` belongs to `stored`. Takes the same time when there is no stored hash. Blocks.
pub(crate) fn verify(password: &str, stored: Option<&str>) -> bool {
    let hash = stored.unwrap_or(NOBODYS);
    let matches = PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    });
    matches && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_is_accepted() {
        let hash = hash("correct horse").unwrap();
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("wrong horse", Some(&hash)));
        assert!(!verify("correct horse", None));
    }

    #[test]
    fn an_unknown_agent_costs_as_much_as_a_known_one() {
        let cost = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            (hash.algorithm, hash.version, hash.params)
        };
        assert_eq!(cost(NOBODYS), cost(&hash("correct horse").unwrap()));
    }
}
