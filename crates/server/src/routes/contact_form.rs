//! `GET /contact/{key}`: reaches a person without JavaScript, from any browser.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use deskbell_desk::Site;
use deskbell_protocol::{ContactText, MessageText, SiteKey};
use maud::{Markup, html};

use crate::http::pages::{self, FramedBy};
use crate::http::{ApiError, Shared};
use crate::secrets;

pub(crate) async fn handle(
    State(app): State<Shared>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Some(site) = find(&app, key).await? else {
        return Ok(unknown_site());
    };
    let empty = Filled {
        token: secrets::random_token()?,
        ..Filled::default()
    };
    Ok(page(StatusCode::OK, &site, &empty, None))
}

/// What is in the form.
#[derive(Default, serde::Deserialize)]
pub(crate) struct Filled {
    /// Secret of the conversation that this form begins: the form sent twice is sent once.
    #[serde(default)]
    pub(crate) token: String,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) contact: String,
}

/// The site that the address names, if there is one.
pub(super) async fn find(
    app: &Shared,
    key: Result<Path<String>, PathRejection>,
) -> Result<Option<Site>, ApiError> {
    match key.ok().and_then(|Path(key)| SiteKey::new(key).ok()) {
        Some(key) => Ok(app.directory.site(&key).await?),
        None => Ok(None),
    }
}

/// The page of a key that no site has.
pub(super) fn unknown_site() -> Response {
    let content = html! {
        h1 { "This page does not exist" }
        p.lead { "There is no shop with this key. Please go back to the shop's page and look for another way to reach it." }
    };
    let title = "This page does not exist";
    pages::plain_page(StatusCode::NOT_FOUND, title, &content, &FramedBy::Nobody)
}

/// The form, with what is wrong with it.
pub(super) fn page(
    status: StatusCode,
    site: &Site,
    filled: &Filled,
    error: Option<&str>,
) -> Response {
    let content = html! {
        h1 { "Talk to a person at " (site.name) }
        p.lead { "Write what you need. A person reads it, not a bot, and answers you." }
        @if let Some(error) = error {
            p.error #error role="alert" { (error) }
        }
        form method="post" {
            input type="hidden" name="token" value=(filled.token);
            label {
                "Your message"
                textarea name="message" rows="6" required maxlength=(MessageText::MAX_CHARS)
                    aria-describedby=[error.map(|_| "error")] { (filled.message) }
            }
            label {
                "Your e-mail address or phone number, so that we can answer"
                input type="text" name="contact" autocomplete="email" required
                    maxlength=(ContactText::MAX_CHARS) value=(filled.contact)
                    aria-describedby=[error.map(|_| "error")];
            }
            button type="submit" { "Send" }
        }
        (other_ways(site))
    };
    let title = format!("Talk to a person at {}", site.name);
    pages::plain_page(status, &title, &content, &FramedBy::Nobody)
}

/// Phone and e-mail of the shop, if it gave any.
pub(super) fn other_ways(site: &Site) -> Markup {
    html! {
        @if let Some(phone) = &site.contact.phone {
            p.note { "By phone: " a href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
        }
        @if let Some(email) = &site.contact.email {
            p.note { "By e-mail: " a href={ "mailto:" (email) } { (email) } }
        }
    }
}
