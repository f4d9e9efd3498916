//! A shop with one customer.

use std::sync::Arc;

use deskbell_desk::contract::{new_conversation, site};
use deskbell_desk::{Appended, Command, Desk, DeskError, MemoryLog, Site};
use deskbell_protocol::{
    AnswerReason, ConversationId, ConversationState, EventBody, MessageText, ReadOn, Reading,
    Sentiment, SentimentScores, TriageHint, Verdict, WriteId,
};
use futures_util::FutureExt;

/// A desk with one open conversation of one site.
pub(crate) struct Shop {
    pub(crate) desk: Desk,
    pub(crate) site: Site,
    pub(crate) conversation: ConversationId,
    pub(crate) writes: usize,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let desk = Desk::new(Arc::new(MemoryLog::default()));
        let opened = desk
            .open(new_conversation("visitor"))
            .now_or_never()
            .unwrap()
            .unwrap();
        Self {
            desk,
            site: site("demo"),
            conversation: opened.id,
            writes: 0,
        }
    }

    pub(crate) fn carry_out(&mut self, command: &Command<'_>) -> Result<Appended, DeskError> {
        self.writes += 1;
        let write = WriteId::new(format!("write-{:016}", self.writes)).unwrap();
        let at = 2_000 + i64::try_from(self.writes).unwrap();
        let appended = self
            .desk
            .carry_out(&self.conversation, &write, at, &self.site, command);
        appended.now_or_never().unwrap()
    }

    /// The customer writes; returns what follows their message.
    pub(crate) fn says(&mut self, text: &str, hint: Option<TriageHint>) -> Vec<EventBody> {
        let site = self.site.clone();
        let text = MessageText::new(text).unwrap();
        let appended = self
            .carry_out(&Command::Message {
                text,
                hint,
                site: &site,
            })
            .unwrap();
        let mut bodies = appended.events.into_iter().map(|event| event.body);
        assert!(matches!(
            bodies.next(),
            Some(EventBody::CustomerMessage { .. })
        ));
        bodies.collect()
    }

    pub(crate) fn judges(
        &mut self,
        answer: u64,
        helped: bool,
    ) -> Result<Vec<EventBody>, DeskError> {
        let site = self.site.clone();
        let appended = self.carry_out(&Command::Feedback {
            answer,
            helped,
            site: &site,
        })?;
        Ok(appended
            .events
            .into_iter()
            .map(|event| event.body)
            .collect())
    }

    pub(crate) fn state(&self) -> ConversationState {
        let found = self
            .desk
            .log()
            .conversation(&self.conversation)
            .now_or_never()
            .unwrap();
        found.unwrap().unwrap().state
    }

    pub(crate) fn last_seq(&self) -> u64 {
        let found = self
            .desk
            .log()
            .conversation(&self.conversation)
            .now_or_never()
            .unwrap();
        found.unwrap().unwrap().last_seq
    }
}

/// A calm message with this intent, as the device read it.
pub(crate) fn read(intent: &str) -> Option<TriageHint> {
    Some(TriageHint {
        reading: Reading {
            intent: intent.parse().unwrap(),
            confidence: 0.9,
            sentiment: Sentiment::Neutral,
            sentiment_scores: SentimentScores {
                negative: 0.1,
                neutral: 0.8,
                positive: 0.1,
            },
        },
        verdict: Verdict::Bot(AnswerReason::Routine),
        read_on: ReadOn::Device,
        millis: 1.0,
    })
}

pub(crate) fn bot_text(events: &[EventBody]) -> &str {
    match events {
        [EventBody::BotMessage { text, .. }] => text,
        other => panic!("expected one bot message, got {other:?}"),
    }
}
