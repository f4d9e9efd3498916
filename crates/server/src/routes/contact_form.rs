//! `GET /contact/{key}`: reaches a person without JavaScript, from any browser, in its language.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use deskbell_desk::contact_page::ContactForm;

use crate::http::Shared;
use crate::http::admission::Asked;
use crate::http::contact_pages::{Reader, find, random_token, shown, unknown_site};
use crate::http::pages::FramedBy;

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    key: Result<Path<String>, PathRejection>,
    reader: Reader,
) -> Response {
    let answer = async {
        let Some(site) = find(&app, key).await? else {
            return Ok(unknown_site(&reader, &FramedBy::Nobody));
        };
        app.within_limits(asked, &site, None)?;
        let form = ContactForm::new(random_token()?);
        let page = reader.page(&site).form(&form, None);
        Ok(shown(StatusCode::OK, page))
    };
    answer
        .await
        .unwrap_or_else(|error| reader.unavailable(error))
}
