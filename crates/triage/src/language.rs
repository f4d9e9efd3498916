//! Whether the model can read a message at all, and whether one that it cannot read asks for a person.
//!
//! The model learnt English. Of a message in another language its scores mean nothing, so nobody may act on them: a
//! person reads it. The rule looks at the words alone, no model is needed. It is meant to err towards a person.
//!
//! `languages.tsv` has a line for each language that the widget speaks beside English: its code, the commonest words of
//! its chats, and the beginnings of words that a request for a person has. Accents do not count, as in [`normalise`]. Words
//! with `+` between them stand one behind the other. What begins with `~` is also what a thing is for ("a table for six
//! persons"): behind a word for "for" it asks for nobody.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::normalise::{EMAIL, Token, URL, normalise};
use crate::pieces::Vocabulary;

/// A message that the model cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Whether it has words that a request for a person has.
    pub asks_for_person: bool,
    /// How many words it has.
    pub words: usize,
}

/// Words that English chats are full of. One that another language has too speaks for neither.
const ENGLISH: &str = "
the i you is my to a it and of for in on me have has was not can do what when where how why please hi hello hey
thanks thank order want need your this that with be are if from but so no yes ok get got will would could am im its
dont cant still by at or as an we us they he she who which any some there here about just been did does u ur pls plz
thx hiya heya cheers mate cod available help one all out up now then than too more our their them her his go see
bought buy send sent return refund cancel size items item parcel package delivery account email code day days week
weeks";

/// How large a part of the words the model must know whole, if few of them are common English.
const KNOWN: f32 = 0.5;
/// From so many words on, how many the model knows tells a language; fewer may be names or slips of the finger.
const FEW: usize = 4;

/// What "for" is in the languages whose words for a person are plain nouns too.
const FOR: [&str; 18] = [
    "fur", "pour", "para", "por", "per", "voor", "for", "dla", "pro", "pre", "pentru", "za", "за",
    "για", "для", "untuk", "cho", "par",
];
/// Behind "por" or "per" these make a "please".
const COURTESY: [&str; 6] = [
    "favor",
    "favore",
    "piacere",
    "cortesia",
    "gentilezza",
    "pitie",
];
/// So many words before its noun a word for "for" may stand.
const FOR_BEFORE: usize = 3;
/// What Arabic and Hebrew write in front of a word, and the marks that decomposition leaves.
const PREFIXES: &str = "الفبكليتنسه\u{654}\u{655}הוובלמשכ";
/// So many of them may stand before a short word.
const MOST_PREFIXES: usize = 3;

/// What stands beside words of many languages.
const POLITE: [&str; 3] = ["please", "pls", "plz"];
/// So short a beginning of a word must be the whole word.
const SHORT: usize = 3;
/// So short a beginning is a word of another language too often to count outside of its own.
const OWN: usize = 4;

struct Language {
    common: HashSet<String>,
    person: Vec<Call>,
}

/// Words that a request for a person has, one behind the other.
struct Call {
    stems: Vec<String>,
    /// Whether it is also what a thing is for.
    noun: bool,
}

impl Call {
    fn named(text: &str) -> Self {
        Self {
            noun: text.starts_with('~'),
            stems: text.split('+').flat_map(words).collect(),
        }
    }

    /// Whether it tells a request in any language.
    fn is_plain(&self) -> bool {
        let [stem] = self.stems.as_slice() else {
            return true;
        };
        !stem.starts_with(is_latin) || stem.chars().nth(OWN).is_some()
    }

    fn is_in(&self, words: &[String]) -> bool {
        let mut places = words.windows(self.stems.len()).enumerate();
        places.any(|(at, place)| {
            let is_for = |at: usize| {
                let next = words.get(at + 1);
                FOR.contains(&words[at].as_str())
                    && next.is_none_or(|next| !COURTESY.contains(&next.as_str()))
            };
            place
                .iter()
                .zip(&self.stems)
                .all(|(word, stem)| has_stem(word, stem))
                && !(self.noun && (at.saturating_sub(FOR_BEFORE)..at).any(is_for))
        })
    }
}

struct Table {
    english: HashSet<&'static str>,
    languages: Vec<Language>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let english: HashSet<&str> = ENGLISH.split_whitespace().collect();
    let languages = include_str!("languages.tsv").lines().map(|line| {
        let mut fields = line.split('\t').skip(1);
        let mut field = || fields.next().unwrap_or_default();
        let common = words(field()).into_iter().collect();
        let calls = field().split_whitespace().map(Call::named);
        Language {
            common,
            person: calls.filter(|call| !call.stems.is_empty()).collect(),
        }
    });
    Table {
        languages: languages.collect(),
        english,
    }
});

/// Whether `text` is in a language that a model with this vocabulary cannot read; none if it can.
#[must_use]
pub fn foreign(text: &str, vocabulary: &Vocabulary) -> Option<Foreign> {
    let words = words(text);
    // Accents are dropped from words, but they tell a language.
    let accented = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    if words.is_empty() || !is_foreign(&words, accented, vocabulary) {
        return None;
    }
    Some(Foreign {
        asks_for_person: has_person(&words),
        words: words.len(),
    })
}

fn is_foreign(words: &[String], accented: bool, vocabulary: &Vocabulary) -> bool {
    let letters = || words.iter().flat_map(|word| word.chars());
    let strange = letters().filter(|c| !is_latin(*c)).count();
    if 2 * strange >= letters().count() {
        return true;
    }
    let count = |counts: &dyn Fn(&str) -> bool| words.iter().filter(|word| counts(word)).count();
    let english = |word: &str| TABLE.english.contains(word);
    let whole = count(&|word| vocabulary.knows(word));
    // A word that two languages have speaks for neither.
    let foreign = TABLE.languages.iter().any(|language| {
        let common = |word: &str| language.common.contains(word);
        let theirs = count(&|word| common(word) && !english(word)) + usize::from(accented);
        let ours = count(&|word| english(word) && !common(word));
        theirs > ours && (theirs >= 2 || whole < words.len() || words.len() < FEW)
    });
    if foreign {
        return true;
    }
    let english = count(&english);
    if words.len() >= FEW {
        let known = whole as f32 / words.len() as f32;
        return known < KNOWN && english * FEW < words.len();
    }
    // Few words, and the model knows none but a "please": either several, or one that asks for a person.
    let mut strange = words.iter().filter(|word| !POLITE.contains(&word.as_str()));
    let strangers = strange.clone().count();
    strange.all(|word| !vocabulary.knows(word))
        && (strangers > 1 || (strangers == 1 && has_person(words)))
}

/// Whether there are words that a request for a person has, in whatever language; short ones only in a language that it
/// may well be in.
fn has_person(words: &[String]) -> bool {
    let common = |language: &Language| {
        let common = words.iter().filter(|word| language.common.contains(*word));
        common.count()
    };
    let most = TABLE.languages.iter().map(common).max().unwrap_or(0);
    TABLE.languages.iter().any(|language| {
        let near = 2 * common(language) >= most;
        let mut calls = language.person.iter();
        calls.any(|call| (near || call.is_plain()) && call.is_in(words))
    })
}

/// Whether a word begins with the stem, or is it if the stem is short; behind prefixes in Arabic and Hebrew, and anywhere
/// in scripts without spaces.
fn has_stem(word: &str, stem: &str) -> bool {
    let within = |from, to| stem.chars().all(|c| (from..to).contains(&c));
    let letters = || stem.chars().filter(|c| !matches!(c, '\u{654}' | '\u{655}'));
    let short = letters().nth(SHORT).is_none();
    let spaced = |c: char| is_latin(c) || ('\u{370}'..='\u{52f}').contains(&c);
    if stem.chars().all(spaced) || within('\u{900}', '\u{a00}') {
        if short {
            word == stem
        } else {
            word.starts_with(stem)
        }
    } else if short && within('\u{590}', '\u{700}') {
        let bare = word.strip_suffix(stem);
        bare.is_some_and(|before| {
            before.chars().all(|c| PREFIXES.contains(c))
                && before.chars().nth(MOST_PREFIXES).is_none()
        })
    } else {
        word.contains(stem)
    }
}

/// Latin letters without accent and those that have no decomposition, such as ø and ł.
fn is_latin(c: char) -> bool {
    c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c)
}

/// The words of a text that have letters, as the model sees them.
fn words(text: &str) -> Vec<String> {
    let tokens = normalise(text).into_iter();
    let words = tokens.filter_map(|token| match token {
        Token::Word(word) => Some(word),
        Token::Sign(_) => None,
    });
    words
        .filter(|word| word != URL && word != EMAIL && word.chars().any(char::is_alphabetic))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::SPECIAL;

    /// Knows a few words of English.
    fn vocabulary() -> Vocabulary {
        let words = "hi where is my order i want to talk a human please refund when will it come the invoice";
        let letters = ('a'..='z')
            .map(String::from)
            .filter(|letter| !"ai".contains(letter));
        let inner = ('a'..='z').map(|letter| format!("##{letter}"));
        let pieces: Vec<String> = SPECIAL
            .map(String::from)
            .into_iter()
            .chain(words.split(' ').map(String::from))
            .chain(letters)
            .chain(inner)
            .collect();
        Vocabulary::new(&pieces).expect("no piece twice")
    }

    fn read(text: &str) -> Option<bool> {
        foreign(text, &vocabulary()).map(|foreign| foreign.asks_for_person)
    }

    #[test]
    fn english_is_read_with_slips_of_the_finger_names_and_numbers_too() {
        for text in [
            "",
            "?!",
            "12345",
            "hi",
            "wehre is my ordr",
            "i want to talk to a human please",
            "refnd",
            "https://shop.example/où",
            "when will the Knäckebröd come",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn other_languages_are_told_by_their_script_or_their_words() {
        for text in [
            "Wo ist mein Paket?",
            "où est mon colis",
            "kde je moja zasielka",
            "где мой заказ",
            "注文はどこですか",
            "निवेदन",
        ] {
            assert_eq!(read(text), Some(false), "{text}");
        }
    }

    #[test]
    fn who_asks_for_a_person_is_understood_from_one_word_to_a_sentence() {
        for text in [
            "Mitarbeiter!",
            "Ich will mit einem Menschen sprechen, nicht mit einer Maschine.",
            "un humain svp",
            "人工客服",
            "אני רוצה לדבר עם נציג",
        ] {
            assert_eq!(read(text), Some(true), "{text}");
        }
    }

    #[test]
    fn every_language_of_the_table_has_words_for_a_person() {
        assert_eq!(TABLE.languages.len(), 34);
        for language in &TABLE.languages {
            assert!(language.person.len() >= 12);
        }
    }
}
