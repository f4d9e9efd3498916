//! Requests to the Deskbell server, which is the page's own origin.

use deskbell_client::{Answer, Failure, Request as ClientRequest, json};
use deskbell_protocol::{Problem, SiteInfo, SiteKey, VisitorToken};
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Request, RequestCredentials, RequestInit, Response};

use crate::fetch::{FetchError, fetch};

/// A request that takes longer than this, in milliseconds, has failed: it is safe to repeat.
const TIMEOUT_MS: u32 = 20_000;

/// Sends a customer's write.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub async fn send(request: &ClientRequest, token: &VisitorToken) -> Result<Answer, Failure> {
    let body = request.body().map_err(|_| Failure::Unreachable)?;
    let answer = call("POST", &request.path(), Some(&body), Some(token)).await?;
    request
        .read_answer(&answer)
        .map_err(|_| Failure::Unreachable)
}

/// The public settings of a site.
///
/// # Errors
/// If there is no such site or the server cannot be reached.
pub async fn get_site(site: &SiteKey) -> Result<SiteInfo, Failure> {
    let answer = call("GET", &format!("/v1/sites/{site}"), None, None).await?;
    json::from_str(&answer).map_err(|_| Failure::Unreachable)
}

/// Calls an agent's operation with the session cookie. An empty answer reads as JSON `null`.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub async fn call_agent<A: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<&impl Serialize>,
) -> Result<A, Failure> {
    let body = body
        .map(json::to_string)
        .transpose()
        .map_err(|_| Failure::Unreachable)?;
    let answer = call(method, path, body.as_deref(), None).await?;
    let answer = if answer.is_empty() {
        "null"
    } else {
        answer.as_str()
    };
    json::from_str(answer).map_err(|_| Failure::Unreachable)
}

async fn call(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&VisitorToken>,
) -> Result<String, Failure> {
    let abort = AbortController::new().ok();
    let exchange = Box::pin(exchange(method, path, body, token, abort.as_ref()));
    match select(exchange, TimeoutFuture::new(TIMEOUT_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            if let Some(abort) = &abort {
                abort.abort();
            }
            Err(Failure::Unreachable)
        }
    }
}

async fn exchange(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&VisitorToken>,
    abort: Option<&AbortController>,
) -> Result<String, Failure> {
    let request = request(method, path, body, token, abort).map_err(|_| Failure::Unreachable)?;
    let response = fetch(&request).await.map_err(|_| Failure::Unreachable)?;
    let text = text(&response).await.map_err(|_| Failure::Unreachable)?;
    if response.ok() {
        Ok(text)
    } else {
        Err(failure(&response, &text))
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&VisitorToken>,
    abort: Option<&AbortController>,
) -> Result<Request, FetchError> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    if let Some(abort) = abort {
        init.set_signal(Some(&abort.signal()));
    }
    let request = Request::new_with_str_and_init(path, &init)?;
    if body.is_some() {
        request.headers().set("content-type", "application/json")?;
    }
    if let Some(token) = token {
        request
            .headers()
            .set("authorization", &format!("Bearer {}", token.reveal()))?;
    }
    Ok(request)
}

pub(crate) async fn text(response: &Response) -> Result<String, FetchError> {
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(FetchError::Unreachable)
}

/// An answer that is not a problem of ours comes from something in between, which counts as not reaching the server.
pub(crate) fn failure(response: &Response, body: &str) -> Failure {
    let Ok(problem) = json::from_str::<Problem>(body) else {
        return Failure::Unreachable;
    };
    let seconds = response.headers().get("retry-after").ok().flatten();
    let retry_after_ms = seconds
        .and_then(|text| text.parse::<i64>().ok())
        .map(|seconds| seconds * 1_000);
    Failure::Refused {
        problem,
        retry_after_ms,
    }
}
