//! The same message as somebody else would have typed it.

use crate::random::Random;

/// Short forms that people use in chats. Either may stand for the other.
const SHORT_FORMS: [(&str, &str); 24] = [
    ("you", "u"),
    ("your", "ur"),
    ("are", "r"),
    ("please", "pls"),
    ("please", "plz"),
    ("thanks", "thx"),
    ("because", "coz"),
    ("tomorrow", "tmrw"),
    ("what", "wat"),
    ("why", "y"),
    ("with", "w"),
    ("for", "4"),
    ("to", "2"),
    ("though", "tho"),
    ("this", "dis"),
    ("have", "hv"),
    ("the", "teh"),
    ("message", "msg"),
    ("delivery", "delivry"),
    ("address", "adress"),
    ("received", "recieved"),
    ("the", "d"),
    ("and", "n"),
    ("i am", "im"),
];

const OPENERS: [&str; 14] = [
    "hi",
    "hello",
    "hey",
    "hi there,",
    "hello team,",
    "good morning",
    "hey guys",
    "hi,",
    "Hello!",
    "excuse me",
    "dear sir",
    "ok so",
    "hi again",
    "good evening,",
];

const CLOSERS: [&str; 12] = [
    "please",
    "pls",
    "thanks",
    "thank you",
    "asap",
    "??",
    "!!",
    "thx",
    "sir",
    "guys",
    "help",
    "...",
];

/// Another way of typing `text`: short forms, slips of the fingers, other case, less punctuation, a lost word. With
/// `framed`, sometimes a salutation before or a word of politeness after: right for requests, wrong for messages that
/// are nothing but that.
pub fn augment(text: &str, framed: bool, random: &mut Random) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    if random.chance(0.3) {
        for word in &mut words {
            let other = SHORT_FORMS
                .iter()
                .find_map(|(long, short)| match word.to_lowercase() {
                    lower if lower == *long => Some(*short),
                    lower if lower == *short => Some(*long),
                    _ => None,
                });
            if let Some(other) = other.filter(|_| random.chance(0.5)) {
                other.clone_into(word);
            }
        }
    }
    if words.len() >= 6 && random.chance(0.2) {
        words.remove(random.below(words.len()));
    }
    if framed && random.chance(0.2) {
        words.insert(0, (*random.pick(&OPENERS)).to_owned());
    }
    if framed && random.chance(0.15) {
        words.push((*random.pick(&CLOSERS)).to_owned());
    }
    let mut text = words.join(" ");
    if random.chance(0.35) {
        let slips = 1 + text.chars().count() / 40;
        for _ in 0..slips {
            text = slip(&text, random);
        }
    }
    match random.below(20) {
        0..6 => text.to_lowercase(),
        6 => text.to_uppercase(),
        7..11 => text.chars().filter(|c| !c.is_ascii_punctuation()).collect(),
        _ => text,
    }
}

/// One slip of the fingers: a letter lost, doubled, swapped with the next or replaced by another.
fn slip(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + random.below(chars.len() - 2);
    if !chars[at].is_alphabetic() {
        return text.to_owned();
    }
    match random.below(4) {
        0 => {
            chars.remove(at);
        }
        1 => chars.insert(at, chars[at]),
        2 => chars.swap(at, at + 1),
        _ => chars[at] = char::from(b'a' + random.below(26) as u8),
    }
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_types_the_same_and_another_seed_types_differently() {
        let typed = |seed| {
            let mut random = Random::new(seed, 0);
            (0..20)
                .map(|_| augment("where is my order, please?", true, &mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(typed(1), typed(1));
        assert_ne!(typed(1), typed(2));
    }

    #[test]
    fn texts_of_any_shape_survive() {
        let mut random = Random::new(3, 0);
        for text in ["", "?", "hi", "👍👍👍👍", "नमस्ते जी", "a b c d e f g"]
        {
            for _ in 0..200 {
                augment(text, true, &mut random);
            }
        }
    }
}
