//! The policy: from one reading and what happened so far to a verdict.
//!
//! It runs on the customer's device, on the server and in the command line, always with the same result.
//! When in doubt it decides towards a person.

use deskbell_protocol::{
    AnswerReason, EscalationReason, EventBody, IntentId, OfferReason, Reading, Sentiment, Verdict,
};
use serde::{Deserialize, Serialize};

/// Asks for a person; always gets one.
pub const TALK_TO_HUMAN: &str = "talk_to_human";
/// Nothing the bot knows.
pub const OUT_OF_SCOPE: &str = "out_of_scope";
/// In a language that the model cannot read: no label of a model, but what [`language`](crate::language) finds.
pub const UNKNOWN_LANGUAGE: &str = "unknown_language";
/// Never the bot's to decide (taxonomy, "Sensitive intents").
pub const SENSITIVE: [&str; 4] = [
    "complaint",
    "fraud_security",
    "financial_hardship",
    "privacy_data",
];
/// Small talk may be repeated without being a sign that the bot fails.
const SMALL_TALK: [&str; 2] = ["greeting", "thanks_goodbye"];

/// Limits of the policy. A merchant may move them within the ranges given, never switch a rule off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Below this confidence a person is offered. 0.2..=0.9.
    pub answer_confidence: f32,
    /// From this probability of negative sentiment on, a message counts as angry. 0.5..=0.97.
    pub angry: f32,
    /// So many angry messages bring a person. 1..=3.
    pub angry_messages: u8,
}

impl Default for Policy {
    /// Chosen by judgement, towards a person; not tuned on data yet.
    fn default() -> Self {
        Self {
            answer_confidence: 0.4,
            angry: 0.9,
            angry_messages: 1,
        }
    }
}

impl Policy {
    /// The same policy with every limit moved into its range.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            answer_confidence: self.answer_confidence.clamp(0.2, 0.9),
            angry: self.angry.clamp(0.5, 0.97),
            angry_messages: self.angry_messages.clamp(1, 3),
        }
    }
}

/// What happened since the bot last took over. A fold over the conversation's events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotStretch {
    /// Messages out of the bot's scope.
    pub out_of_scope: u8,
    /// Answers that did not help: said so by the customer, the same question again, or no answer because the model
    /// was not sure.
    pub not_helped: u8,
    /// Angry messages.
    pub angry: u8,
    /// The intent answered last.
    pub last_intent: Option<IntentId>,
}

impl BotStretch {
    /// Takes one event into account. `policy` is needed to know what counts as angry.
    pub fn apply(&mut self, event: &EventBody, policy: &Policy) {
        match event {
            EventBody::CustomerMessage {
                triage: Some(hint), ..
            } => {
                let next = self.after(&hint.reading, policy);
                *self = next;
            }
            EventBody::Feedback { helped: false, .. } => {
                self.not_helped = self.not_helped.saturating_add(1);
            }
            EventBody::Feedback { helped: true, .. } => self.not_helped = 0,
            EventBody::Escalated { .. }
            | EventBody::Claimed { .. }
            | EventBody::HandedBack { .. }
            | EventBody::Closed { .. } => *self = Self::default(),
            _ => {}
        }
    }

    /// The stretch once a message with this reading is counted.
    fn after(&self, reading: &Reading, policy: &Policy) -> Self {
        let intent = reading.intent.as_str();
        let question = intent != OUT_OF_SCOPE && !SMALL_TALK.contains(&intent);
        let repeated = question && self.last_intent.as_ref() == Some(&reading.intent);
        let unsure = question && reading.confidence < policy.answer_confidence;
        Self {
            out_of_scope: self
                .out_of_scope
                .saturating_add(u8::from(intent == OUT_OF_SCOPE)),
            not_helped: self.not_helped.saturating_add(u8::from(repeated || unsure)),
            angry: self
                .angry
                .saturating_add(u8::from(is_angry(reading, policy))),
            last_intent: Some(reading.intent.clone()),
        }
    }
}

fn is_angry(reading: &Reading, policy: &Policy) -> bool {
    reading.sentiment == Sentiment::Negative && reading.sentiment_scores.negative >= policy.angry
}

/// Decides what to do with a message read as `reading`, given the stretch *before* it.
#[must_use]
pub fn decide(reading: &Reading, before: &BotStretch, policy: &Policy) -> Verdict {
    let intent = reading.intent.as_str();
    let now = before.after(reading, policy);
    if intent == TALK_TO_HUMAN {
        return Verdict::Escalate(EscalationReason::AskedForHuman);
    }
    if SENSITIVE.contains(&intent) {
        return Verdict::Escalate(EscalationReason::Sensitive);
    }
    if intent == UNKNOWN_LANGUAGE {
        return Verdict::Escalate(EscalationReason::UnknownLanguage);
    }
    if now.angry >= policy.angry_messages {
        return Verdict::Escalate(EscalationReason::Angry);
    }
    if now.not_helped >= 2 {
        return Verdict::Escalate(EscalationReason::BotDidNotHelp);
    }
    if intent == OUT_OF_SCOPE {
        return if now.out_of_scope >= 2 {
            Verdict::Escalate(EscalationReason::OutOfScopeTwice)
        } else {
            Verdict::OfferHuman(OfferReason::OutOfScope)
        };
    }
    if reading.confidence < policy.answer_confidence {
        return Verdict::OfferHuman(OfferReason::Unsure);
    }
    if now.not_helped > before.not_helped {
        return Verdict::OfferHuman(OfferReason::NotHelped);
    }
    Verdict::Bot(AnswerReason::Routine)
}

/// Of two verdicts the one that brings a person sooner; on a tie the first.
#[must_use]
pub fn more_human(first: Verdict, second: Verdict) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Bot(_) => 0,
        Verdict::OfferHuman(_) => 1,
        Verdict::Escalate(_) => 2,
    };
    if rank(&second) > rank(&first) {
        second
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::SentimentScores;

    use super::*;

    fn reading(intent: &str, confidence: f32, negative: f32) -> Reading {
        Reading {
            intent: IntentId::new(intent).unwrap(),
            confidence,
            sentiment: if negative > 0.5 {
                Sentiment::Negative
            } else {
                Sentiment::Neutral
            },
            sentiment_scores: SentimentScores {
                negative,
                neutral: 1.0 - negative,
                positive: 0.0,
            },
        }
    }

    /// Verdicts of messages that follow one another in one bot stretch.
    fn verdicts(readings: &[Reading]) -> Vec<Verdict> {
        let policy = Policy::default();
        let mut stretch = BotStretch::default();
        let decide_next = |reading: &Reading| {
            let verdict = decide(reading, &stretch, &policy);
            stretch = stretch.after(reading, &policy);
            verdict
        };
        readings.iter().map(decide_next).collect()
    }

    #[test]
    fn a_routine_question_is_the_bots() {
        assert_eq!(
            verdicts(&[reading("track_order", 0.9, 0.1)]),
            [Verdict::Bot(AnswerReason::Routine)]
        );
    }

    #[test]
    fn asking_for_a_person_always_brings_one_however_unsure_the_model_is() {
        assert_eq!(
            verdicts(&[reading("talk_to_human", 0.05, 0.0)]),
            [Verdict::Escalate(EscalationReason::AskedForHuman)]
        );
    }

    #[test]
    fn what_the_model_cannot_read_is_for_a_person_at_once() {
        assert_eq!(
            verdicts(&[reading(UNKNOWN_LANGUAGE, 1.0, 0.0)]),
            [Verdict::Escalate(EscalationReason::UnknownLanguage)]
        );
    }

    #[test]
    fn sensitive_intents_are_never_the_bots() {
        for intent in SENSITIVE {
            assert_eq!(
                verdicts(&[reading(intent, 0.3, 0.0)]),
                [Verdict::Escalate(EscalationReason::Sensitive)]
            );
        }
    }

    #[test]
    fn an_angry_message_brings_a_person_even_when_the_question_is_routine() {
        assert_eq!(
            verdicts(&[reading("track_order", 0.95, 0.95)]),
            [Verdict::Escalate(EscalationReason::Angry)]
        );
    }

    #[test]
    fn the_first_message_out_of_scope_offers_a_person_and_the_second_brings_one() {
        let odd = reading(OUT_OF_SCOPE, 0.8, 0.0);
        assert_eq!(
            verdicts(&[odd.clone(), reading("invoice", 0.9, 0.0), odd]),
            [
                Verdict::OfferHuman(OfferReason::OutOfScope),
                Verdict::Bot(AnswerReason::Routine),
                Verdict::Escalate(EscalationReason::OutOfScopeTwice),
            ]
        );
    }

    #[test]
    fn the_same_question_again_offers_a_person_and_a_third_time_brings_one() {
        let question = reading("refund", 0.9, 0.0);
        assert_eq!(
            verdicts(&[question.clone(), question.clone(), question]),
            [
                Verdict::Bot(AnswerReason::Routine),
                Verdict::OfferHuman(OfferReason::NotHelped),
                Verdict::Escalate(EscalationReason::BotDidNotHelp),
            ]
        );
    }

    #[test]
    fn an_unsure_model_offers_a_person() {
        assert_eq!(
            verdicts(&[reading("invoice", 0.2, 0.0)]),
            [Verdict::OfferHuman(OfferReason::Unsure)]
        );
    }

    #[test]
    fn a_model_that_is_unsure_twice_does_not_go_on_guessing() {
        assert_eq!(
            verdicts(&[reading("invoice", 0.2, 0.0), reading("refund", 0.2, 0.0)]),
            [
                Verdict::OfferHuman(OfferReason::Unsure),
                Verdict::Escalate(EscalationReason::BotDidNotHelp),
            ]
        );
    }

    #[test]
    fn no_setting_of_a_merchant_switches_a_rule_off() {
        let deaf = Policy {
            answer_confidence: 0.0,
            angry: 2.0,
            angry_messages: 255,
        }
        .bounded();
        assert_eq!(
            deaf,
            Policy {
                answer_confidence: 0.2,
                angry: 0.97,
                angry_messages: 3
            }
        );
    }

    #[test]
    fn a_hint_from_a_device_can_bring_a_person_but_not_keep_one_away() {
        let bot = Verdict::Bot(AnswerReason::Routine);
        let person = Verdict::Escalate(EscalationReason::Angry);
        assert_eq!(more_human(bot, person), person);
        assert_eq!(more_human(person, bot), person);
    }
}
