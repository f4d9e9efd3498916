//! From what people type to tokens that look alike when they mean the same.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Stands for any web address.
pub const URL: &str = "<url>";
/// Stands for any e-mail address.
pub const EMAIL: &str = "<email>";
/// Longest run of digits kept as it is ("2 weeks", "24 hours"). Longer numbers differ only in what they identify, and
/// become [`NUMBER`].
const MAX_DIGITS: usize = 2;
/// Stands for a longer number.
const NUMBER: &str = "000";
/// Longest run of one letter or sign kept, so that "sooooo" and "soooooooo" are one word.
const MAX_REPEATS: usize = 2;

/// One piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Letters and digits, lower case, without accents, long numbers folded, apostrophes dropped ("can't" is "cant").
    Word(String),
    /// A run of one punctuation mark or symbol, emoji included. Commas and single full stops are left out.
    Sign(String),
}

impl Token {
    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Word(text) | Self::Sign(text) => text,
        }
    }
}

/// Splits `text` into tokens after compatibility decomposition (NFKD) and lower-casing. Web and e-mail addresses
/// become one word each, `<url>` and `<email>`. White space and invisible characters alone give no token.
#[must_use]
pub fn normalise(text: &str) -> Vec<Token> {
    let lower: String = text.nfkd().flat_map(char::to_lowercase).collect();
    let mut tokens = Vec::new();
    for chunk in lower.split_whitespace() {
        if chunk.contains("://") || chunk.starts_with("www.") {
            tokens.push(Token::Word(URL.to_owned()));
        } else if is_email(chunk) {
            tokens.push(Token::Word(EMAIL.to_owned()));
        } else {
            split(chunk, &mut tokens);
        }
    }
    tokens
}

fn is_email(chunk: &str) -> bool {
    chunk
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Splits a chunk without white space into words and signs.
fn split(chunk: &str, tokens: &mut Vec<Token>) {
    let mut word = String::new();
    let mut sign = String::new();
    for c in chunk.chars() {
        match c {
            '\'' | '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`' | '´' => {}
            // Accents of Latin, Greek and Cyrillic letters, which many people leave out.
            '\u{300}'..='\u{36f}' => {}
            // Joiners, direction marks and variation selectors change how a character looks, not what it says.
            '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            c if c.is_alphanumeric() || is_combining_mark(c) => {
                end_sign(&mut sign, tokens);
                let most = if c.is_numeric() {
                    usize::MAX
                } else {
                    MAX_REPEATS
                };
                if word
                    .chars()
                    .rev()
                    .take(MAX_REPEATS)
                    .filter(|&last| last == c)
                    .count()
                    < most
                {
                    word.push(c);
                }
            }
            c => {
                end_word(&mut word, tokens);
                if !sign.starts_with(c) {
                    end_sign(&mut sign, tokens);
                }
                if sign.chars().count() < MAX_REPEATS {
                    sign.push(c);
                }
            }
        }
    }
    end_word(&mut word, tokens);
    end_sign(&mut sign, tokens);
}

/// Ends a word; its long numbers lose what identifies them.
fn end_word(word: &mut String, tokens: &mut Vec<Token>) {
    let mut folded = String::with_capacity(word.len());
    let mut rest = word.as_str();
    while let Some(first) = rest.chars().next() {
        let is_number = |c: char| c.is_numeric();
        let end = rest
            .find(|c| is_number(c) != is_number(first))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let long = is_number(first) && run.chars().nth(MAX_DIGITS).is_some();
        folded.push_str(if long { NUMBER } else { run });
        rest = after;
    }
    word.clear();
    if !folded.is_empty() {
        tokens.push(Token::Word(folded));
    }
}

fn end_sign(sign: &mut String, tokens: &mut Vec<Token>) {
    let sign = std::mem::take(sign);
    if !sign.is_empty() && sign != "." && sign != "," {
        tokens.push(Token::Sign(sign));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let tokens = normalise(text);
        tokens
            .iter()
            .map(Token::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn spelling_that_does_not_change_the_meaning_is_folded() {
        assert_eq!(
            shown("Where's MY order, pleeeease???"),
            "wheres my order pleease ??"
        );
        assert_eq!(
            shown("where’s my order pleeease ??"),
            "wheres my order pleease ??"
        );
        assert_eq!(shown("ｆｕｌｌ width №1"), "full width no1");
    }

    #[test]
    fn numbers_addresses_and_links_lose_what_identifies_them() {
        assert_eq!(shown("order 1042"), "order 000");
        assert_eq!(
            shown("order a732201349959b in 24 hours"),
            "order a000b in 24 hours"
        );
        assert_eq!(
            shown("mail jo@example.com, see https://a.b/c?d=1"),
            "mail <email> see <url>"
        );
        assert_eq!(shown("user@home"), "user @ home");
    }

    #[test]
    fn emoji_are_signs_whatever_their_variation() {
        assert_eq!(shown("❤️❤️❤️"), shown("❤❤"));
        assert_eq!(normalise("👍"), [Token::Sign("👍".into())]);
    }

    #[test]
    fn words_of_scripts_with_combining_marks_stay_whole() {
        assert_eq!(normalise("नमस्ते").len(), 1);
    }

    #[test]
    fn nothing_visible_gives_no_token() {
        assert!(normalise(" \n\t\u{200b}\u{feff} . , ").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_and_read_the_same_twice(text in "\\PC{0,200}") {
            prop_assert_eq!(normalise(&text), normalise(&text));
        }

        #[test]
        fn case_makes_no_difference_to_ascii(text in "[ -~]{0,80}") {
            prop_assert_eq!(normalise(&text), normalise(&text.to_ascii_uppercase()));
        }
    }
}
