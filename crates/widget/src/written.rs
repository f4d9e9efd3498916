//! The conversation as a text that the customer can keep.

use deskbell_client::Session;
use deskbell_protocol::Timestamp;

use crate::rating::ended;
use crate::transcript::{Body, Speaker, lines};
use crate::words;

/// All that is on screen of the conversation, one paragraph each, with times and who spoke.
pub fn written(session: &Session, shop: Option<&str>, now: Timestamp) -> String {
    let title = match shop {
        Some(shop) => words::TRANSCRIPT_TITLE.with("shop", shop),
        None => words::CONVERSATION.text(),
    };
    let saved = words::TRANSCRIPT_DATE.with("date", &words::day_and_time(now));
    let mut paragraphs = vec![[title, saved].join("\n")];
    let ended = ended(session);
    for line in lines(session) {
        let (who, what) = match line.body {
            Body::Message { speaker, text, .. } => {
                let who = match speaker {
                    Speaker::Customer => words::YOU.text(),
                    Speaker::Bot => words::ASSISTANT.text(),
                    Speaker::Agent(name) => words::PERSON.with("agent", name),
                };
                (who, text.to_owned())
            }
            Body::Notice(notice) => (String::new(), notice.text()),
            Body::Refused { .. } => continue,
        };
        // What is not stored has no time: this device's clock may be wrong.
        let when = line.stored.map(|it| words::day_and_time(it.1));
        let head: Vec<String> = when.into_iter().chain(Some(who)).collect();
        let head = head.join("  ");
        paragraphs.push([head.trim_end(), &what].join("\n"));
        let rated = ended
            .iter()
            .find(|it| line.stored.is_some_and(|at| at.0 == it.stretch));
        if let Some((rated, score)) = rated.and_then(|it| Some((it, it.score?))) {
            let question = words::RATING_QUESTION.with("agent", rated.agent);
            paragraphs.push([question, words::score(score)].join("\n"));
        }
    }
    paragraphs.push(String::new());
    paragraphs.join("\n\n")
}
