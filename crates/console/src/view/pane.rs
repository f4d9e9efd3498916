//! The conversation on screen: what is known about it, what was said, and what can be done.

use yew::{Callback, Html, html};

use super::icons;
use super::reply::ReplyBox;
use super::transcript::Transcript;
use super::waited::Waited;
use crate::app::{Drafts, Msg};
use crate::state::{Act, Facts, LinkState, OpenConversation, Shift, Standing};
use crate::{page, words};

/// The right side.
pub fn pane(shift: &Shift, drafts: &Drafts, tell: &Callback<Msg>) -> Html {
    let Some(open) = shift.open() else {
        return html! {
            <section class="pane nothing"><p>{ words::CHOOSE }</p></section>
        };
    };
    let facts = open.facts();
    let site = facts.site.as_ref();
    let site = site.map(|key| words::site(key, shift.sites()));
    let mine = matches!(&facts.standing, Standing::With(agent) if agent.id == shift.agent().id);
    html! {
        <section class="pane" aria-labelledby={page::HEADING} key={open.id().as_str()}>
            <header>
                <div class="row">
                    <div class="row">
                        <a class="back" href="#/">{ icons::back() }{ words::BACK }</a>
                        <h2 id={page::HEADING} tabindex="-1">
                            { words::customer_of(site) }
                        </h2>
                    </div>
                    if mine { { give_away(shift, open, tell) } }
                </div>
                { known(&facts) }
            </header>
            { said(shift, open, tell) }
            <footer>
                if open.is_caught_up() { { next_step(shift, open, &facts, mine, drafts, tell) } }
            </footer>
        </section>
    }
}

fn give_away(shift: &Shift, open: &OpenConversation, tell: &Callback<Msg>) -> Html {
    let pending = shift.pending(open.id());
    let button = |act: Act, word: &'static str, busy_word: &'static str| {
        let (busy, id) = (pending == Some(&act), open.id().clone());
        let onclick = tell.reform(move |_| Msg::Act(id.clone(), act.clone()));
        html! {
            <button type="button" aria-disabled={busy.to_string()} {onclick}>
                { if busy { busy_word } else { word } }
            </button>
        }
    };
    html! {
        <div class="give-away">
            { button(Act::HandBack, words::HAND_BACK, words::HANDING_BACK) }
            { button(Act::Close, words::CLOSE, words::CLOSING) }
        </div>
    }
}

fn known(facts: &Facts) -> Html {
    let fact = |label: &'static str, value: Html| html! { <div><dt>{ label }</dt><dd>{ value }</dd></div> };
    let why = facts.reason.map(|reason| {
        let since = match facts.standing {
            Standing::Waiting(since) => html! { <>{ " " }<Waited {since} /></> },
            _ => Html::default(),
        };
        fact(
            words::WHY,
            html! { <>{ words::reason(reason) }{ since }</> },
        )
    });
    let introduced = facts.introduced.as_ref().map(|who| {
        let name = who.name.as_ref().map(|it| it.as_str());
        let email = who.email.as_ref().map(|it| it.as_str());
        let subject = who.subject.as_ref().map(|it| it.as_str());
        let (label, checked) = match subject {
            Some(_) => (
                words::CUSTOMER,
                html! {
                    <>
                        <strong class="verified">{ words::VERIFIED }</strong>
                        <span class="visually-hidden">{ words::VERIFIED_BY }</span>
                    </>
                },
            ),
            None => (words::CALLS_THEMSELVES, html! { words::NOT_VERIFIED }),
        };
        let known = [name, email, subject].into_iter().flatten();
        let known = known.map(|it| html! { <><bdi>{ it }</bdi></> });
        let known = known.enumerate().map(|(at, it)| match at {
            0 => it,
            _ => html! { <>{ ", " }{ it }</> },
        });
        fact(label, html! { <>{ for known }{ " · " }{ checked }</> })
    });
    let contact = facts.contact.as_ref().map(|contact| {
        fact(
            words::CONTACT,
            html! { <span dir="auto">{ contact.as_str() }</span> },
        )
    });
    let language = facts.language.as_deref();
    let language = language.map(|tag| fact(words::LANGUAGE, html! { words::language(tag) }));
    let page = facts
        .page
        .as_deref()
        .map(|page| fact(words::PAGE, address(page)));
    html! { <dl class="known">{ for introduced }{ for why }{ for contact }{ for language }{ for page }</dl> }
}

/// The address comes from the customer's browser: anything but a web page is shown and not linked.
fn address(page: &str) -> Html {
    if page.starts_with("https://") || page.starts_with("http://") {
        html! {
            <a href={page.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{ page }</a>
        }
    } else {
        html! { page }
    }
}

fn said(shift: &Shift, open: &OpenConversation, tell: &Callback<Msg>) -> Html {
    let empty = open.timeline().events().is_empty();
    let line = match open.link.state() {
        LinkState::Connecting if !open.is_caught_up() => Some(words::LOADING_CONVERSATION),
        LinkState::Lost => Some(words::CONVERSATION_LOST),
        LinkState::Over(Some(why)) if empty => Some(why.as_str()),
        LinkState::Connecting | LinkState::Live | LinkState::Over(_) => None,
    };
    html! {
        <>
            { for line.map(|line| html! { <p class="lost" role="status">{ line }</p> }) }
            <Transcript
                timeline={open.timeline().clone()}
                echoes={shift.echoes()}
                me={shift.agent().name.clone()}
                tell={tell.clone()}
            />
        </>
    }
}

fn next_step(
    shift: &Shift,
    open: &OpenConversation,
    facts: &Facts,
    mine: bool,
    drafts: &Drafts,
    tell: &Callback<Msg>,
) -> Html {
    if mine {
        return html! {
            <ReplyBox conversation={open.id().clone()} drafts={drafts.clone()} tell={tell.clone()} />
        };
    }
    let sentence = html! { <p role="status">{ words::standing(&facts.standing) }</p> };
    if !matches!(facts.standing, Standing::Waiting(_)) {
        return sentence;
    }
    let taking = shift.pending(open.id()) == Some(&Act::Claim);
    let id = open.id().clone();
    let onclick = tell.reform(move |_| Msg::Act(id.clone(), Act::Claim));
    html! {
        <div class="take">
            { sentence }
            <button type="button" class="primary" aria-disabled={taking.to_string()} {onclick}>
                { if taking { words::TAKING } else { words::TAKE } }
            </button>
        </div>
    }
}
