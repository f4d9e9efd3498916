//! `POST /v1/agent/session`: an agent signs in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use deskbell_desk::{Session, SessionHash};
use deskbell_protocol::{ProblemCode, SignIn};

use super::agent_session::session_of;
use crate::http::admission::Asked;
use crate::http::authority::{OwnPage, SESSION_COOKIE};
use crate::http::{ApiError, Json, Shared};
use crate::limits::network;
use crate::{App, passwords, secrets};

/// How long a session lasts: a long working day.
const SESSION_SECONDS: i64 = 12 * 60 * 60;

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    _: OwnPage,
    Json(SignIn { email, password }): Json<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    app.may_sign_in(asked)?;
    let email = email.trim().to_lowercase();
    let from = network(asked.address);
    app.throttle
        .attempt(&email, from, app.clock.now())
        .map_err(|wait| {
            ApiError::too_many(
                "Too many attempts. Please wait some minutes and try again.",
                wait,
            )
        })?;
    let agent = app.directory.agent_by_email(&email).await?;
    let stored = agent.as_ref().map(|agent| agent.password_hash.clone());
    let turn = Arc::clone(&app.password_checks)
        .acquire_owned()
        .await
        .map_err(ApiError::internal)?;
    let check = move || {
        let right = passwords::verify(&password, stored.as_deref());
        drop(turn);
        right
    };
    let right = tokio::task::spawn_blocking(check)
        .await
        .map_err(ApiError::internal)?;
    let Some(agent) = agent.filter(|_| right) else {
        let message = "The e-mail address or the password is wrong.";
        return Err(ApiError::new(ProblemCode::WrongPassword, message));
    };
    app.throttle.succeeded(&email, from);

    let token = secrets::random_token()?;
    let session = Session {
        hash: SessionHash(secrets::sha256_hex(&token)),
        agent: agent.name.id.clone(),
        expires_at: app.clock.now() + SESSION_SECONDS * 1000,
    };
    let answer = session_of(&app, agent).await?;
    app.directory.begin_session(&session).await?;
    Ok((
        [(header::SET_COOKIE, cookie(&app, &token, SESSION_SECONDS))],
        axum::Json(answer),
    ))
}

/// The session cookie; with no seconds left it is forgotten.
pub(super) fn cookie(app: &App, token: &str, seconds: i64) -> String {
    let https = app
        .settings
        .public_url
        .as_ref()
        .is_some_and(crate::Origin::is_https);
    let secure = if https { "; Secure" } else { "" };
    format!(
        "{SESSION_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}"
    )
}
