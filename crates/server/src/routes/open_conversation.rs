//! `POST /v1/conversations`: opens the visitor's conversation with a site, or finds it again. With `?for=escalation` it is
//! opened for the bell and limited as that is.

use axum::extract::{FromRequest as _, FromRequestParts as _, Request, State};
use axum::response::IntoResponse;
use deskbell_desk::{NewConversation, incoming};
use deskbell_protocol::{ConversationId, OpenConversation, Opened};

use crate::http::admission::Asked;
use crate::http::authority::Bearer;
use crate::http::{ApiError, Json, Shared, origins};
use crate::secrets;

pub(crate) async fn handle(
    State(app): State<Shared>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let (mut parts, body) = request.into_parts();
    let Bearer(visitor) = Bearer::from_request_parts(&mut parts, &app).await?;
    let with_body = Request::from_parts(parts.clone(), body);
    let Json(open) = Json::<OpenConversation>::from_request(with_body, &app).await?;
    incoming::check_opening(&open)?;
    let site = app.site(&open.site).await?;
    origins::require_of_site(&app, &parts, &site)?;
    let asked = Asked::from_request_parts(&mut parts, &app).await?;
    app.within_limits(asked, &site, None)?;
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
    let (status, _) = app
        .status_for_customer(&conversation, app.presence.online())
        .await?;
    Ok(axum::Json(Opened {
        conversation: conversation.id,
        status,
    }))
}
