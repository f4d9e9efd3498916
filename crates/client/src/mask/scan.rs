//! Letters, digits, words and numbers, as far as the finders need them. With rules of its own and loops in place of
//! iterators: Unicode's tables and what iterators unfold to would weigh more than the rest of the finders.

use super::{BULLET, TAIL, What};

/// A text and what it is made of. Places in it are counted in characters.
pub struct Scan {
    /// In lower case.
    pub text: Vec<char>,
    /// The words, numbers among them, in order.
    pub words: Vec<Word>,
}

/// A word or number.
pub struct Word {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// It has only digits, and is not what a mask left to be seen.
    pub is_number: bool,
    /// It can belong to the number before it: nothing but a few separators between them.
    pub is_joined: bool,
    /// What stands before it.
    pub gap: Gap,
}

/// What stands between two words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// They belong together.
    Close,
    /// The second is what the first says.
    Colon,
    /// They have nothing to do with each other.
    Wide,
}

/// Most characters between two parts of one number, as in `4242 - 4242`.
const JOIN: usize = 3;

impl Scan {
    /// Takes `text` apart.
    pub fn new(text: &[char]) -> Self {
        let mut scan = Self {
            text: text.iter().map(|c| lower(*c)).collect(),
            words: Vec::new(),
        };
        let (mut at, mut gap, mut is_joined, mut last) = (0, Gap::Close, true, 0);
        while let Some(c) = scan.at(at) {
            if is_word(c) {
                let end = scan.word_end(at);
                let mut is_number = !scan.is_tail(at);
                for c in &scan.text[at..end] {
                    is_number &= digit(*c).is_some();
                }
                scan.words.push(Word {
                    start: at,
                    end,
                    is_number,
                    is_joined: is_joined && at - last <= JOIN,
                    gap,
                });
                (at, gap, is_joined, last) = (end, Gap::Close, true, end);
                continue;
            }
            is_joined &= is_separator(c);
            gap = match c {
                _ if gap == Gap::Wide => Gap::Wide,
                ':' | '=' | '：' => Gap::Colon,
                '-' | '%' | '(' | ')' | '*' => gap,
                _ if is_space(c) || is_quote(c) => gap,
                _ => Gap::Wide,
            };
            at += 1;
        }
        scan
    }

    /// The character at `at`.
    pub fn at(&self, at: usize) -> Option<char> {
        self.text.get(at).copied()
    }

    /// The character before `at`.
    pub fn before(&self, at: usize) -> Option<char> {
        self.at(at.wrapping_sub(1))
    }

    /// The word.
    pub fn word(&self, word: &Word) -> &[char] {
        &self.text[word.start..word.end]
    }

    /// Where the word that begins at `at` ends. Scripts without spaces run on into others: 密码是abc123 is two words.
    pub fn word_end(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(c) = self.at(end) {
            if !is_word(c) || is_spaced(c) != is_spaced(self.text[at]) {
                break;
            }
            end += 1;
        }
        end
    }

    /// Where the spaces that begin at `at` end.
    pub fn spaces_end(&self, mut at: usize) -> usize {
        while self.at(at).is_some_and(is_space) {
            at += 1;
        }
        at
    }

    /// Whether the word at `at` is what a mask left to be seen. Found again, it would be hidden bit by bit.
    pub fn is_tail(&self, at: usize) -> bool {
        let masked = self.text[..at].ends_with(&[BULLET, BULLET, BULLET, BULLET, ' ']);
        masked && self.word_end(at) == at + TAIL
    }
}

/// The value of a digit: European, Arabic, Persian, Devanagari, Bengali, Thai or of full width.
pub fn digit(c: char) -> Option<u32> {
    for zero in [
        '0', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}',
    ] {
        let value = (c as u32).wrapping_sub(zero as u32);
        if value < 10 {
            return Some(value);
        }
    }
    None
}

/// Whether `c` can be part of a word or number.
pub fn is_word(c: char) -> bool {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => true,
        '\0'..='\u{bf}'
        | '×'
        | '÷'
        | '\u{60c}'
        | '\u{61b}'
        | '\u{61f}'
        | '\u{6d4}'
        | '\u{964}'
        | '\u{2000}'..='\u{2bff}'
        | '\u{3000}'..='\u{303f}'
        | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{1f000}'.. => false,
        _ => true,
    }
}

/// Whether `c` is a digit or of a script that puts nothing but spaces between its words, and no syllable in front.
pub fn is_spaced(c: char) -> bool {
    c < '\u{590}' || ('\u{1e00}'..='\u{1fff}').contains(&c) || digit(c).is_some()
}

/// Whether `c` is a space within a line.
pub fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}'
    )
}

/// Whether `c` is put between the digits of one number to make it readable.
pub fn is_separator(c: char) -> bool {
    is_space(c) || matches!(c, '-' | '.' | '\u{2010}'..='\u{2013}')
}

/// Whether `c` is a quotation mark.
pub fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '«' | '»' | '‹' | '›' | '\u{2018}'..='\u{201f}' | '「' | '」'
    )
}

/// Latin, Greek and Cyrillic capitals, which is what [`super::words`] needs. Masks are bullets.
fn lower(c: char) -> char {
    let code = c as u32;
    let step = match c {
        'A'..='Z' | 'À'..='Þ' | 'Α'..='Ω' | 'А'..='Я' => 0x20,
        '\u{400}'..='\u{40f}' => 0x50,
        '\u{139}'..='\u{148}' | '\u{179}'..='\u{17e}' => code & 1,
        '\u{100}'..='\u{17f}' | '\u{1e00}'..='\u{1eff}' => !code & 1,
        _ => 0,
    };
    if What::marked(c).is_some() {
        return BULLET;
    }
    char::from_u32(code + step).unwrap_or(c)
}
