//! What the model read and what the policy made of it, in words.

use deskbell_protocol::{
    AnswerReason, EscalationReason, IntentId, OfferReason, ReadOn, Sentiment, TriageHint, Verdict,
};

/// Why a person was brought in, as a heading of a card.
#[must_use]
pub fn reason(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Bell => "Rang the bell",
        EscalationReason::AskedForHuman => "Asked for a person",
        EscalationReason::Sensitive => "Sensitive matter",
        EscalationReason::Angry => "Sounds angry",
        EscalationReason::OutOfScopeTwice => "The assistant was out of its depth twice",
        EscalationReason::BotDidNotHelp => "The assistant did not help",
        EscalationReason::UnknownLanguage => "Writes in another language",
        EscalationReason::ContactForm => "Used the contact form",
    }
}

/// The same as a sentence.
#[must_use]
pub fn reason_sentence(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Bell => "The customer rang the bell for a person.",
        EscalationReason::AskedForHuman => "The customer asked for a person.",
        EscalationReason::Sensitive => {
            "Called a person: complaints, fraud, hardship and privacy are never the assistant's to decide."
        }
        EscalationReason::Angry => "Called a person: the customer sounds angry.",
        EscalationReason::OutOfScopeTwice => {
            "Called a person: twice the question was nothing the assistant knows about."
        }
        EscalationReason::BotDidNotHelp => "Called a person: the assistant's answers did not help.",
        EscalationReason::UnknownLanguage => {
            "Called a person: the assistant cannot read the customer's language."
        }
        EscalationReason::ContactForm => {
            "The customer used the contact form: answer through the contact they left."
        }
    }
}

/// What the policy decided about a message, and why.
#[must_use]
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Bot(AnswerReason::Routine) => "answered by the assistant: a routine question",
        Verdict::OfferHuman(OfferReason::Unsure) => "a person was offered: not sure what is wanted",
        Verdict::OfferHuman(OfferReason::OutOfScope) => {
            "a person was offered: nothing the assistant knows about"
        }
        Verdict::OfferHuman(OfferReason::NotHelped) => {
            "a person was offered: the last answer did not help"
        }
        Verdict::OfferHuman(OfferReason::NoAnswer) => {
            "a person was offered: the shop has no answer to this"
        }
        Verdict::Escalate(EscalationReason::Bell) => "a person was called: the bell was rung",
        Verdict::Escalate(EscalationReason::AskedForHuman) => {
            "a person was called: the customer asked for one"
        }
        Verdict::Escalate(EscalationReason::Sensitive) => "a person was called: a sensitive matter",
        Verdict::Escalate(EscalationReason::Angry) => "a person was called: sounds angry",
        Verdict::Escalate(EscalationReason::OutOfScopeTwice) => {
            "a person was called: out of the assistant's depth twice"
        }
        Verdict::Escalate(EscalationReason::BotDidNotHelp) => {
            "a person was called: the assistant's answers did not help"
        }
        Verdict::Escalate(EscalationReason::UnknownLanguage) => {
            "a person was called: in a language that the assistant cannot read"
        }
        Verdict::Escalate(EscalationReason::ContactForm) => {
            "a person was called: the contact form was used"
        }
    }
}

/// What the customer wants. Labels of a merchant's own are shown as they are, with spaces.
#[must_use]
pub fn intent(intent: &IntentId) -> String {
    let known = match intent.as_str() {
        "greeting" => "Greeting",
        "thanks_goodbye" => "Thanks or goodbye",
        "talk_to_human" => "Wants a person",
        "track_order" => "Order tracking",
        "delivery_options" => "Delivery options",
        "delivery_problem" => "Delivery problem",
        "change_order" => "Change of an order",
        "cancel_order" => "Cancellation",
        "return_item" => "Return or exchange",
        "refund" => "Refund",
        "payment_problem" => "Payment problem",
        "payment_options" => "Ways to pay",
        "invoice" => "Invoice",
        "account_access" => "Account access",
        "account_change" => "Account change",
        "subscription" => "Subscription",
        "product_question" => "Product question",
        "availability" => "Availability",
        "discount" => "Discount",
        "warranty_repair" => "Warranty or repair",
        "place_order" => "Wants to order",
        "store_info" => "About the shop",
        "complaint" => "Complaint",
        "fraud_security" => "Fraud or security",
        "financial_hardship" => "Financial hardship",
        "privacy_data" => "Privacy",
        "out_of_scope" => "Something else",
        "unknown_language" => "Another language",
        own => return own.replace('_', " "),
    };
    known.to_owned()
}

/// How a message felt.
#[must_use]
pub fn sentiment(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Negative => "Unhappy",
        Sentiment::Neutral => "Neutral",
        Sentiment::Positive => "Pleased",
    }
}

/// A probability.
#[must_use]
pub fn percent(probability: f32) -> String {
    format!("{:.0} %", probability.clamp(0.0, 1.0) * 100.0)
}

/// Where a message was read and how long that took.
#[must_use]
pub fn read_on(hint: &TriageHint) -> String {
    let place = match hint.read_on {
        ReadOn::Device => "on the customer's device",
        ReadOn::Server => "on the server",
    };
    if hint.millis < 1.0 {
        format!("read {place} in under 1 ms")
    } else {
        format!("read {place} in {:.0} ms", hint.millis)
    }
}

/// The three sentiments, for whoever looks closer.
#[must_use]
pub fn sentiment_scores(hint: &TriageHint) -> String {
    let scores = hint.reading.sentiment_scores;
    format!(
        "Unhappy {}, neutral {}, pleased {}",
        percent(scores.negative),
        percent(scores.neutral),
        percent(scores.positive)
    )
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{Reading, SentimentScores};

    use super::*;

    fn hint(millis: f32) -> TriageHint {
        TriageHint {
            reading: Reading {
                intent: IntentId::new("track_order").unwrap(),
                confidence: 0.934,
                sentiment: Sentiment::Negative,
                sentiment_scores: SentimentScores {
                    negative: 0.7,
                    neutral: 0.25,
                    positive: 0.05,
                },
            },
            verdict: Verdict::Bot(AnswerReason::Routine),
            read_on: ReadOn::Device,
            millis,
        }
    }

    #[test]
    fn built_in_intents_have_words_and_a_merchants_own_are_shown_as_they_are() {
        let words = |id: &str| intent(&IntentId::new(id).unwrap());
        assert_eq!(words("track_order"), "Order tracking");
        assert_eq!(words("garden_advice"), "garden advice");
    }

    #[test]
    fn a_reading_says_how_sure_it_is_where_it_was_made_and_how_fast() {
        assert_eq!(percent(0.934), "93 %");
        assert_eq!(percent(7.0), "100 %");
        assert_eq!(read_on(&hint(3.4)), "read on the customer's device in 3 ms");
        assert!(read_on(&hint(0.2)).ends_with("in under 1 ms"));
        assert_eq!(
            sentiment_scores(&hint(1.0)),
            "Unhappy 70 %, neutral 25 %, pleased 5 %"
        );
    }
}
