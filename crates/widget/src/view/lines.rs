//! The conversation, line by line.

use deskbell_protocol::WriteId;
use yew::html::Scope;
use yew::{AttrValue, Html, classes, html};

use crate::app::{App, Msg};
use crate::transcript::{self, Body, Line, Note, Speaker};
use crate::view::Icon;
use crate::view::text::linked;
use crate::words;

/// All lines.
pub fn lines(app: &App, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    let lines = transcript::lines(&app.session);
    html! {
        <ol class="lines">{ for lines.into_iter().map(|it| line(it, language, link)) }</ol>
    }
}

fn line(line: Line<'_>, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    match line.body {
        Body::Message {
            speaker,
            first,
            text,
            note,
        } => {
            let (class, name, content) = match speaker {
                Speaker::Customer => ("customer", words::YOU, html! { text }),
                Speaker::Bot => ("bot", words::ASSISTANT, linked(text)),
                Speaker::Agent(name) => ("agent", name, linked(text)),
            };
            let language = language.filter(|_| speaker == Speaker::Bot);
            html! {
                <li key={line.key} class={classes!("line", class, first.then_some("first"))}>
                    <p class="speaker"><bdi>{ name }</bdi></p>
                    <p class="text" dir="auto" lang={language.cloned()}>{ content }</p>
                    { for note.map(|it| self::note(it, link)) }
                </li>
            }
        }
        Body::Notice(text) => html! {
            <li key={line.key} class="line notice" dir="auto">{ text }</li>
        },
        Body::Refused {
            write,
            what,
            reason,
        } => html! {
            <li key={line.key} class="line notice">{ what }{ refusal(write, reason, link) }</li>
        },
    }
}

/// Notes change while a message is on its way; only a refusal is worth interrupting anybody.
fn note(note: Note<'_>, link: &Scope<App>) -> Html {
    let quiet = |text: &'static str| html! { <p class="note" aria-live="off">{ text }</p> };
    match note {
        Note::Read(hint) => {
            let explained = words::read_explained(hint);
            html! {
                <details class="note" aria-live="off">
                    <summary title={explained.clone()}>
                        { Icon::Device.html() }{ words::read_note(hint) }
                    </summary>
                    <p>{ explained }</p>
                </details>
            }
        }
        Note::Reading => quiet(words::READING),
        Note::Sending => quiet(words::SENDING),
        Note::Waiting => quiet(words::WAITING_FOR_NETWORK),
        Note::Sent => quiet(words::SENT),
        Note::Refused(write, reason) => refusal(write, reason, link),
    }
}

/// Why something was refused, and what the customer can do about it.
pub fn refusal(write: &WriteId, reason: &str, link: &Scope<App>) -> Html {
    let (retry, discard) = (write.clone(), write.clone());
    html! {
        <div class="refusal">
            <p class="error" dir="auto">{ reason }</p>
            <button type="button" onclick={link.callback(move |_| Msg::Retry(retry.clone()))}>
                { words::RETRY }
            </button>
            <button type="button" onclick={link.callback(move |_| Msg::Discard(discard.clone()))}>
                { words::DISCARD }
            </button>
        </div>
    }
}
