//! What the merchant's page and the widget tell each other through the loader.

use deskbell_browser::{FromLoader, ToLoader, new_write_id, now};
use deskbell_client::Input;
use deskbell_protocol::{ConversationState, Introduction, Problem, ProblemCode, Seq};

use super::{App, focus};
use crate::transcript::{last_seq, unread};
use crate::words;

impl App {
    /// Takes in who the page says the customer is, if that is news. That somebody has gone is for the frame's first
    /// script, which then loads all of this again.
    pub(super) fn meet_customer(&mut self) {
        let said = ["name", "email", "token"].map(words::customer);
        if said == self.customer {
            return;
        }
        let [name, email, token] = &said;
        let introduction = if token.is_empty() {
            Introduction::new(name, email)
        } else {
            Ok(Introduction {
                name: None,
                email: None,
                token: Some(token.clone()),
            })
        };
        match introduction {
            Ok(introduction) => self.feed(Input::Introduced {
                write: new_write_id(),
                introduction,
                now: now(),
            }),
            Err(error) => words::warn(error.sentence()),
        }
        self.customer = said;
    }

    /// Tells whoever builds the page why the server did not believe it. Where the conversation is another customer's, the
    /// frame's first script begins anew.
    pub(super) fn hear_refusal(problem: &Problem) {
        match problem.code {
            ProblemCode::InvalidIdentity => words::warn(&problem.message),
            ProblemCode::OtherCustomer => words::dispatch("deskbell-other"),
            _ => {}
        }
    }

    pub(super) fn hear_loader(&mut self, message: FromLoader) {
        match message {
            FromLoader::Ring { write } => {
                self.ring(write.clone());
                self.services.loader.tell(&ToLoader::Rung { write });
            }
            FromLoader::Shown { focus: wanted } => {
                let news = |seen: &Seq| unread(&self.session, *seen) > 0;
                self.new_after = self.hidden_at.take().filter(news).or(self.new_after);
                if wanted {
                    focus(&self.composer);
                }
            }
            FromLoader::Who => {}
            FromLoader::Hidden => self.hidden_at = Some(last_seq(&self.session)),
        }
    }

    pub(super) fn tell_loader(&mut self) {
        let count = self.hidden_at.map_or(0, |seen| unread(&self.session, seen));
        if self.told_unread != count {
            self.told_unread = count;
            self.services.loader.tell(&ToLoader::Unread { count });
        }
        let unsent = self.session.is_sending();
        if self.told_unsent != unsent {
            self.told_unsent = unsent;
            self.services.loader.tell(&ToLoader::Unsent { unsent });
        }
        let state = self.session.status().map(|status| status.state);
        if self.told_state != state {
            self.told_state = state;
            let state = state.unwrap_or(ConversationState::Bot);
            self.services.loader.tell(&ToLoader::State { state });
        }
    }
}
