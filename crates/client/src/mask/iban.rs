//! International bank account numbers (ISO 13616).

use super::scan::{Scan, digit, is_separator, is_word};
use super::{Found, What};

/// Country and length, from the registry that SWIFT keeps.
const LENGTHS: &str = "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22dj27dk18do28ee20eg29es24\
    fi18fk18fo18fr27gb22ge22gi23gl18gr27gt28hn28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25\
    mc27md24me22mk19mn20mr27mt31mu30ni28nl18no15om23pk24pl28ps29pt25qa29ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23\
    st25sv28tl23tn24tr26ua29va22vg24xk20ye30";

/// Every IBAN in `scan`.
pub fn find(scan: &Scan) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for word in &scan.words {
        if let Some(end) = end(scan, word.start)
            && found.last().is_none_or(|it| it.range.end <= word.start)
        {
            found.push(Found {
                what: What::Iban,
                range: word.start..end,
            });
        }
    }
    found
}

/// Where the IBAN that begins at `start` ends.
fn end(scan: &Scan, start: usize) -> Option<usize> {
    let head = scan.text.get(start..start + 4)?;
    let mut left = length(head)? - head.len();
    if scan.is_tail(start) || digit(head[2]).or(digit(head[3])).is_none() {
        return None;
    }
    let (mut rest, mut at) = (0, start + head.len());
    while left > 0 {
        let c = scan.at(at)?;
        if let Some(next) = step(rest, c) {
            rest = next;
            left -= 1;
        } else if !is_separator(c) || scan.before(at).is_some_and(is_separator) {
            return None;
        }
        at += 1;
    }
    for c in head {
        rest = step(rest, *c)?;
    }
    let whole = !scan.at(at).is_some_and(is_word);
    (whole && rest == 1).then_some(at)
}

fn length(head: &[char]) -> Option<usize> {
    for entry in LENGTHS.as_bytes().chunks_exact(4) {
        if head[0] == char::from(entry[0]) && head[1] == char::from(entry[1]) {
            return Some(usize::from(entry[2] - b'0') * 10 + usize::from(entry[3] - b'0'));
        }
    }
    None
}

/// The remainder with one more digit or letter (ISO 7064, MOD 97-10).
fn step(rest: u32, c: char) -> Option<u32> {
    if let Some(digit) = digit(c) {
        Some((rest * 10 + digit) % 97)
    } else {
        c.is_ascii_lowercase()
            .then(|| (rest * 100 + (c as u32 - 'a' as u32) + 10) % 97)
    }
}
