//! Passwords: what follows a word for "password".

use std::ops::Range;

use super::scan::{Scan, digit, is_quote, is_space, is_spaced, is_word};
use super::words::{
    ABOUT, DISCOUNT, IS, NOT_PASSWORD, PASSWORD, PASSWORD_ENGLISH, begins, entry, has,
};
use super::{BULLET, Found, What};

/// Passwords have at least so many characters, so that a mask is never longer than what it hides.
const LEAST: usize = 4;
/// Without anything in between, a password has at least so many.
const LEAST_UNLINKED: usize = 6;
/// Most characters of a password in quotation marks.
const MOST_QUOTED: usize = 80;
/// Most words between "password" and "is", as in "password for my account is".
const MOST_BETWEEN: usize = 4;

/// What stands between the word and the value.
#[derive(Clone, Copy, PartialEq)]
enum Link {
    /// `password hunter22`
    Nothing,
    /// `Passwort lautet hunter2`
    Is,
    /// `password is hunter`: in English, a plain word can follow.
    EnglishIs,
    /// `password: hunter2`
    Colon,
}

/// Every password in `scan`.
pub fn find(scan: &Scan) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for word in &scan.words {
        // Scripts that run words together have it somewhere in the word.
        let spaced = is_spaced(scan.text[word.start]);
        let last = if spaced { word.start } else { word.end };
        for at in word.start..=last {
            if let Some(len) = entry(PASSWORD, &scan.text[at..word.end], spaced)
                && let Some(range) = value(scan, at, at + len)
                && found.last().is_none_or(|it| it.range.end <= range.start)
            {
                let what = What::Password;
                found.push(Found { what, range });
            }
        }
    }
    found
}

/// The value that belongs to a name for passwords between `label` and `end`.
fn value(scan: &Scan, label: usize, end: usize) -> Option<Range<usize>> {
    let mut at = end;
    let closed = scan.at(at).is_some_and(|c| is_quote(c) || c == '*');
    at += usize::from(closed);
    let mut link = Link::Nothing;
    let mut between = 0;
    loop {
        at = scan.spaces_end(at);
        if matches!(scan.at(at)?, ':' | '=' | '：') {
            link = Link::Colon;
            at += 1;
            while scan.at(at)? == '*' {
                at += 1;
            }
            at = scan.spaces_end(at);
            break;
        }
        let word_end = scan.word_end(at);
        let word = &scan.text[at..word_end];
        if link != Link::Nothing || word.is_empty() {
            break;
        }
        let about = has(ABOUT, word);
        if let Some(len) = entry(IS, word, is_spaced(word[0])) {
            // "to" is Polish for "is".
            let said = about.then(|| read(scan, scan.spaces_end(word_end), Link::Nothing));
            if let Some(Some(said)) = said {
                return Some(said);
            }
            if !about {
                let english = has(PASSWORD_ENGLISH, &scan.text[label..end])
                    && (word == ['i', 's'] || word == ['w', 'a', 's']);
                link = if english { Link::EnglishIs } else { Link::Is };
                at += len;
                continue;
            }
        }
        if between == MOST_BETWEEN || !(between > 0 || about) || begins(DISCOUNT, word) {
            break;
        }
        between += 1;
        at = word_end;
    }
    let beside = between == 0 && !closed && at > end;
    if link == Link::Nothing && !beside {
        return None;
    }
    read(scan, at, link)
}

/// The value at `start`, if it looks like one.
fn read(scan: &Scan, start: usize, link: Link) -> Option<Range<usize>> {
    let quoted = scan.at(start).is_some_and(is_quote);
    let start = start + usize::from(quoted);
    let mut end = start;
    while let Some(c) = scan.at(end) {
        let ends = if quoted {
            is_quote(c) || c == '\n'
        } else {
            is_space(c) || c == '\n'
        };
        if ends || c == BULLET {
            break;
        }
        end += 1;
    }
    if quoted {
        let closed = scan.at(end).is_some_and(is_quote);
        let fits = (LEAST..=MOST_QUOTED).contains(&(end - start));
        return (closed && fits && look(&scan.text[start..end]).letters > 0).then_some(start..end);
    }
    while end > start
        && (matches!(scan.text[end - 1], '.' | ',' | ';' | ')' | ']')
            || is_quote(scan.text[end - 1]))
    {
        end -= 1;
    }
    let len = end - start;
    let value = look(&scan.text[start..end]);
    let low = &scan.text[start..end];
    let is = if len < LEAST || value.is_address || low.starts_with(&['h', 't', 't', 'p']) {
        false
    } else if link == Link::Nothing {
        len >= LEAST_UNLINKED && value.is_strong && value.digits > 0
    } else {
        // A plain word is one only where nothing more is said about it.
        value.is_strong
            || value.letters > 0
                && link != Link::Is
                && is_over(scan, end, link == Link::Colon)
                && !begins(NOT_PASSWORD, low)
    };
    is.then_some(start..end)
}

/// Whether a sentence or line ends at `at`, or in a list an entry.
fn is_over(scan: &Scan, at: usize, in_list: bool) -> bool {
    match scan.at(scan.spaces_end(at)) {
        None | Some('\n' | '.') => true,
        Some(',' | ';') => in_list,
        Some(_) => false,
    }
}

/// What something looks like that may be a password.
struct Look {
    digits: usize,
    /// Letters and digits.
    letters: usize,
    /// It is no ordinary word: digits and letters, signs between letters, or many digits.
    is_strong: bool,
    /// It may be an e-mail address.
    is_address: bool,
}

fn look(value: &[char]) -> Look {
    let (mut digits, mut letters, mut strong, mut at, mut dot) = (0, 0, false, false, false);
    let mut sign = false;
    let mut before = ' ';
    for c in value {
        if is_word(*c) {
            letters += 1;
            digits += usize::from(digit(*c).is_some());
            // A sign counts once something follows it: an exclamation mark at the end says nothing.
            strong |= sign;
        } else {
            sign |= c.is_ascii() && !matches!(c, '\'' | '-' | '.' | '/' | ',' | '(' | ')');
        }
        at |= *c == '@';
        dot |= *c == '.' && at;
        before = *c;
    }
    Look {
        digits,
        letters,
        is_strong: strong || digits >= LEAST || (digits > 0 && digits < letters),
        is_address: dot && before.is_ascii_lowercase(),
    }
}
