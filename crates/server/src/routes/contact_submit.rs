//! `POST /contact/{key}`: the form that needs no JavaScript was sent.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use deskbell_desk::{Command, NewConversation, Site};
use deskbell_protocol::{ContactText, ConversationId, MessageText, VisitorToken, WriteId};
use maud::html;

use super::contact_form::{Filled, find, other_ways, page, unknown_site};
use crate::http::authority::visitor_hash;
use crate::http::pages::{self, FramedBy};
use crate::http::{ApiError, Shared};
use crate::secrets;

pub(crate) async fn handle(
    State(app): State<Shared>,
    key: Result<Path<String>, PathRejection>,
    form: Result<Form<Filled>, FormRejection>,
) -> Result<Response, ApiError> {
    let Some(site) = find(&app, key).await? else {
        return Ok(unknown_site());
    };
    let mut filled = match form {
        Ok(Form(filled)) => filled,
        Err(rejection) => {
            let empty = Filled {
                token: secrets::random_token()?,
                ..Filled::default()
            };
            let error =
                "The form did not arrive as it should. Please try again with a shorter message.";
            return Ok(page(rejection.status(), &site, &empty, Some(error)));
        }
    };
    if VisitorToken::new(filled.token.as_str()).is_err() {
        filled.token = secrets::random_token()?;
    }
    let text = match MessageText::new(&filled.message) {
        Ok(text) => text,
        Err(error) => return Ok(refused(&site, &filled, &error.to_string())),
    };
    let contact = match ContactText::new(&filled.contact) {
        Ok(contact) => contact,
        Err(_) => {
            let error =
                "Please write an e-mail address or a phone number, so that we can answer you.";
            return Ok(refused(&site, &filled, error));
        }
    };
    let site = Arc::new(site);
    store(&app, &site, &filled.token, text, contact.clone()).await?;
    Ok(thanks(&site, &contact, app.presence.online()))
}

/// Stores the message, how to reach the customer, and the request for a person. The same form sent twice is one
/// write; another text from the same form goes to the same conversation.
async fn store(
    app: &Shared,
    site: &Arc<Site>,
    token: &str,
    text: MessageText,
    contact: ContactText,
) -> Result<(), ApiError> {
    let content = format!("{token}\n{}\n{}", contact.as_str(), text.as_str());
    let write = |what: &str| {
        let digest = secrets::sha256_hex(&format!("{what}\n{content}"));
        WriteId::new(&digest[..32]).map_err(ApiError::internal)
    };
    let new = NewConversation {
        id: ConversationId::new(secrets::random_id()?).map_err(ApiError::internal)?,
        site: site.key.clone(),
        visitor: visitor_hash(&VisitorToken::new(token).map_err(ApiError::internal)?),
        write: write("open")?,
        at: app.clock.now(),
        language: None,
        page: None,
    };
    let conversation = app.desk.open(new).await?;
    let hint = app.read(&text, &conversation, site).await;
    app.carry_out(
        conversation.id,
        write("form")?,
        Arc::clone(site),
        move |_| Command::ContactForm {
            text,
            hint,
            contact,
        },
    )
    .await?;
    Ok(())
}

fn refused(site: &Site, filled: &Filled, error: &str) -> Response {
    page(StatusCode::UNPROCESSABLE_ENTITY, site, filled, Some(error))
}

fn thanks(site: &Site, contact: &ContactText, online: u32) -> Response {
    let content = html! {
        h1 { "Thank you, your message is with us" }
        p.lead {
            "A person at " (site.name) " will read it and answer you at "
            strong { (contact.as_str()) } "."
        }
        @if online > 0 {
            p.note { "Somebody is at the desk now. Messages are answered in the order in which they came." }
        } @else {
            p.note { "Nobody is at the desk at this moment. Your message is kept and waits for the next person who comes in." }
        }
        p.note { "You can close this page." }
        (other_ways(site))
    };
    let title = format!("Your message to {}", site.name);
    pages::plain_page(StatusCode::OK, &title, &content, &FramedBy::Nobody)
}
