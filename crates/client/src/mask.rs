//! Secrets in what a customer writes, hidden before anything else is done with the text. Pure.
//!
//! Found are card numbers (issuer, length and check digit), IBANs (country, length and checksum), and passwords, PINs
//! and one-time codes next to a word that says what they are. A number is never hidden for its length alone: order
//! numbers, parcels, phones and prices have to arrive. What is hidden by mistake, the customer sends as written.

mod card;
mod code;
mod iban;
mod password;
mod scan;
mod words;

use std::ops::Range;

use deskbell_protocol::MessageText;

use scan::Scan;

/// Masks are made of these.
const BULLET: char = '•';
/// So many characters at the end of a card number or an IBAN stay, so that people can tell which one is meant.
const TAIL: usize = 4;

/// What was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A payment card's number or its check number.
    Card,
    /// An international bank account number.
    Iban,
    /// A password or PIN.
    Password,
    /// A code that proves who somebody is, once.
    Code,
}

/// Something hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it was.
    pub kind: SecretKind,
    /// Where its mask stands in the masked text, in bytes.
    pub range: Range<usize>,
}

/// A text without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// `•••• 4242` for a card or an IBAN, `••••` for a password or code, `•••` for a card's check number. Never more characters than before, and masked
    /// again it stays as it is.
    pub text: MessageText,
    /// What was hidden, in the order of the text. Empty: the text is as it was, byte for byte.
    pub spans: Vec<Span>,
}

/// Hides the secrets of `text`.
#[must_use]
pub fn mask(text: &MessageText) -> Masked {
    let mut chars: Vec<char> = text.as_str().chars().collect();
    // What is found depends on its surroundings, so it is looked for until there is nothing more: then, and only then,
    // masking the result again cannot find anything either. It ends, because each mask says less than what it hides.
    let mut again = true;
    while again {
        again = false;
        for find in [iban::find, card::find, password::find, code::find] {
            let found = find(&Scan::new(&chars));
            again |= !found.is_empty();
            chars = hide(&chars, &found);
        }
    }
    let (mut masked, mut spans) = (String::new(), Vec::new());
    for (at, c) in chars.iter().enumerate() {
        let Some(what) = What::marked(*c) else {
            masked.push(*c);
            continue;
        };
        let len: usize = chars[at + 1..at + what.mask_len()]
            .iter()
            .map(|c| c.len_utf8())
            .sum();
        let start = masked.len();
        masked.push(BULLET);
        spans.push(Span {
            kind: what.kind(),
            range: start..masked.len() + len,
        });
    }
    let Ok(text) = MessageText::new(&masked) else {
        unreachable!(
            "a mask has nothing that a message may not have, and no more characters than what it hides"
        )
    };
    Masked { text, spans }
}

/// What was found, and so how it is hidden. As a number, it stands in the place of a mask's first character until all is
/// found: control characters are in no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Card,
    Iban,
    CardCheck,
    Password,
    Code,
}

impl What {
    fn marked(c: char) -> Option<Self> {
        let all = [
            Self::Card,
            Self::Iban,
            Self::CardCheck,
            Self::Password,
            Self::Code,
        ];
        all.get(c as usize).copied()
    }

    fn kind(self) -> SecretKind {
        match self {
            Self::Card | Self::CardCheck => SecretKind::Card,
            Self::Iban => SecretKind::Iban,
            Self::Password => SecretKind::Password,
            Self::Code => SecretKind::Code,
        }
    }

    /// In characters: four bullets, a space and what stays to be seen; or bullets alone.
    fn mask_len(self) -> usize {
        match self {
            Self::Card | Self::Iban => 5 + TAIL,
            Self::CardCheck => 3,
            Self::Password | Self::Code => 4,
        }
    }
}

/// A secret and where it stands, in characters.
#[derive(Clone, Debug)]
struct Found {
    what: What,
    range: Range<usize>,
}

/// `text` with masks in the place of what was found, which is in order and apart.
fn hide(text: &[char], found: &[Found]) -> Vec<char> {
    let mut hidden = Vec::new();
    let mut next = 0;
    for Found { what, range } in found {
        hidden.extend(&text[next..range.start]);
        next = range.end;
        hidden.push(char::from(*what as u8));
        hidden.extend(&[BULLET; 3][..what.mask_len().min(4) - 1]);
        if what.mask_len() > 4 {
            let (mut tail, mut from) = (0, range.end);
            while tail < TAIL {
                from -= 1;
                tail += usize::from(scan::is_word(text[from]));
            }
            hidden.push(' ');
            hidden.extend(text[from..range.end].iter().filter(|c| scan::is_word(**c)));
        }
    }
    hidden.extend(&text[next..]);
    hidden
}
