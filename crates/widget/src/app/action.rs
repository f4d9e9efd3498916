//! What the customer can do by activating something in the widget.

use deskbell_browser::{ToLoader, new_write_id};
use deskbell_client::Input;
use deskbell_protocol::{MessageText, Score, Seq, Timestamp, WriteId};
use yew::Callback;
use yew::html::Scope;

use super::{App, Msg};
use crate::words;
use crate::written::written;

/// What something does when it is activated.
#[derive(Clone)]
pub enum Action {
    /// Shows the newest message.
    ToBottom,
    /// Sends a suggested message.
    Choose(String),
    /// Rings the bell.
    Ring,
    /// Judges an answer.
    Judge(Seq, bool),
    /// Rates the chat that ended there.
    Rate(Seq, Score),
    /// Does not want to.
    Unasked(Seq),
    /// Has something refused tried again.
    Retry(WriteId),
    /// Gives something refused up.
    Discard(WriteId),
    /// Has a masked message sent as it was written.
    SendAsWritten(WriteId),
    /// Opens or closes the options.
    Options(bool),
    /// Has new messages heard, or not.
    Sound(bool),
    /// Takes the conversation along.
    SaveTranscript,
    /// Closes the panel.
    Close,
}

/// For the event of an element that does `action`. One for all, so that each has no code of its own in the download.
pub fn does<E: 'static>(link: &Scope<App>, action: Action) -> Callback<E> {
    link.callback(move |_| Msg::Does(action.clone()))
}

impl App {
    /// Does it. Says whether there is something to draw.
    pub(super) fn act(&mut self, action: Action, now: Timestamp) -> bool {
        // What these stand on stays, or gives the focus away by itself.
        self.rescue_focus |= !matches!(
            action,
            Action::Rate(..) | Action::Options(_) | Action::Sound(_) | Action::Close
        );
        match action {
            Action::ToBottom => self.scroll.to_bottom(),
            Action::Choose(text) => match MessageText::new(&text) {
                Ok(text) => self.submit(text),
                Err(_) => return false,
            },
            Action::Ring => self.ring(new_write_id()),
            Action::Judge(answer, helped) => {
                // What the bot says to that comes next.
                self.scroll.to_bottom();
                self.feed(Input::Judged {
                    write: new_write_id(),
                    answer,
                    helped,
                    now,
                });
            }
            Action::Rate(stretch, score) => self.feed(Input::Rated {
                write: new_write_id(),
                stretch,
                score,
                now,
            }),
            Action::Unasked(stretch) => {
                self.unasked = Some(stretch);
                self.services.kept.keep_unasked(stretch);
            }
            Action::Retry(write) => self.feed(Input::Retried { write, now }),
            Action::Discard(write) => self.feed(Input::Discarded { write }),
            Action::SendAsWritten(write) => {
                self.scroll.to_bottom();
                self.feed(Input::SentAsWritten {
                    write,
                    new_write: new_write_id(),
                    now,
                    model: self.asks_model(),
                });
            }
            Action::Options(open) => self.options = open,
            Action::Sound(on) => {
                self.sound = on;
                self.services.kept.keep_sound(on);
                if on {
                    words::chime();
                }
            }
            Action::SaveTranscript => {
                self.options = false;
                let shop = self.site.as_ref().map(|site| site.name.as_str());
                words::save_transcript(&written(&self.session, shop, now));
            }
            Action::Close => {
                self.services.loader.tell(&ToLoader::Close);
                return false;
            }
        }
        true
    }
}
