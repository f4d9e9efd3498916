//! What all routes share: refusals, request ids, bodies, authority, streams, page headers.

pub(crate) mod admission;
pub(crate) mod authority;
pub(crate) mod client_address;
pub(crate) mod contact_pages;
mod cors;
pub(crate) mod error;
mod json;
pub(crate) mod origins;
pub(crate) mod pages;
pub(crate) mod request_id;
mod security;
pub(crate) mod sse;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{delete, get, post, put};
use deskbell_desk::Refused;
use deskbell_protocol::MAX_BODY_BYTES;
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) use error::ApiError;
pub(crate) use json::Json;

use crate::{App, metrics, routes};

/// The state of every handler.
pub(crate) type Shared = Arc<App>;

/// All addresses.
pub(crate) fn router(app: Shared) -> Router {
    let customer = Router::new()
        .route(
            "/v1/conversations",
            post(routes::open_conversation::handle)
                .options(cors::options)
                .layer(cors::with_token()),
        )
        .route(
            "/v1/conversations/{id}/messages",
            post(routes::post_message::handle),
        )
        .route(
            "/v1/conversations/{id}/escalation",
            post(routes::request_human::handle)
                .options(cors::options)
                .layer(cors::with_token()),
        )
        .route(
            "/v1/conversations/{id}/feedback",
            post(routes::give_feedback::handle),
        )
        .route(
            "/v1/conversations/{id}/contact",
            post(routes::leave_contact::handle),
        )
        .route(
            "/v1/conversations/{id}/rating",
            post(routes::rate_stretch::handle),
        )
        .route(
            "/v1/conversations/{id}/introduction",
            post(routes::introduce::handle),
        )
        .route(
            "/v1/conversations/{id}/events",
            get(routes::conversation_events::handle),
        )
        .route("/v1/sites/{key}", get(routes::site_info::handle));
    let agent = Router::new()
        .route("/v1/agent/session", post(routes::sign_in::handle))
        .route("/v1/agent/session", get(routes::agent_session::handle))
        .route("/v1/agent/session", delete(routes::sign_out::handle))
        .route(
            "/v1/agent/sessions",
            delete(routes::sign_out_everywhere::handle),
        )
        .route("/v1/agent/totp", post(routes::totp::offer))
        .route("/v1/agent/totp", put(routes::totp::confirm))
        .route("/v1/agent/audit", get(routes::audit::handle))
        .route("/v1/agent/availability", put(routes::availability::handle))
        .route("/v1/agent/inbox", get(routes::inbox::handle))
        .route(
            "/v1/agent/conversations/{id}/events",
            get(routes::agent_events::handle),
        )
        .route(
            "/v1/agent/conversations/{id}/claim",
            post(routes::claim::handle),
        )
        .route(
            "/v1/agent/conversations/{id}/messages",
            post(routes::agent_reply::handle),
        )
        .route(
            "/v1/agent/conversations/{id}/typing",
            post(routes::agent_typing::handle),
        )
        .route(
            "/v1/agent/conversations/{id}/return",
            post(routes::hand_back::handle),
        )
        .route(
            "/v1/agent/conversations/{id}/close",
            post(routes::close::handle),
        );
    let pages = Router::new()
        .route("/embed.js", get(routes::embed::handle))
        .route("/loader/{file}", get(routes::loader_words::handle))
        .route("/loader/site/{key}", get(routes::loader_site::handle))
        .route("/widget", get(routes::widget::handle))
        .route("/console", get(routes::console::handle))
        .route("/contact/{key}", get(routes::contact_form::handle))
        .route("/contact/{key}", post(routes::contact_submit::handle))
        .route("/assets/{*path}", get(routes::asset::handle))
        .route("/healthz", get(routes::health::live))
        .route("/readyz", get(routes::health::ready))
        .route("/openapi.json", get(routes::openapi::handle));
    customer
        .merge(agent)
        .merge(pages)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            admission::layer,
        ))
        .layer(CatchPanicLayer::custom(request_id::after_panic))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            metrics::layer,
        ))
        .layer(middleware::from_fn(request_id::layer))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            security::layer,
        ))
        .with_state(app)
}

async fn not_found() -> ApiError {
    Refused::not_found().into()
}

async fn method_not_allowed() -> ApiError {
    Refused::method().into()
}
