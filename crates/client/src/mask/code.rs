//! One-time codes, PINs and card check numbers: digits next to a word that says what they are.

use super::scan::{Gap, Scan, Word, is_spaced, is_word};
use super::words::{
    ABOUT, CARD_CHECK, CODE, CODE_INSIDE, CODE_SURELY, DISCOUNT, IS, ONE_TIME, OTHER_CODE, PIN,
    begins, has,
};
use super::{Found, What};

/// Without anything in between, a code that could be any code has so many digits.
const USUAL_DIGITS: usize = 6;
/// Most words from the digits to the word for them: "the code you sent me today is 123456".
const MOST_BETWEEN: usize = 7;
/// So many words around are asked whether it is something else.
const AROUND: usize = 3;

/// Every code in `scan`.
pub fn find(scan: &Scan) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (first, word) in scan.words.iter().enumerate() {
        let mut number = Number {
            scan,
            first,
            last: first,
            len: word.end - word.start,
        };
        let mut end = word.end;
        // 123 456 and 1234-5678
        if let Some(next) = scan.words.get(first + 1)
            && (number.len == 3 || number.len == 4)
            && next.is_number
            && next.is_joined
            && next.end - next.start == number.len
            && next.start == end + 1
        {
            number.last += 1;
            number.len *= 2;
            end = next.end;
        }
        if word.is_number
            && number.is_alone()
            && let Some(what) = number.said_before().or_else(|| number.said_behind())
        {
            let range = word.start..end;
            found.push(Found { what, range });
        }
    }
    found
}

/// Digits in one word or two.
struct Number<'a> {
    scan: &'a Scan,
    first: usize,
    last: usize,
    len: usize,
}

impl Number<'_> {
    /// The word before `place`, if only `gap` is between them.
    fn close_before(&self, place: usize, gap: Gap) -> Option<&Word> {
        let words = &self.scan.words;
        let word = words.get(place.wrapping_sub(1))?;
        (words[place].gap == gap || words[place].gap == Gap::Close).then_some(word)
    }

    /// The word behind `place`, if nothing separates them.
    fn close_behind(&self, place: usize) -> Option<&Word> {
        let word = self.scan.words.get(place + 1)?;
        (word.gap == Gap::Close).then_some(word)
    }

    /// Whether it is no part of a longer number, a price or a reference.
    fn is_alone(&self) -> bool {
        let (scan, words) = (self.scan, &self.scan.words);
        let (start, end) = (words[self.first].start, words[self.last].end);
        let goes_on = |word: Option<&Word>, other: Option<&Word>| match (word, other) {
            (Some(word), Some(other)) => {
                other.is_number && word.is_number && (word.is_joined || word.start == end + 1)
            }
            _ => false,
        };
        let behind = scan.at(scan.spaces_end(end));
        let hangs = matches!(
            scan.before(start),
            Some('#' | '+' | '-' | '/' | '.' | ',' | '€' | '$' | '£' | '_')
        ) || matches!(behind, Some('€' | '$' | '£' | '%'))
            || matches!(scan.at(end), Some('-' | '/' | '_'))
                && scan.at(end + 1).is_some_and(is_word);
        !hangs
            && !goes_on(words.get(self.first), words.get(self.first.wrapping_sub(1)))
            && !goes_on(words.get(self.last + 1), words.get(self.last))
    }

    fn is_year(&self) -> bool {
        let start = self.scan.words[self.first].start;
        self.len == 4 && matches!(self.scan.text[start..start + 2], ['1', '9'] | ['2', '0'])
    }

    /// What the words before say it is.
    fn said_before(&self) -> Option<What> {
        let (mut linked, mut one_time) = (self.scan.words[self.first].gap == Gap::Colon, false);
        let mut gap = Gap::Colon;
        let mut place = self.first;
        while place + MOST_BETWEEN > self.first {
            let word = self.close_before(place, gap)?;
            place -= 1;
            gap = Gap::Close;
            let said = self.scan.word(word);
            if let Some(name) = Name::of(said) {
                return self.is(name, place, linked, one_time);
            }
            one_time |= begins(ONE_TIME, said);
            linked |= has(IS, said);
            if !(linked || one_time || has(ABOUT, said)) || is_other(said) {
                return None;
            }
        }
        None
    }

    /// What the words behind say it is: "123456 is my code".
    fn said_behind(&self) -> Option<What> {
        let mut place = self.last;
        let mut one_time = false;
        while place < self.last + MOST_BETWEEN {
            let said = self.scan.word(self.close_behind(place)?);
            place += 1;
            if place == self.last + 1 {
                if !has(IS, said) {
                    return None;
                }
            } else if let Some(name) = Name::of(said) {
                return self.is(name, place, true, one_time);
            } else if is_other(said) {
                return None;
            }
            one_time |= begins(ONE_TIME, said);
        }
        None
    }

    /// What it is beside `name`, which is the word at `place`. `linked`: something says that it is just that.
    /// `one_time`: something says that it is a one-time code.
    fn is(&self, name: Name, place: usize, linked: bool, one_time: bool) -> Option<What> {
        let (mut name, mut certain, mut other) = (name, one_time || name == Name::OneTime, false);
        let mut near = place;
        while near + AROUND > place
            && near != self.last + 1
            && let Some(word) = self.close_before(near, Gap::Close)
        {
            near -= 1;
            let said = self.scan.word(word);
            let next = near + 1 == place;
            if next && has(PIN, said) {
                name = Name::Pin;
            }
            certain |= begins(ONE_TIME, said);
            // What is far away says less than a word that is sure of itself.
            other |= is_other(said) && (next || near + 2 == place || !certain);
        }
        let is = match name {
            Name::CardCheck => return (self.len == 3 || self.len == 4).then_some(What::CardCheck),
            // With six digits it is rather an Indian postcode.
            Name::Pin => (4..=5).contains(&self.len) && (linked || !self.is_year()),
            _ if !(4..=8).contains(&self.len) => false,
            _ if certain => true,
            _ => (linked || self.len == USUAL_DIGITS) && !self.is_year() && !self.is_other_behind(),
        };
        let what = if name == Name::Pin {
            What::Password
        } else {
            What::Code
        };
        (is && !other).then_some(what)
    }

    /// Whether what comes behind says that it is something else: "code 123456 for the discount".
    fn is_other_behind(&self) -> bool {
        let mut place = self.last;
        while place < self.last + AROUND
            && let Some(word) = self.close_behind(place)
        {
            if is_other(self.scan.word(word)) {
                return true;
            }
            place += 1;
        }
        false
    }
}

/// Whether a word makes something else of a code.
fn is_other(word: &[char]) -> bool {
    begins(DISCOUNT, word) || begins(OTHER_CODE, word)
}

/// What a word names.
#[derive(Clone, Copy, PartialEq)]
enum Name {
    /// A one-time code.
    OneTime,
    /// Some code.
    Code,
    /// A PIN.
    Pin,
    /// A card's check number.
    CardCheck,
}

impl Name {
    fn of(word: &[char]) -> Option<Self> {
        if has(CARD_CHECK, word) {
            return Some(Self::CardCheck);
        } else if has(PIN, word) {
            return Some(Self::Pin);
        } else if has(CODE_SURELY, word) {
            return Some(Self::OneTime);
        } else if has(CODE, word) {
            return Some(Self::Code);
        }
        let (spaced, one_time) = (is_spaced(word[0]), begins(ONE_TIME, word));
        for at in 0..word.len() {
            let inside = if spaced {
                one_time && has(CODE, &word[at..])
            } else {
                begins(CODE_INSIDE, &word[at..])
            };
            if inside {
                return Some(Self::OneTime);
            }
        }
        None
    }
}
