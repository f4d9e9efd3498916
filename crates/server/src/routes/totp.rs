//! `POST /v1/agent/totp` offers a secret for an agent's second step, `PUT` sets it up. Nothing is stored before a code
//! shows that the agent's app has the secret. Both are for whoever signed in just now: with a session that was found open or
//! stolen nobody shuts its owner out.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use deskbell_desk::{AuditedAct, DirectoryError, Refused, Session, Totp};
use deskbell_protocol::{ConfirmTotp, ProblemCode, RecoveryCodes, TotpOffer};

use crate::http::authority::SignedIn;
use crate::http::request_id::RequestId;
use crate::http::{ApiError, Json, Shared};
use crate::throttle::ANYWHERE;
use crate::{App, totp};

/// For so long after signing in a secret is offered.
const OFFERED_MS: i64 = 10 * 60_000;
/// For so long it is set up: there is time to find one's phone.
const SET_UP_MS: i64 = 2 * OFFERED_MS;

/// What is answered here is shown once and kept nowhere on the way.
const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

pub(crate) async fn offer(
    State(app): State<Shared>,
    SignedIn { agent, session }: SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    signed_in_within(OFFERED_MS, &app, &session)?;
    if app.directory.totp(&agent.name.id).await?.is_some() {
        return Err(there_already());
    }
    let secret = totp::new_secret()?;
    let link = totp::link(&secret, &agent.email);
    Ok((NO_STORE, axum::Json(TotpOffer { secret, link })))
}

pub(crate) async fn confirm(
    State(app): State<Shared>,
    SignedIn { agent, session }: SignedIn,
    request: RequestId,
    Json(ConfirmTotp { secret, code }): Json<ConfirmTotp>,
) -> Result<impl IntoResponse, ApiError> {
    signed_in_within(SET_UP_MS, &app, &session)?;
    if !totp::is_secret(&secret) {
        return Err(Refused::invalid_value("This is no secret that was offered.").into());
    }
    let id = &agent.name.id;
    // Whoever tries codes knows the secret; what is slowed down is only work.
    app.wait_for_code(id, ANYWHERE)?;
    let Some(used_step) = totp::step_of(&secret, &code, app.clock.now()) else {
        let message = "The code is wrong. Please check that the clock of your device is right.";
        return Err(ApiError::new(ProblemCode::WrongCode, message));
    };
    let codes = totp::recovery_codes()?;
    let hashes: Vec<_> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    let totp = Totp { secret, used_step };
    match app.directory.set_totp(id, &totp, &hashes).await {
        Err(DirectoryError::Exists) => return Err(there_already()),
        other => other?,
    }
    app.code_was_right(id, ANYWHERE);
    let email = &agent.email;
    app.record(Some(email), AuditedAct::TotpSet, email, request)
        .await?;
    Ok((NO_STORE, axum::Json(RecoveryCodes { codes })))
}

fn signed_in_within(ms: i64, app: &App, session: &Session) -> Result<(), ApiError> {
    let sessions = app.settings.sessions;
    if sessions.began_within(ms, session.expires_at, app.clock.now()) {
        return Ok(());
    }
    let message = "You signed in a while ago. Please sign out and in again, then set it up.";
    Err(ApiError::new(ProblemCode::NotAllowed, message))
}

fn there_already() -> ApiError {
    let message = "Two-step sign-in is set up already. The operator can reset it.";
    ApiError::new(ProblemCode::WrongState, message)
}
