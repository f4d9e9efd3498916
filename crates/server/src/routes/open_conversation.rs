//! `POST /v1/conversations`: opens the visitor's conversation with a site, or finds it again.

use axum::extract::{FromRequest as _, FromRequestParts as _, Request, State};
use axum::response::IntoResponse;
use deskbell_desk::NewConversation;
use deskbell_protocol::{ConversationId, OpenConversation, Opened};

use crate::http::authority::Bearer;
use crate::http::{ApiError, Json, Shared, origins};
use crate::secrets;

/// Longest BCP 47 tag that registries know.
const MAX_LANGUAGE_CHARS: usize = 35;
const MAX_PAGE_CHARS: usize = 2_000;

pub(crate) async fn handle(
    State(app): State<Shared>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let (mut parts, body) = request.into_parts();
    let Bearer(visitor) = Bearer::from_request_parts(&mut parts, &app).await?;
    let with_body = Request::from_parts(parts.clone(), body);
    let Json(open) = Json::<OpenConversation>::from_request(with_body, &app).await?;
    check(&open)?;
    let site = app.site(&open.site).await?;
    origins::require_of_site(&app, &parts, &site)?;
    let new = NewConversation {
        id: ConversationId::new(secrets::random_id()?).map_err(ApiError::internal)?,
        site: open.site,
        visitor,
        write: open.write,
        at: app.clock.now(),
        language: open.language,
        page: open.page,
    };
    let conversation = app.desk.open(new).await?;
    let status = app
        .desk
        .status(&conversation, app.presence.online())
        .await?;
    Ok(axum::Json(Opened {
        conversation: conversation.id,
        status,
    }))
}

fn check(open: &OpenConversation) -> Result<(), ApiError> {
    let tag = |text: &String| {
        (1..=MAX_LANGUAGE_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !open.language.as_ref().is_none_or(tag) {
        return Err(ApiError::invalid_value(
            "language: must be a language tag such as en or pt-BR",
        ));
    }
    let page = |text: &String| {
        text.chars().count() <= MAX_PAGE_CHARS && !text.chars().any(char::is_control)
    };
    if !open.page.as_ref().is_none_or(page) {
        let message = format!("page: must be an address of at most {MAX_PAGE_CHARS} characters");
        return Err(ApiError::invalid_value(message));
    }
    Ok(())
}
