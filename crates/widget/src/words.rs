//! Every word the widget says, by its key in `web/locales`. The texts come with the page, in the customer's language; what
//! languages write in their own way (numbers, times, plurals) the browser writes.

use deskbell_protocol::{
    EscalationReason, ProblemCode, ReadOn, Score, Sentiment, TextError, TriageHint,
};
use wasm_bindgen::prelude::wasm_bindgen;
use yew::AttrValue;
use yew::html::IntoPropValue;
use yew::virtual_dom::VNode;

#[wasm_bindgen(js_namespace = deskbell)]
extern "C" {
    /// The text with this key; empty if there is none.
    fn say(key: &str) -> String;
    /// `text` with `value` in the place of `{name}`.
    fn fill(text: &str, name: &str, value: &str) -> String;
    /// The form for `number` of the text with this key.
    fn count(key: &str, number: u32) -> String;
    fn number(number: u32) -> String;
    fn percent(share: f32) -> String;
    fn tenths(tenths: u32) -> String;
    fn time(at: f64) -> String;
    fn iso(at: f64) -> String;
    fn day(at: f64) -> String;
    fn stamp(at: f64) -> String;
    fn save(name: &str, text: &str);
    /// What the page says of the customer, `name`, `email` or `token`; empty if it says nothing.
    pub fn customer(what: &str) -> String;
    /// Tells whoever builds the merchant's page why what it says of the customer does not count.
    pub fn warn(why: &str);
    /// Tells the bootstrap script.
    pub fn dispatch(what: &str);
    /// The address of a site's contact page, in the customer's language.
    pub fn contact(site: &str) -> String;
    /// Plays the sound for a new message.
    pub fn chime();
}

/// A text, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(&'static str);

impl Word {
    /// The text in the customer's language.
    pub fn text(self) -> String {
        say(self.0)
    }

    /// The text with `value` in the place of `{name}`.
    pub fn with(self, name: &str, value: &str) -> String {
        fill(&self.text(), name, value)
    }

    /// Its form for `number`.
    pub fn count(self, number: usize) -> String {
        count(self.0, number.try_into().unwrap_or(u32::MAX))
    }
}

impl IntoPropValue<Option<AttrValue>> for Word {
    fn into_prop_value(self) -> Option<AttrValue> {
        Some(self.text().into())
    }
}

impl IntoPropValue<AttrValue> for Word {
    fn into_prop_value(self) -> AttrValue {
        self.text().into()
    }
}

impl IntoPropValue<VNode> for Word {
    fn into_prop_value(self) -> VNode {
        self.into()
    }
}

impl From<Word> for VNode {
    fn from(word: Word) -> Self {
        word.text().into()
    }
}

macro_rules! words {
    ($($name:ident $key:literal)*) => {
        $(pub const $name: Word = Word($key);)*

        /// The keys of all.
        #[cfg(test)]
        const KEYS: &[&str] = &[$($key),*];
    };
}

words! {
    CHAT "header.chat"
    HEADER_ASSISTANT "header.assistant"
    WAITING_FOR_PERSON "header.waiting"
    PERSON_IS_HERE "header.personIsHere"
    TALK_TO_HUMAN "header.bell"
    BELL_CALLING "header.calling"
    PERSON_IS_CALLED "header.personIsCalled"
    CLOSE_CHAT "header.close"
    OPTIONS "header.options"
    SOUND "header.sound"
    DOWNLOAD_TRANSCRIPT "header.downloadTranscript"

    CONVERSATION "conversation.region"
    MESSAGES "conversation.messages"
    NEW_MESSAGES "conversation.newMessages"
    NEW_FROM_HERE "conversation.newFromHere"
    SUGGESTED "conversation.suggested"

    YOU "speaker.you"
    ASSISTANT "speaker.assistant"
    PERSON "speaker.person"
    ASSISTANT_ANSWERS "typing.assistant"
    PERSON_TYPES "typing.person"

    HELLO "welcome.hello"
    HELLO_SHOP "welcome.helloShop"
    WHO_ANSWERS "welcome.whoAnswers"
    WHO_ANSWERS_ALONE "welcome.nobodyOnline"
    PEOPLE_ONLINE "people.online"

    YOUR_MESSAGE "compose.label"
    WRITE_HERE "compose.placeholder"
    SEND "compose.send"
    EMPTY "compose.empty"
    CONTROL "compose.control"
    TOO_LONG "compose.tooLong"
    LEFT "compose.left"

    READING "delivery.reading"
    SENDING "delivery.sending"
    WAITING_FOR_NETWORK "delivery.waiting"
    SENT "delivery.sent"
    RETRY "delivery.retry"
    DISCARD "delivery.discard"
    FEEDBACK_REFUSED "delivery.feedbackRefused"
    CONTACT_REFUSED "delivery.contactRefused"
    TOO_LATE "delivery.tooLate"
    NOT_ACCEPTED "delivery.notAccepted"

    CALLING "standing.calling"
    CALL_KEPT "standing.kept"
    CALL_REFUSED "standing.refused"
    REQUEST_STORED "standing.stored"
    NOBODY_ONLINE "standing.nobodyOnline"
    NEXT_IN_LINE "standing.next"
    POSITION_IN_LINE "standing.position"
    IN_LINE "standing.inLine"
    AGENT_IS_WITH_YOU "standing.withYou"
    PERSON_IS_WITH_YOU "standing.personWithYou"

    OTHER_WAYS "contact.otherWays"
    CONTACT_PAGE "contact.page"
    OPENS_NEW_TAB "contact.opensNewTab"
    LEAVE_CONTACT "contact.ask"
    LEAVE_CONTACT_LATER "contact.askFolded"
    CONTACT_HINT "contact.hint"
    CONTACT_SEND "contact.send"
    CONTACT_LEFT "contact.left"

    JOINED "events.joined"
    HANDED_BACK "events.handedBack"
    CLOSED "events.closed"

    ESCALATED_ASKED "escalated.asked"
    ESCALATED_SENSITIVE "escalated.sensitive"
    ESCALATED_ANGRY "escalated.angry"
    ESCALATED_OUT_OF_SCOPE "escalated.outOfScope"
    ESCALATED_DID_NOT_HELP "escalated.didNotHelp"
    ESCALATED_CONTACT_FORM "escalated.contactForm"
    ESCALATED_LANGUAGE "escalated.languageUnknown"

    HID_CARD "masked.card"
    HID_IBAN "masked.iban"
    HID_PASSWORD "masked.password"
    HID_CODE "masked.code"
    HID_SEVERAL "masked.several"
    SEND_AS_WRITTEN "masked.sendAsWritten"

    DID_THIS_HELP "feedback.question"
    YES "feedback.yes"
    NO "feedback.no"
    GLAD_IT_HELPED "feedback.glad"
    SORRY_NO_HELP "feedback.sorry"

    RATING_QUESTION "rating.question"
    VERY_BAD "rating.veryBad"
    BAD "rating.bad"
    FAIR "rating.fair"
    GOOD "rating.good"
    VERY_GOOD "rating.veryGood"
    RATING_THANKS "rating.thanks"
    RATING_NOT_NOW "rating.notNow"

    RECONNECTING "connection.reconnecting"
    NOT_LASTING "connection.notLasting"
    READER_LOADING "reader.loading"
    READER_LOADING_MEGABYTES "reader.loadingMegabytes"
    READ_ON_DEVICE "reader.device"
    READ_ON_DEVICE_WHY "reader.deviceWhy"
    READ_ON_SERVER "reader.server"
    READ_ON_SERVER_WHY "reader.serverWhy"
    NOTE_DEVICE "reading.device"
    NOTE_DEVICE_AT_ONCE "reading.deviceAtOnce"
    NOTE_SERVER "reading.server"
    HOW_DEVICE "reading.deviceHow"
    HOW_SERVER "reading.serverHow"
    UNDERSTOOD "reading.understood"
    UNHAPPY "reading.unhappy"
    NEUTRAL "reading.neutral"
    HAPPY "reading.happy"

    TRANSCRIPT_TITLE "transcript.title"
    TRANSCRIPT_DATE "transcript.downloaded"
    TRANSCRIPT_FILE "transcript.file"
}

/// Whole sentences beside each other. Languages that write no space between sentences read well with one.
fn sentences(texts: &[String]) -> String {
    texts.join(" ")
}

/// What the customer reads before anything was said.
pub fn greeting(shop: Option<&str>) -> String {
    match shop {
        Some(shop) => HELLO_SHOP.with("shop", shop),
        None => HELLO.text(),
    }
}

/// Who answers. `online`: how many people are there, if known.
pub fn who_answers(online: Option<u32>) -> String {
    match online {
        Some(0) => WHO_ANSWERS_ALONE.text(),
        Some(online) => sentences(&[WHO_ANSWERS.text(), PEOPLE_ONLINE.count(online as usize)]),
        None => WHO_ANSWERS.text(),
    }
}

/// Where the customer stands in the queue, with at least one person online.
pub fn queue(position: Option<u32>, online: u32) -> String {
    let place = match position {
        Some(1) => NEXT_IN_LINE.text(),
        Some(position) => POSITION_IN_LINE.with("position", &number(position)),
        None => IN_LINE.text(),
    };
    sentences(&[place, PEOPLE_ONLINE.count(online as usize)])
}

/// That a person, by name if known, reads this.
pub fn with_you(agent: Option<&str>) -> String {
    match agent {
        Some(agent) => AGENT_IS_WITH_YOU.with("agent", agent),
        None => PERSON_IS_WITH_YOU.text(),
    }
}

/// Why a person is called.
pub fn escalated(reason: EscalationReason) -> Word {
    match reason {
        EscalationReason::Bell | EscalationReason::AskedForHuman => ESCALATED_ASKED,
        EscalationReason::Sensitive => ESCALATED_SENSITIVE,
        EscalationReason::Angry => ESCALATED_ANGRY,
        EscalationReason::OutOfScopeTwice => ESCALATED_OUT_OF_SCOPE,
        EscalationReason::BotDidNotHelp => ESCALATED_DID_NOT_HELP,
        EscalationReason::ContactForm => ESCALATED_CONTACT_FORM,
        EscalationReason::UnknownLanguage => ESCALATED_LANGUAGE,
    }
}

/// Why something was refused.
pub fn refused(code: ProblemCode) -> Word {
    match code {
        ProblemCode::WrongState => TOO_LATE,
        _ => NOT_ACCEPTED,
    }
}

/// The small line under a message that was read.
pub fn read_note(hint: &TriageHint) -> String {
    let how = match hint.read_on {
        // Fractions of a millisecond say nothing to anybody.
        ReadOn::Device if hint.millis < 1.0 => NOTE_DEVICE_AT_ONCE.text(),
        ReadOn::Device => NOTE_DEVICE.with("millis", &number(hint.millis.round() as u32)),
        ReadOn::Server => NOTE_SERVER.text(),
    };
    [how, intent(hint.reading.intent.as_str())].join(" · ")
}

/// What that line means.
pub fn read_explained(hint: &TriageHint) -> String {
    let how = match hint.read_on {
        ReadOn::Device => HOW_DEVICE,
        ReadOn::Server => HOW_SERVER,
    };
    let mood = match hint.reading.sentiment {
        Sentiment::Negative => UNHAPPY,
        Sentiment::Neutral => NEUTRAL,
        Sentiment::Positive => HAPPY,
    };
    let understood = UNDERSTOOD.with("intent", &intent(hint.reading.intent.as_str()));
    let understood = fill(&understood, "percent", &percent(hint.reading.confidence));
    sentences(&[how.text(), understood, mood.text()])
}

/// How far the model is.
pub fn model_progress(bytes: usize) -> String {
    match u32::try_from(bytes / 100_000).unwrap_or(u32::MAX) {
        0 => READER_LOADING.text(),
        done => READER_LOADING_MEGABYTES.with("megabytes", &tenths(done)),
    }
}

/// What is wrong with a text of at most `max` characters.
pub fn text_error(error: &TextError) -> String {
    match error {
        TextError::Empty => EMPTY.text(),
        TextError::TooLong { len, max } => TOO_LONG.count(len - max),
        TextError::Control => CONTROL.text(),
    }
}

/// What an intent is called. A merchant's own intent is shown by its id, without underscores.
pub fn intent(id: &str) -> String {
    let known = say(&["intents", id].join("."));
    if known.is_empty() {
        id.replace('_', " ")
    } else {
        known
    }
}

/// A score as a digit.
pub fn digit(score: Score) -> String {
    number(score.get().into())
}

/// A score with what it means.
pub fn score(score: Score) -> String {
    let meaning = match score.get() {
        1 => VERY_BAD,
        2 => BAD,
        3 => FAIR,
        4 => GOOD,
        _ => VERY_GOOD,
    };
    [digit(score), meaning.text()].join(" · ")
}

/// The time of day.
pub fn time_of_day(at: i64) -> String {
    time(at as f64)
}

/// The same for programs, with the date, in UTC (ISO 8601).
pub fn time_for_programs(at: i64) -> String {
    iso(at as f64)
}

/// The day as people say it: today, yesterday, or its date.
pub fn day_of(at: i64) -> String {
    day(at as f64)
}

/// Day and time in full.
pub fn day_and_time(at: i64) -> String {
    stamp(at as f64)
}

/// Saves `text` as a text file on the customer's device.
pub fn save_transcript(text: &str) {
    save(&[TRANSCRIPT_FILE.text().as_str(), "txt"].join("."), text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of the English locale outside of the groups that scripts read.
    fn written() -> Vec<String> {
        let english = include_str!("../../../web/locales/en.json");
        let english: serde_json::Value = serde_json::from_str(english).unwrap();
        let groups = english.as_object().unwrap().iter();
        let groups = groups.filter(|(group, words)| {
            words.is_object()
                && !matches!(
                    group.as_str(),
                    "loader" | "shell" | "intents" | "contactPage" | "bot"
                )
        });
        groups
            .flat_map(|(group, words)| {
                let keys = words.as_object().unwrap().keys();
                keys.map(move |key| format!("{group}.{key}"))
            })
            .collect()
    }

    #[test]
    fn every_word_that_is_said_is_written_and_every_one_written_is_said() {
        let written = written();
        for key in KEYS {
            assert!(
                written.iter().any(|it| it == key),
                "{key} is not in en.json"
            );
        }
        for key in &written {
            assert!(KEYS.contains(&key.as_str()), "nobody says {key}");
        }
    }
}
