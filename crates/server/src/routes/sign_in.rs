//! `POST /v1/agent/session`: an agent signs in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use deskbell_desk::{AuditedAct, Session, SessionHash};
use deskbell_protocol::{EmailAddress, ProblemCode, SignIn};

use super::agent_session::session_of;
use crate::http::admission::Asked;
use crate::http::authority::{OwnPage, SESSION_COOKIE};
use crate::http::request_id::RequestId;
use crate::http::{ApiError, Json, Shared};
use crate::limits::network;
use crate::throttle::ANYWHERE;
use crate::{App, passwords, secrets};

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    _: OwnPage,
    request: RequestId,
    Json(SignIn {
        email,
        password,
        code,
    }): Json<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    app.may_sign_in(asked)?;
    let email = email.trim().to_lowercase();
    if email.len() > EmailAddress::MAX_BYTES {
        // Nobody's, and too much to be remembered for each attempt.
        return Err(wrong());
    }
    let from = network(asked.address);
    let now = app.clock.now();
    // Where the account is used, what others try elsewhere keeps nobody out.
    let known_place = app.places.know(&email, from, now).then_some(from);
    app.throttle
        .attempt(&email, from, now)
        .and_then(|()| match known_place {
            Some(_) => Ok(()),
            None => app.accounts.attempt(&email, ANYWHERE, now),
        })
        .map_err(|wait| {
            ApiError::too_many(
                "Too many attempts. Please wait some minutes and try again.",
                wait,
            )
        })?;
    let agent = app.directory.agent_by_email(&email).await?;
    let known = agent.is_some();
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
        // What a stranger typed as an address may be anything, a password too.
        if known {
            // Not waited for: how long the answer takes would tell which addresses there are.
            tokio::spawn(async move {
                let act = AuditedAct::SignInFailed;
                if let Err(error) = app.record(None, act, &email, request).await {
                    tracing::error!(cause = error.causes(), "a failed sign-in was not recorded");
                }
            });
        }
        return Err(wrong());
    };
    app.throttle.succeeded(&email, from);
    if known_place.is_none() {
        app.accounts.succeeded(&email, ANYWHERE);
    }
    if let Some(totp) = app.directory.totp(&agent.name.id).await? {
        app.second_step(&agent, &totp, code.as_deref(), known_place, &request)
            .await?;
    }
    app.places.remember(&email, from, now);

    let sessions = app.settings.sessions;
    let token = secrets::random_token()?;
    let session = Session {
        hash: SessionHash(secrets::sha256_hex(&token)),
        agent: agent.name.id.clone(),
        expires_at: now + sessions.seconds() * 1000,
        idle_until: now + sessions.idle_ms(),
    };
    let password_hash = agent.password_hash.clone();
    let answer = session_of(&app, agent).await?;
    app.record(Some(&email), AuditedAct::SignedIn, &email, request)
        .await?;
    if !app
        .directory
        .begin_session(&session, &password_hash)
        .await?
    {
        return Err(wrong());
    }
    Ok((
        [(header::SET_COOKIE, cookie(&app, &token, sessions.seconds()))],
        axum::Json(answer),
    ))
}

fn wrong() -> ApiError {
    let message = "The e-mail address or the password is wrong.";
    ApiError::new(ProblemCode::WrongPassword, message)
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
