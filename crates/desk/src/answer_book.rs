//! What the bot says: the merchant's answer book, one entry per intent.

use std::collections::BTreeMap;

use deskbell_protocol::{EventBody, IntentId, MessageText, OfferReason, Reading, Verdict};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Language;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Plain text, 1 to 4,000 characters.
    pub text: String,
    /// Replies the customer can choose with one click: at most 4 of at most 60 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
}

/// The answer book of a site, as its TOML file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerBook {
    /// Replies to choose from before anything was said: at most 4.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// Said when the bot does not know what is wanted or has no answer to it. A person is offered with it.
    pub not_understood: Answer,
    /// Said before an answer that is given a second time. A person is offered with it.
    pub said_again: String,
    /// Answers by intent.
    pub answers: BTreeMap<IntentId, Answer>,
}

/// What is wrong with an answer book.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AnswerBookError {
    /// A text is empty, too long or has control characters.
    #[error("{place}: {problem}")]
    Text {
        /// Which entry.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Too many or too long suggestions, or one that no customer could send.
    #[error(
        "{place}: at most {max} suggestions of at most {max_chars} characters, none empty or with control characters"
    )]
    Suggestions {
        /// Which entry.
        place: String,
        /// How many are possible.
        max: usize,
        /// How long each may be.
        max_chars: usize,
    },
}

const MAX_SUGGESTIONS: usize = 4;
const MAX_SUGGESTION_CHARS: usize = 60;

impl AnswerBook {
    /// The book of a bot that has no answer in a language yet: it says so there, and a person is offered.
    #[must_use]
    pub fn without_answers(language: Language) -> Self {
        let said = language.words().no_answer;
        Self {
            suggestions: Vec::new(),
            not_understood: Answer {
                text: said.to_owned(),
                suggestions: Vec::new(),
            },
            said_again: said.to_owned(),
            answers: BTreeMap::new(),
        }
    }

    /// Checks every entry, so that a mistake shows when the book is loaded and not to a customer.
    ///
    /// # Errors
    /// The first mistake, naming its entry.
    pub fn check(&self) -> Result<(), AnswerBookError> {
        check_suggestions("suggestions", &self.suggestions)?;
        check_text("said_again", &self.said_again)?;
        check_answer("not_understood", &self.not_understood)?;
        for (intent, answer) in &self.answers {
            check_answer(&format!("answers.{intent}"), answer)?;
        }
        Ok(())
    }

    /// The verdict once it is known whether there is an answer: without one a person is offered.
    #[must_use]
    pub fn refine(&self, verdict: Verdict, reading: &Reading) -> Verdict {
        match verdict {
            Verdict::Bot(_) if !self.answers.contains_key(&reading.intent) => {
                Verdict::OfferHuman(OfferReason::NoAnswer)
            }
            other => other,
        }
    }

    /// The bot's message to a verdict; none if a person takes over. It begins with `disclosure`, which makes the first
    /// bot message say who speaks: that sentence is not the merchant's to remove.
    #[must_use]
    pub fn reply(
        &self,
        verdict: Verdict,
        reading: Option<&Reading>,
        disclosure: Option<&str>,
    ) -> Option<EventBody> {
        let known = reading.and_then(|reading| {
            self.answers
                .get(&reading.intent)
                .map(|answer| (reading.intent.clone(), answer))
        });
        let (intent, answer, before) = match (verdict, known) {
            (Verdict::Escalate(_), _) => return None,
            (Verdict::Bot(_), Some((intent, answer))) => (Some(intent), answer, None),
            (Verdict::OfferHuman(OfferReason::NotHelped), Some((intent, answer))) => {
                (Some(intent), answer, Some(self.said_again.as_str()))
            }
            _ => (None, &self.not_understood, None),
        };
        let text = [disclosure, before, Some(answer.text.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n\n");
        Some(EventBody::BotMessage {
            text,
            suggestions: answer.suggestions.clone(),
            intent,
            offers_human: matches!(verdict, Verdict::OfferHuman(_)),
            discloses_bot: disclosure.is_some(),
        })
    }
}

fn check_answer(place: &str, answer: &Answer) -> Result<(), AnswerBookError> {
    check_text(place, &answer.text)?;
    check_suggestions(place, &answer.suggestions)
}

fn check_text(place: &str, text: &str) -> Result<(), AnswerBookError> {
    MessageText::new(text)
        .map(drop)
        .map_err(|problem| AnswerBookError::Text {
            place: place.to_owned(),
            problem: problem.to_string(),
        })
}

fn check_suggestions(place: &str, suggestions: &[String]) -> Result<(), AnswerBookError> {
    // A customer who chooses one sends it as a message.
    let fits = |text: &String| {
        MessageText::new(text).is_ok() && text.chars().count() <= MAX_SUGGESTION_CHARS
    };
    if suggestions.len() > MAX_SUGGESTIONS || !suggestions.iter().all(fits) {
        return Err(AnswerBookError::Suggestions {
            place: place.to_owned(),
            max: MAX_SUGGESTIONS,
            max_chars: MAX_SUGGESTION_CHARS,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_refused_if_no_customer_could_send_it() {
        let mut book = AnswerBook::without_answers(Language::default());
        let long = "é".repeat(MAX_SUGGESTION_CHARS);
        for (suggestion, fits) in [
            ("Where is my order?", true),
            (&*long, true),
            (&format!("{long}!"), false),
            (" ", false),
            ("pay \u{202e}001", false),
            ("\u{2067}pay", false),
            ("a\u{0}b", false),
            ("\u{1b}[31mred", false),
        ] {
            book.suggestions = vec![suggestion.to_owned()];
            assert_eq!(book.check().is_ok(), fits, "{suggestion:?}");
        }
    }
}
