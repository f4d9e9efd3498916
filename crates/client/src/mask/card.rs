//! Payment card numbers.

use super::scan::{Scan, digit};
use super::{Found, What};

/// Least and most digits of a card number (ISO/IEC 7812-1).
const LEAST: usize = 13;
const MOST: usize = 19;
/// Groups shorter than that stand only at the end. It keeps dates and times out.
const SHORT_GROUP: usize = 3;

/// Every card number in `scan`.
pub fn find(scan: &Scan) -> Vec<Found> {
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(first) = scan.words.get(next) {
        let (mut place, mut last) = (next, None);
        while let Some(group) = scan.words.get(place) {
            let joins = place == next || group.is_joined;
            if !joins || !group.is_number || scan.before(first.start) == Some('+') {
                break;
            }
            if is_card(&scan.text[first.start..group.end]) {
                // The longest counts.
                last = Some((place, group.end));
            }
            if group.end - group.start < SHORT_GROUP || group.end - first.start > 2 * MOST {
                break;
            }
            place += 1;
        }
        next += 1;
        if let Some((place, end)) = last {
            next = place + 1;
            found.push(Found {
                what: What::Card,
                range: first.start..end,
            });
        }
    }
    found
}

/// Whether the digits of `text` are a card number: somebody issues cards that begin so and are so long, and the check
/// digit is right (ISO/IEC 7812-1, annex B).
fn is_card(text: &[char]) -> bool {
    let (mut len, mut check, mut product) = (0, 0, 0);
    for digit in text.iter().rev().filter_map(|c| digit(*c)) {
        let odd = len as u32 % 2;
        let doubled = digit * (1 + odd);
        check += doubled / 10 + doubled % 10;
        product += digit * (1 + 2 * odd);
        len += 1;
    }
    // With 13 digits, what is also right as an EAN is one: cards of that length are all but gone.
    let ean = text.len() == LEAST && product % 10 == 0;
    if !(LEAST..=MOST).contains(&len) || check % 10 != 0 || ean {
        return false;
    }
    let digits = text.iter().filter_map(|c| digit(*c));
    let prefix = digits.take(4).fold(0, |number, digit| number * 10 + digit);
    match (prefix, len) {
        // Visa
        (4000..=4999, 13 | 16 | 19)
        // American Express
        | (3400..=3499 | 3700..=3799, 15)
        // Diners Club
        | (3000..=3059 | 3095 | 3600..=3699 | 3800..=3999, 14 | 16..=19)
        // Mastercard
        | (2221..=2720 | 5100..=5599, 16)
        // JCB, Mir
        | (3528..=3589 | 2200..=2204, 16..=19)
        // Maestro, Verve, Elo; with fewer digits it is rather a product of Britain or Denmark
        | (5000..=5099 | 5600..=5899 | 6304 | 6390 | 6700..=6799, 16..=19)
        // Discover, RuPay, UnionPay
        | (6011 | 6069..=6085 | 6200..=6299 | 6440..=6599 | 8100..=8171, 16..=19)
        // Elo and Hipercard, Troy
        | (6062 | 6362 | 9792, 16) => true,
        _ => false,
    }
}
