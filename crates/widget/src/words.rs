//! Every word the widget says, in one place, so that it can be said in other languages.

use deskbell_protocol::{EscalationReason, ReadOn, Sentiment, TextError, TriageHint};

pub const CHAT: &str = "Chat";
pub const ASSISTANT: &str = "Automated assistant";
pub const WAITING_FOR_PERSON: &str = "Waiting for a person";
pub const TALK_TO_HUMAN: &str = "Talk to a human";
pub const PERSON_IS_CALLED: &str = "A person is called";
pub const PERSON_IS_HERE: &str = "A person is here";
pub const CLOSE_CHAT: &str = "Close the chat";

pub const CONVERSATION: &str = "Conversation";
pub const MESSAGES: &str = "Messages";
pub const YOU: &str = "You";
pub const NEW_MESSAGES: &str = "New messages below";
pub const SUGGESTED: &str = "Suggested messages";
pub const DID_THIS_HELP: &str = "Did this help?";
pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const GLAD_IT_HELPED: &str = "Good to know. Thank you.";
pub const SORRY_NO_HELP: &str = "Thank you for saying so.";

pub const YOUR_MESSAGE: &str = "Your message";
pub const WRITE_HERE: &str = "Write a message…";
pub const SEND: &str = "Send";

pub const READING: &str = "Reading on this device…";
pub const SENDING: &str = "Sending…";
pub const SENT: &str = "Sent";
pub const WAITING_FOR_NETWORK: &str = "Waiting for the network: it will be sent by itself";
pub const RETRY: &str = "Try again";
pub const DISCARD: &str = "Discard";

pub const CALLING: &str = "Calling a person…";
pub const CALL_KEPT: &str = "We cannot reach the shop at the moment. Your request is kept on this device and tried again by itself.";
pub const CALL_REFUSED: &str = "Your request could not be stored.";
pub const REQUEST_STORED: &str = "Your request is stored.";
pub const NOBODY_ONLINE: &str =
    "Nobody is online right now. A person will read this conversation and answer here.";
pub const OTHER_WAYS: &str = "Other ways to reach a person";
pub const CONTACT_PAGE: &str = "Write on the contact page";
pub const OPENS_NEW_TAB: &str = "(opens in a new tab)";
pub const LEAVE_CONTACT: &str = "How can we reach you if you leave?";
pub const LEAVE_CONTACT_LATER: &str = "Cannot wait? Say how we can reach you";
pub const CONTACT_HINT: &str = "E-mail or phone";
pub const CONTACT_SEND: &str = "Leave it";

pub const RECONNECTING: &str = "Reconnecting…";
pub const NOT_LASTING: &str =
    "Your browser does not let us keep this chat: it lasts until you leave this page.";
pub const READ_ON_DEVICE: &str = "Messages are read on this device";
pub const READ_ON_DEVICE_WHY: &str = "A small model on your own device finds out what a message is about, so that the right answer or the right person comes sooner.";
pub const READ_ON_SERVER: &str = "Messages are read on the server";
pub const READ_ON_SERVER_WHY: &str = "The model that finds out what a message is about could not be started on this device. The shop's server does it instead.";

pub const FEEDBACK_REFUSED: &str = "Your answer could not be stored.";
pub const CONTACT_REFUSED: &str = "Your contact could not be stored.";

/// What the customer reads before anything was said.
pub fn greeting(shop: Option<&str>) -> String {
    match shop {
        Some(shop) => format!("Hello! This is the chat of {shop}."),
        None => "Hello!".to_owned(),
    }
}

/// Who answers. `online`: how many people are there, if known.
pub fn who_answers(online: Option<u32>) -> String {
    match online {
        Some(0) => "An automated assistant answers first. Nobody is online right now. Ring the bell all the same: your request is kept, and a person will answer it.".to_owned(),
        Some(online) => format!(
            "An automated assistant answers first. A person is one tap away: ring the bell whenever you like. {}.",
            people_online(online)
        ),
        None => "An automated assistant answers first. A person is one tap away: ring the bell whenever you like.".to_owned(),
    }
}

pub fn people_online(online: u32) -> String {
    match online {
        1 => "1 person is online".to_owned(),
        online => format!("{online} people are online"),
    }
}

/// Where the customer stands in the queue, with at least one person online.
pub fn queue(position: Option<u32>, online: u32) -> String {
    let online = people_online(online);
    match position {
        Some(1) => format!("You are next in line; {online}."),
        Some(position) => format!("You are number {position} in line; {online}."),
        None => format!("You are in line; {online}."),
    }
}

pub fn agent_is_with_you(agent: &str) -> String {
    format!("{agent} is with you and reads what you write.")
}

pub fn contact_left(contact: &str) -> String {
    format!("We can reach you at {contact}.")
}

pub fn joined(agent: &str) -> String {
    format!("{agent} joined the conversation. The assistant is silent now.")
}

pub fn handed_back(agent: &str) -> String {
    format!("{agent} left the conversation. The automated assistant answers again.")
}

pub fn closed(agent: &str) -> String {
    format!("{agent} closed the conversation. Write again whenever you like.")
}

pub fn escalated(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Bell | EscalationReason::AskedForHuman => "You asked for a person.",
        EscalationReason::Sensitive => "This is for a person to decide. A person is called.",
        EscalationReason::Angry => "A person should look at this. A person is called.",
        EscalationReason::OutOfScopeTwice => {
            "The assistant does not know about this. A person is called."
        }
        EscalationReason::BotDidNotHelp => "The assistant did not help enough. A person is called.",
        EscalationReason::UnknownLanguage => {
            "We are not sure that we understand your language, so a person will read this."
        }
        EscalationReason::ContactForm => "You wrote on the contact page. A person will answer.",
    }
}

/// The small line under a message that was read.
pub fn read_note(hint: &TriageHint) -> String {
    let intent = intent(hint.reading.intent.as_str());
    match hint.read_on {
        ReadOn::Device => format!(
            "Read on this device in {} · {intent}",
            duration(hint.millis)
        ),
        ReadOn::Server => format!("Read on the server · {intent}"),
    }
}

/// What that line means.
pub fn read_explained(hint: &TriageHint) -> String {
    let how = match hint.read_on {
        ReadOn::Device => {
            "A small model on your own device read this message to find out what it is about. For that, the text never left your device."
        }
        ReadOn::Server => {
            "Your device had no answer in time, so the shop's server read this message to find out what it is about."
        }
    };
    let mood = match hint.reading.sentiment {
        Sentiment::Negative => "unhappy",
        Sentiment::Neutral => "neutral",
        Sentiment::Positive => "happy",
    };
    format!(
        "{how} It understood: {} ({} % sure). Mood: {mood}.",
        intent(hint.reading.intent.as_str()),
        (hint.reading.confidence * 100.0).round() as u32,
    )
}

/// `millis` in words; fractions of a millisecond say nothing to anybody.
fn duration(millis: f32) -> String {
    if millis < 1.0 {
        "less than 1 ms".to_owned()
    } else {
        format!("{} ms", millis.round() as u32)
    }
}

/// How far the model is. Integer arithmetic: formatting floats would weigh more than the rest of this file.
pub fn model_progress(bytes: usize) -> String {
    let tenths = bytes / 100_000;
    if tenths == 0 {
        "Getting the on-device reader ready…".to_owned()
    } else {
        format!(
            "Getting the on-device reader ready… {}.{} MB",
            tenths / 10,
            tenths % 10
        )
    }
}

/// What is wrong with a text of at most `max` characters.
pub fn text_error(error: &TextError) -> String {
    match error {
        TextError::Empty => "Write something first.".to_owned(),
        TextError::TooLong { len, max } => too_long(len - max),
        TextError::Control => {
            "This text has a character that cannot be shown. Please remove it.".to_owned()
        }
    }
}

fn too_long(over: usize) -> String {
    match over {
        1 => "This is 1 character too long.".to_owned(),
        over => format!("This is {over} characters too long."),
    }
}

pub fn characters_left(left: usize) -> String {
    match left {
        1 => "1 character left".to_owned(),
        left => format!("{left} characters left"),
    }
}

/// What an intent is called. A merchant's own intent is shown by its id, without underscores.
pub fn intent(id: &str) -> String {
    let name = match id {
        "greeting" => "Greeting",
        "thanks_goodbye" => "Thanks or goodbye",
        "talk_to_human" => "Wants a person",
        "track_order" => "Order tracking",
        "delivery_options" => "Delivery options",
        "delivery_problem" => "Delivery problem",
        "change_order" => "Change of an order",
        "cancel_order" => "Cancellation",
        "return_item" => "Return",
        "refund" => "Refund",
        "payment_problem" => "Payment problem",
        "payment_options" => "Ways to pay",
        "invoice" => "Invoice",
        "account_access" => "Account access",
        "account_change" => "Account details",
        "subscription" => "Subscription",
        "product_question" => "Product question",
        "availability" => "Availability",
        "discount" => "Discounts",
        "warranty_repair" => "Warranty and repair",
        "place_order" => "Placing an order",
        "store_info" => "About the shop",
        "complaint" => "Complaint",
        "fraud_security" => "Security",
        "financial_hardship" => "Difficulty paying",
        "privacy_data" => "Personal data",
        "out_of_scope" => "Something else",
        own => return own.replace('_', " "),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use deskbell_protocol::{AnswerReason, IntentId, Reading, SentimentScores, Verdict};

    fn hint(read_on: ReadOn, millis: f32) -> TriageHint {
        TriageHint {
            reading: Reading {
                intent: IntentId::new("track_order").unwrap(),
                confidence: 0.874,
                sentiment: Sentiment::Negative,
                sentiment_scores: SentimentScores {
                    negative: 0.6,
                    neutral: 0.3,
                    positive: 0.1,
                },
            },
            verdict: Verdict::Bot(AnswerReason::Routine),
            read_on,
            millis,
        }
    }

    #[test]
    fn a_reading_says_where_it_was_made_how_long_it_took_and_what_it_found() {
        assert_eq!(
            read_note(&hint(ReadOn::Device, 3.4)),
            "Read on this device in 3 ms · Order tracking"
        );
        assert_eq!(
            read_note(&hint(ReadOn::Device, 0.2)),
            "Read on this device in less than 1 ms · Order tracking"
        );
        assert_eq!(
            read_note(&hint(ReadOn::Server, 3.4)),
            "Read on the server · Order tracking"
        );
        let explained = read_explained(&hint(ReadOn::Device, 3.4));
        assert!(explained.contains("never left your device"));
        assert!(explained.ends_with("Order tracking (87 % sure). Mood: unhappy."));
    }

    #[test]
    fn the_queue_is_told_in_whole_sentences_for_one_and_for_many() {
        assert_eq!(
            queue(Some(2), 1),
            "You are number 2 in line; 1 person is online."
        );
        assert_eq!(
            queue(Some(1), 3),
            "You are next in line; 3 people are online."
        );
        assert_eq!(queue(None, 2), "You are in line; 2 people are online.");
    }

    #[test]
    fn megabytes_are_told_with_one_decimal() {
        assert_eq!(
            model_progress(99_999),
            "Getting the on-device reader ready…"
        );
        assert_eq!(
            model_progress(1_250_000),
            "Getting the on-device reader ready… 1.2 MB"
        );
    }

    #[test]
    fn an_intent_of_the_merchants_own_is_readable_too() {
        assert_eq!(intent("plant_care"), "plant care");
    }

    #[test]
    fn a_text_that_is_refused_says_by_how_much() {
        let error = TextError::TooLong {
            len: 4_012,
            max: 4_000,
        };
        assert_eq!(text_error(&error), "This is 12 characters too long.");
        assert_eq!(
            text_error(&TextError::TooLong {
                len: 4_001,
                max: 4_000
            }),
            "This is 1 character too long."
        );
    }
}
