//! `fetch`, in a window or a worker.

use std::cell::Cell;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, ReadableStreamReadResult, Request, Response};

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The network, an abort, or a body cut short.
    Unreachable,
    /// The server answered with this HTTP status.
    Status(u16),
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the server could not be reached"),
            Self::Status(status) => write!(f, "the server answered with status {status}"),
        }
    }
}

impl From<JsValue> for FetchError {
    fn from(_: JsValue) -> Self {
        Self::Unreachable
    }
}

/// Sends `request` and waits for the head of the answer.
pub(crate) async fn fetch(request: &Request) -> Result<Response, FetchError> {
    let global = js_sys::global();
    let promise = if let Some(window) = global.dyn_ref::<web_sys::Window>() {
        window.fetch_with_request(request)
    } else {
        global
            .dyn_ref::<web_sys::WorkerGlobalScope>()
            .ok_or(FetchError::Unreachable)?
            .fetch_with_request(request)
    };
    Ok(JsFuture::from(promise).await?.dyn_into()?)
}

/// A body as it arrives. Dropping it cancels the rest.
pub(crate) struct Body {
    reader: ReadableStreamDefaultReader,
    done: Cell<bool>,
}

impl Body {
    pub(crate) fn of(response: &Response) -> Result<Self, FetchError> {
        let stream = response.body().ok_or(FetchError::Unreachable)?;
        Ok(Self {
            reader: stream.get_reader().unchecked_into(),
            done: Cell::new(false),
        })
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Vec<u8>>, FetchError> {
        let result = JsFuture::from(self.reader.read()).await?;
        let result: ReadableStreamReadResult = result.unchecked_into();
        if result.get_done().unwrap_or(true) {
            self.done.set(true);
            return Ok(None);
        }
        Ok(Some(Uint8Array::new(&result.get_value()).to_vec()))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if !self.done.get() {
            let cancelled = self.reader.cancel();
            wasm_bindgen_futures::spawn_local(async move {
                let _ = JsFuture::from(cancelled).await;
            });
        }
    }
}

/// Fetches a whole file. `progress` hears the bytes received so far; the total is not known when the server
/// compresses on the way.
///
/// # Errors
/// If the server cannot be reached or does not have it.
pub async fn fetch_bytes(url: &str, progress: impl Fn(usize)) -> Result<Vec<u8>, FetchError> {
    let response = fetch(&Request::new_with_str(url)?).await?;
    if !response.ok() {
        return Err(FetchError::Status(response.status()));
    }
    let body = Body::of(&response)?;
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await? {
        bytes.extend_from_slice(&piece);
        progress(bytes.len());
    }
    Ok(bytes)
}
