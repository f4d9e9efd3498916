//! `POST /contact/{key}`: the form that needs no JavaScript was sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use deskbell_desk::contact_page::{ContactForm, FormError, SentForm};
use deskbell_desk::{Language, Site};
use deskbell_protocol::ConversationId;

use crate::http::admission::Asked;
use crate::http::contact_pages::{Reader, find, random_token, shown, unknown_site};
use crate::http::error::about;
use crate::http::pages::FramedBy;
use crate::http::{ApiError, Shared};
use crate::secrets;

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    key: Result<Path<String>, PathRejection>,
    reader: Reader,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answer = answer(&app, asked, key, &reader, body).await;
    answer.unwrap_or_else(|error| reader.unavailable(error))
}

async fn answer(
    app: &Shared,
    asked: Asked,
    key: Result<Path<String>, PathRejection>,
    reader: &Reader,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let Some(site) = find(app, key).await? else {
        return Ok(unknown_site(reader, &FramedBy::Nobody));
    };
    let page = reader.page(&site);
    let form = match body {
        Ok(body) => ContactForm::read(&body, random_token()?),
        Err(rejection) => {
            let form = ContactForm::new(random_token()?);
            let status = rejection.status();
            let error = match status {
                StatusCode::PAYLOAD_TOO_LARGE => FormError::TooLarge,
                _ => FormError::NotStored,
            };
            return Ok(shown(status, page.form(&form, Some(&error))));
        }
    };
    let sent = match form.check() {
        Ok(sent) => sent,
        Err(error) => {
            let page = page.form(&form, Some(&error));
            return Ok(shown(StatusCode::UNPROCESSABLE_ENTITY, page));
        }
    };
    let contact = sent.contact.clone();
    let stored = match app.within_limits(asked, &site, None) {
        Ok(()) => store(app, &site, sent, page.language).await,
        Err(error) => Err(error),
    };
    Ok(match stored {
        Ok(()) => shown(StatusCode::OK, page.thanks(&contact, app.presence.online())),
        Err(error) => {
            // Nothing typed is lost, and sent again it is the same write.
            let page = page.form(&form, Some(&FormError::NotStored));
            let response = shown(error.status(), page);
            about(error, response)
        }
    })
}

async fn store(
    app: &Shared,
    site: &Arc<Site>,
    sent: SentForm,
    language: Language,
) -> Result<(), ApiError> {
    let id = ConversationId::new(secrets::random_id()?).map_err(ApiError::internal)?;
    let opening = sent.opening(id, site.key.clone(), app.clock.now(), language);
    let conversation = app.desk.open(opening).await?;
    let hint = app.read(&sent.message, &conversation, site).await;
    let write = sent.write();
    app.carry_out(conversation.id, write, Arc::clone(site), move |_| {
        sent.command(hint)
    })
    .await?;
    Ok(())
}
