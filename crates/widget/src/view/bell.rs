//! What became of the bell: always in sight, between the conversation and the composer.

use std::convert::identity;

use deskbell_protocol::SiteInfo;
use yew::html::Scope;
use yew::{Html, html};

use crate::app::App;
use crate::draft::{Draft, What};
use crate::page::Page;
use crate::standing::{Speaking, Standing, speaking, standing};
use crate::view::lines::refusal;
use crate::words;

/// The card. Empty while there is nothing to say: a live region must be there before its words are.
pub fn bell_card(app: &App, page: &Page, link: &Scope<App>) -> Html {
    let with_agent = match speaking(&app.session) {
        Speaking::Person(name) => Some(name),
        _ => None,
    };
    let standing = standing(&app.session);
    let (class, said) = match (&standing, with_agent.filter(|_| app.reassure)) {
        (Standing::Quiet | Standing::Calling, Some(agent)) => ("calm", words::with_you(agent)),
        (Standing::Quiet, None) => ("none", String::new()),
        (Standing::Calling, None) => ("calm", words::CALLING.text()),
        (Standing::Kept, _) => ("trouble", words::CALL_KEPT.text()),
        (Standing::Refused(..), _) => ("trouble", words::CALL_REFUSED.text()),
        (Standing::Waiting { online: 0, .. }, _) => ("calm", words::NOBODY_ONLINE.text()),
        (
            Standing::Waiting {
                position, online, ..
            },
            _,
        ) => ("calm", words::queue(*position, *online)),
    };
    let stored = matches!(standing, Standing::Waiting { .. });
    html! {
        <section CLASS={["standing", class].join(" ")}>
            <p role="status">
                if stored {
                    <strong>{ words::REQUEST_STORED }</strong>{ " " }
                }
                { said }
            </p>
            { match standing {
                Standing::Refused(write, reason) => html! {
                    <>{ refusal(write, reason, link) }{ other_ways(app.site.as_ref(), page) }</>
                },
                Standing::Kept => other_ways(app.site.as_ref(), page),
                Standing::Waiting { online, contact, .. } => html! {
                    <>
                        if online == 0 {
                            { other_ways(app.site.as_ref(), page) }
                        }
                        { reach(online, contact, link) }
                    </>
                },
                Standing::Quiet | Standing::Calling => Html::default(),
            } }
        </section>
    }
}

/// How the customer can be reached, or the question for it: open while nobody is there, folded while somebody is.
fn reach(online: u32, contact: Option<&str>, link: &Scope<App>) -> Html {
    let left = link.callback(identity);
    match (contact, online) {
        (Some(contact), _) => {
            html! { <p class="reach" dir="auto">{ words::CONTACT_LEFT.with("contact", contact) }</p> }
        }
        (None, 0) => html! {
            <Draft what={What::Contact} on_sent={left} />
        },
        (None, _) => html! {
            <details class="reach">
                <summary>{ words::LEAVE_CONTACT_LATER }</summary>
                <Draft what={What::Contact} on_sent={left} />
            </details>
        },
    }
}

/// Phone, e-mail and the page that needs neither this chat nor JavaScript.
fn other_ways(site: Option<&SiteInfo>, page: &Page) -> Html {
    let contact = site.map(|site| &site.contact);
    let phone = contact.and_then(|contact| contact.phone.as_deref());
    let email = contact.and_then(|contact| contact.email.as_deref());
    let dialled = |phone: &str| -> String {
        phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect()
    };
    html! {
        <ul class="ways" aria-label={words::OTHER_WAYS}>
            if let Some(phone) = phone {
                <li><a dir="ltr" href={format!("tel:{}", dialled(phone))}>{ phone }</a></li>
            }
            if let Some(email) = email {
                <li><a dir="ltr" href={format!("mailto:{email}")}>{ email }</a></li>
            }
            <li>
                <a href={words::contact(page.site.as_str())} target="_blank" rel="noopener">
                    { words::CONTACT_PAGE }<span class="unseen">{ " " }{ words::OPENS_NEW_TAB }</span>
                </a>
            </li>
        </ul>
    }
}
