//! `GET /v1/sites/{key}`: public settings and live availability. Pages of the site may ask, too.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse;

use crate::http::admission::Asked;
use crate::http::authority::AddressedSite;
use crate::http::{ApiError, Shared, origins};

pub(crate) async fn handle(
    State(app): State<Shared>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let (mut parts, _) = request.into_parts();
    let AddressedSite(site) = AddressedSite::from_request_parts(&mut parts, &app).await?;
    origins::require_of_site(&app, &parts, &site)?;
    let asked = Asked::from_request_parts(&mut parts, &app).await?;
    app.within_limits(asked, &site, None)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origins::of_request(&parts) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    Ok((headers, axum::Json(site.info(app.presence.online()))))
}
