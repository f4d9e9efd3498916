//! What the merchant's page and the widget tell each other through the loader.

use deskbell_browser::{FromLoader, ToLoader, new_write_id, now};
use deskbell_client::Input;
use deskbell_protocol::{ConversationState, Introduction, Seq};

use super::{App, focus};
use crate::transcript::{last_seq, unread};
use crate::{page, words};

impl App {
    /// Takes in who the page says the customer is, if that is news. That somebody has gone is for the frame's first
    /// script, which then loads all of this again.
    pub(super) fn meet_customer(&mut self) {
        let said = ["name", "email"].map(words::customer);
        if said == self.customer {
            return;
        }
        match Introduction::new(&said[0], &said[1]) {
            Ok(introduction) => self.feed(Input::Introduced {
                write: new_write_id(),
                introduction,
                now: now(),
            }),
            Err(error) => page::warn(&["Deskbell: identify:", error.sentence()].join(" ")),
        }
        self.customer = said;
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
