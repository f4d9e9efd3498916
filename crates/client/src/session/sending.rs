//! What is sent when, and what comes of it.

use deskbell_protocol::{OpenConversation, ProblemCode, Timestamp, WriteId};

use super::{Connection, Effect, Session};
use crate::{Answer, Delivery, Failure, Outgoing, OutgoingBody, Request};

impl Session {
    /// Sends what is next, if it is time, and says when to come back.
    pub(super) fn pump(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if !self.sending
            && self.send_at <= now
            && self.next(now).is_some()
            && let Some(request) = self.next_request(now)
        {
            self.sending = true;
            effects.push(Effect::Send(request));
        }
        self.wake(effects);
    }

    fn next_request(&mut self, now: Timestamp) -> Option<Request> {
        let next = self.next(now)?;
        let Some(conversation) = &self.conversation else {
            let open = OpenConversation {
                write: self.open_write.clone()?,
                site: self.config.site.clone(),
                language: self.config.language.clone(),
                page: self.config.page.clone(),
            };
            return Some(match next.body {
                OutgoingBody::Ring => Request::OpenToRing(open),
                _ => Request::Open(open),
            });
        };
        let (request, write) = (next.request(conversation), next.write.clone());
        if let Some(item) = self.outbox.get_mut(&write) {
            item.delivery = Delivery::Sending;
        }
        Some(request)
    }

    /// What to send next at `now`. An introduction alone is no reason to begin a conversation.
    fn next(&self, now: Timestamp) -> Option<&Outgoing> {
        let begins = |item: &Outgoing| {
            !matches!(item.body, OutgoingBody::Introduction(_))
                && !matches!(item.delivery, Delivery::Stored | Delivery::Failed { .. })
        };
        let wanted = self.conversation.is_some() || self.outbox.iter().any(begins);
        self.outbox.next(now).filter(|_| wanted)
    }

    /// Says when to come back: as soon as what is next may be sent or the stream be opened again.
    pub(super) fn wake(&self, effects: &mut Vec<Effect>) {
        let next = self.next(Timestamp::MAX).filter(|_| !self.sending);
        let send_at = next.map(|item| match item.delivery {
            Delivery::Reading { until } | Delivery::Settling { until } => until.max(self.send_at),
            _ => self.send_at,
        });
        if let Some(at) = send_at.into_iter().chain(self.stream_at).min() {
            effects.push(Effect::WakeAt(at));
        }
    }

    pub(super) fn answered(
        &mut self,
        write: &WriteId,
        outcome: Result<Answer, Failure>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.sending = false;
        match outcome {
            Ok(answer) => {
                self.send_backoff.reset();
                self.succeeded(write, answer, effects);
                // The server is there, so the stream need not wait for its turn.
                if self.connection == Connection::Lost {
                    self.open_stream(effects);
                }
            }
            Err(failure) => self.failed(write, failure, now, effects),
        }
        self.pump(now, effects);
    }

    fn succeeded(&mut self, write: &WriteId, answer: Answer, effects: &mut Vec<Effect>) {
        match answer {
            Answer::Opened(opened) => {
                effects.push(Effect::KeepConversation(opened.conversation.clone()));
                self.conversation = Some(opened.conversation);
                self.status = Some(opened.status);
                self.open_stream(effects);
            }
            Answer::Escalated(escalated) => {
                self.outbox.remove(write);
                effects.push(Effect::Forget(write.clone()));
                self.status = Some(escalated.status);
            }
            Answer::Accepted(accepted) => {
                // The echo stays until the event takes its place, so that nothing flickers.
                if let Some(item) = self.outbox.get_mut(write) {
                    item.delivery = Delivery::Stored;
                }
                if accepted.events.is_empty() {
                    self.no_news(write);
                }
                effects.push(Effect::Forget(write.clone()));
                for event in accepted.events {
                    self.receive(event, effects);
                }
            }
        }
    }

    /// Of an introduction or a score that the server knew already there will be no event.
    fn no_news(&mut self, write: &WriteId) {
        let known = |body: &OutgoingBody| {
            matches!(
                body,
                OutgoingBody::Introduction(_) | OutgoingBody::Rating { .. }
            )
        };
        if self.outbox.get(write).is_some_and(|item| known(&item.body)) {
            self.outbox.remove(write);
        }
    }

    fn failed(
        &mut self,
        write: &WriteId,
        failure: Failure,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let unknown = matches!(
            &failure,
            Failure::Refused { problem, .. }
                if matches!(problem.code, ProblemCode::UnknownConversation | ProblemCode::NotYours)
        );
        match failure {
            Failure::Refused { problem, .. } if !unknown && !problem.code.may_retry() => {
                self.send_at = now;
                self.give_up(write, problem.code, effects);
                return;
            }
            Failure::Refused {
                retry_after_ms: Some(delay),
                ..
            } => {
                self.send_at = now + delay.max(0);
            }
            _ => self.send_at = self.send_backoff.after_failure(now, self.token.reveal()),
        }
        if unknown {
            self.forget_conversation(effects);
        }
        if let Some(item) = self.outbox.get_mut(write) {
            item.delivery = Delivery::Waiting;
        }
    }

    /// Refused for good. If it was the opening that was refused, everything that waits for it is, but for an
    /// introduction: it goes along when another try succeeds. Nobody is shown that one was refused itself, so that
    /// nobody could give it up: it is forgotten.
    fn give_up(&mut self, write: &WriteId, code: ProblemCode, effects: &mut Vec<Effect>) {
        let opening = self.open_write.as_ref() == Some(write);
        let is_introduction = |item: &Outgoing| matches!(item.body, OutgoingBody::Introduction(_));
        self.drop_from_outbox(&|it| it.write == *write && is_introduction(it), effects);
        let others = self.outbox.iter().filter(|it| !is_introduction(it));
        let writes: Vec<_> = others.map(|item| item.write.clone()).collect();
        for refused in writes.iter().filter(|item| opening || *item == write) {
            if let Some(item) = self.outbox.get_mut(refused) {
                item.delivery = Delivery::Failed { code };
            }
        }
    }
}
