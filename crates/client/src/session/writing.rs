//! What the customer does, on its way into the outbox.

use deskbell_protocol::{
    ContactText, EventBody, Introduction, MessageText, ReadOn, Reading, Score, Seq, Timestamp,
    TriageHint, WriteId,
};
use deskbell_triage::policy::{self, Policy};

use super::{Effect, Item, RATING_PAUSE_MS, Session, TRIAGE_BUDGET_MS};
use crate::mask::mask;
use crate::{Delivery, Outgoing, OutgoingBody};

/// As many digits a card number hardly has any more, but a phone number with its country's may have.
const PHONE_DIGITS: usize = 13;

impl Session {
    pub(super) fn submit(&mut self, item: Outgoing, now: Timestamp, effects: &mut Vec<Effect>) {
        effects.push(Effect::Keep(item.clone()));
        self.outbox.push(item);
        self.pump(now, effects);
    }

    pub(super) fn send_as_written(
        &mut self,
        masked: &WriteId,
        write: WriteId,
        now: Timestamp,
        model: bool,
        effects: &mut Vec<Effect>,
    ) {
        let Some(text) = self.originals.take(masked) else {
            return;
        };
        let unsent = self.outbox.get(masked);
        let unsent = unsent.filter(|item| item.delivery != Delivery::Stored);
        let Some(at) = unsent.map(|item| item.at) else {
            let item = message(write, text, now, now, model, effects);
            return self.submit(item, now, effects);
        };
        let item = message(write, text, at, now, model, effects);
        self.outbox.replace(masked, &item);
        // In this order, so that whenever the page ends, one of the two is kept.
        effects.push(Effect::Keep(item));
        effects.push(Effect::Forget(masked.clone()));
        self.pump(now, effects);
    }

    pub(super) fn rate(
        &mut self,
        write: WriteId,
        stretch: Seq,
        score: Score,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let mut item = waiting(write, now, OutgoingBody::Rating { stretch, score });
        item.delivery = Delivery::Settling {
            until: now + RATING_PAUSE_MS,
        };
        self.submit_instead(
            item,
            now,
            effects,
            &|body| matches!(body, OutgoingBody::Rating { stretch: of, .. } if *of == stretch),
        );
    }

    pub(super) fn introduce(
        &mut self,
        write: WriteId,
        introduction: Introduction,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let known = self.items().filter_map(|item| match item {
            Item::Event(event) => match &event.body {
                EventBody::Introduced { name, email, .. } => Some((name, email)),
                _ => None,
            },
            Item::Echo(echo) => match &echo.body {
                OutgoingBody::Introduction(it) => Some((&it.name, &it.email)),
                _ => None,
            },
        });
        let known = known.last() == Some((&introduction.name, &introduction.email));
        // Whom a token means, the server alone can tell.
        if known && introduction.token.is_none() {
            return;
        }
        let body = OutgoingBody::Introduction(introduction);
        self.submit_instead(waiting(write, now, body), now, effects, &|body| {
            matches!(body, OutgoingBody::Introduction(_))
        });
    }

    /// Submits `item` instead of older ones that are not on their way.
    fn submit_instead(
        &mut self,
        item: Outgoing,
        now: Timestamp,
        effects: &mut Vec<Effect>,
        is_old: &dyn Fn(&OutgoingBody) -> bool,
    ) {
        // In this order, so that whenever the page ends, one of them is kept.
        effects.push(Effect::Keep(item.clone()));
        let is_old = |it: &Outgoing| {
            is_old(&it.body) && !matches!(it.delivery, Delivery::Sending | Delivery::Stored)
        };
        self.drop_from_outbox(&is_old, effects);
        self.outbox.push(item);
        self.pump(now, effects);
    }

    /// Gives up whatever `goes` says.
    pub(super) fn drop_from_outbox(
        &mut self,
        goes: &dyn Fn(&Outgoing) -> bool,
        effects: &mut Vec<Effect>,
    ) {
        let gone = self.outbox.iter().filter(|it| goes(it));
        let gone: Vec<_> = gone.map(|it| it.write.clone()).collect();
        for write in gone {
            self.outbox.remove(&write);
            effects.push(Effect::Forget(write));
        }
    }

    /// The device's verdict goes along as a hint; the server decides again and can only decide more for a person.
    pub(super) fn read(
        &mut self,
        write: &WriteId,
        reading: Option<(Reading, f32)>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(item) = self.outbox.get_mut(write)
            && matches!(item.delivery, Delivery::Reading { .. })
        {
            item.delivery = Delivery::Waiting;
            if let (OutgoingBody::Message { triage, .. }, Some((reading, millis))) =
                (&mut item.body, reading)
            {
                let verdict = policy::decide(&reading, &self.stretch, &Policy::default());
                *triage = Some(TriageHint {
                    reading,
                    verdict,
                    read_on: ReadOn::Device,
                    millis,
                });
            }
            effects.push(Effect::Keep(item.clone()));
        }
        self.pump(now, effects);
    }
}

/// A message that was written at `at`. With the model, it is read first.
pub(super) fn message(
    write: WriteId,
    text: MessageText,
    at: Timestamp,
    now: Timestamp,
    model: bool,
    effects: &mut Vec<Effect>,
) -> Outgoing {
    let delivery = if model {
        effects.push(Effect::Classify {
            write: write.clone(),
            text: text.clone(),
        });
        Delivery::Reading {
            until: now + TRIAGE_BUDGET_MS,
        }
    } else {
        Delivery::Waiting
    };
    let body = OutgoingBody::Message { text, triage: None };
    Outgoing {
        write,
        at,
        body,
        delivery,
    }
}

/// Some write their message where they are asked how to be reached, with all that is in it. Thirteen digits alone are a
/// phone number there, whatever else they could be.
pub(super) fn without_secrets(contact: ContactText) -> ContactText {
    let mut chars = contact.as_str().chars();
    if !chars.any(char::is_alphabetic) && digits(&contact) <= PHONE_DIGITS {
        return contact;
    }
    let masked = MessageText::new(contact.as_str()).map(|text| mask(&text).text);
    // A mask is no longer than what it hides, so it is a contact, too.
    masked
        .ok()
        .and_then(|masked| ContactText::new(masked.as_str()).ok())
        .unwrap_or(contact)
}

fn digits(contact: &ContactText) -> usize {
    contact.as_str().matches(char::is_numeric).count()
}

/// Something that may be sent at once.
pub(super) fn waiting(write: WriteId, at: Timestamp, body: OutgoingBody) -> Outgoing {
    Outgoing {
        write,
        at,
        body,
        delivery: Delivery::Waiting,
    }
}
