//! `GET /healthz`: the process answers. `GET /readyz`: it can do its work.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

use crate::assets;
use crate::http::Shared;
use crate::http::error::causes;

pub(crate) async fn live() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n")
}

/// What is ready; each part is `ok` or says in a sentence what is missing.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Readiness {
    ready: bool,
    server: &'static str,
    store: &'static str,
    assets: &'static str,
    model: &'static str,
}

pub(crate) async fn ready(State(app): State<Shared>) -> impl IntoResponse {
    let server = if app.stopping.load(Ordering::Relaxed) {
        "The server is stopping."
    } else {
        "ok"
    };
    let store = match app.store.check().await {
        Ok(()) => "ok",
        Err(error) => {
            tracing::error!(cause = causes(&error), "the store is not ready");
            "The database does not answer."
        }
    };
    let missing = assets::missing();
    let assets = if missing.is_empty() {
        "ok"
    } else {
        tracing::warn!(?missing, "web files are missing");
        "Web files are missing: run `cargo xtask dist` and build the server again."
    };
    let model = match app.reader {
        Some(_) => "ok",
        None => "There is no triage model.",
    };
    let ready = [server, store, assets, model]
        .iter()
        .all(|part| *part == "ok");
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = axum::Json(Readiness {
        ready,
        server,
        store,
        assets,
        model,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], body)
}
