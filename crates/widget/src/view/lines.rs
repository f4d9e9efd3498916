//! The conversation, line by line.

use deskbell_protocol::{ProblemCode, Seq, Timestamp, WriteId};
use yew::html::Scope;
use yew::{AttrValue, Html, html};

use crate::app::{Action, App};
use crate::rating::ended;
use crate::transcript::{self, Body, Line, Note, Speaker};
use crate::view::Icon;
use crate::view::button::button;
use crate::view::masked::masked;
use crate::view::rating::rating;
use crate::view::text::linked;
use crate::words;

/// All lines, under the days they were stored on, and with a mark where what is new to the customer begins.
pub fn lines(app: &App, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    let mut all: Vec<Html> = Vec::new();
    let mut day = String::new();
    let mut new_after = app.new_after;
    let asks = ended(&app.session).pop();
    let asks = asks.filter(|it| it.score.is_some() || app.unasked != Some(it.stretch));
    for line in transcript::lines(&app.session) {
        let stored = line.stored.map(|it| it.0);
        if let Some((seq, at)) = line.stored {
            let today = words::day_of(at);
            if today != day {
                all.push(separator("day", seq, &today));
                day = today;
            }
            if new_after.is_some_and(|seen| seq > seen) {
                new_after = None;
                all.push(separator("new", seq, &words::NEW_FROM_HERE.text()));
            }
        }
        let masked = masked(&app.session, &line.key, link);
        all.push(self::line(line, masked, language, link));
        let asked = asks.filter(|it| stored == Some(it.stretch));
        all.extend(asked.map(|it| rating(it, link)));
    }
    html! { <ol class="lines">{ for all }</ol> }
}

/// Not announced: it is not news.
fn separator(class: &'static str, before: Seq, text: &str) -> Html {
    html! {
        <li key={format!("{class}{before}")} CLASS={["separator", class].join(" ")} aria-live="off">
            <span>{ text }</span>
        </li>
    }
}

fn line(line: Line<'_>, masked: Html, language: Option<&AttrValue>, link: &Scope<App>) -> Html {
    match line.body {
        Body::Message {
            speaker,
            first,
            text,
            note,
        } => {
            let (class, name, content) = match speaker {
                Speaker::Customer => ("customer", words::YOU.text(), html! { text }),
                Speaker::Bot => ("bot", words::ASSISTANT.text(), linked(text)),
                Speaker::Agent(name) => ("agent", words::PERSON.with("agent", name), linked(text)),
            };
            let language = language.filter(|_| speaker == Speaker::Bot);
            let at = line.stored.filter(|_| first).map(|it| it.1);
            html! {
                <li key={line.key} CLASS={[if first { "line first" } else { "line" }, class].join(" ")}>
                    <p class="speaker"><bdi>{ name }</bdi>{ for at.map(time) }</p>
                    <p class="text" dir="auto" lang={language.cloned()}>{ content }</p>
                    { masked }
                    { for note.map(|it| self::note(it, link)) }
                </li>
            }
        }
        Body::Notice(notice) => html! {
            <li key={line.key} class="line notice" dir="auto">{ notice.text() }</li>
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

/// The time of day; on a long look also the day.
fn time(at: Timestamp) -> Html {
    html! {
        <time datetime={words::time_for_programs(at)} title={words::day_and_time(at)}>
            { words::time_of_day(at) }
        </time>
    }
}

/// Notes change while a message is on its way; only a refusal is worth interrupting anybody.
fn note(note: Note<'_>, link: &Scope<App>) -> Html {
    let quiet = |text: words::Word| html! { <p class="note" aria-live="off">{ text }</p> };
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

/// Why something was refused, and what the customer can do about it. What came too late would be refused again.
pub fn refusal(write: &WriteId, reason: ProblemCode, link: &Scope<App>) -> Html {
    html! {
        <div class="refusal">
            <p class="error">{ words::refused(reason) }</p>
            if reason != ProblemCode::WrongState {
                { button(words::RETRY, Action::Retry(write.clone()), link) }
            }
            { button(words::DISCARD, Action::Discard(write.clone()), link) }
        </div>
    }
}
