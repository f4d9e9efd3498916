//! The door through which the service worker's script reaches the demonstration: texts in, texts out.

use deskbell_demo::{Demo, Request};
use wasm_bindgen::prelude::wasm_bindgen;

/// The demonstration.
#[wasm_bindgen]
pub struct Program(Demo);

#[wasm_bindgen]
impl Program {
    /// One in which nothing has happened yet. `look`, as JSON: with what the contact page is drawn.
    ///
    /// # Errors
    /// A sentence that says what is wrong with that or with its own data.
    #[wasm_bindgen(constructor)]
    pub fn new(look: &str) -> Result<Self, String> {
        let look = serde_json::from_str(look).map_err(|error| error.to_string())?;
        let demo = Demo::new().map_err(|error| error.to_string())?;
        Ok(Self(demo.with_look(look)))
    }

    /// Takes back a kept record.
    ///
    /// # Errors
    /// A sentence that says why this record cannot be used.
    pub fn restore(&mut self, name: &str, text: &str) -> Result<(), String> {
        self.0
            .restore(name, text)
            .map_err(|error| error.to_string())
    }

    /// To be called after the last record. `now` is in milliseconds since 1970.
    pub fn restored(&mut self, now: f64) {
        self.0.restored(timestamp(now));
    }

    /// Answers a request, given as JSON, with an answer as JSON. `random` are 16 random bytes.
    ///
    /// # Errors
    /// A sentence that says why the request could not be read.
    pub fn answer(&mut self, request: &str, now: f64, random: &[u8]) -> Result<String, String> {
        let (request, random) = asked(request, random)?;
        let answer = self.0.answer(&request, timestamp(now), random);
        serde_json::to_string(&answer).map_err(|error| error.to_string())
    }

    /// Answers a request while nothing can be kept or what was cannot be read; otherwise like `answer`, but that
    /// nothing is to be kept.
    ///
    /// # Errors
    /// A sentence that says why the request could not be read.
    pub fn unavailable(&self, request: &str, random: &[u8]) -> Result<String, String> {
        let (request, random) = asked(request, random)?;
        let answer = self.0.unavailable(&request, random);
        serde_json::to_string(&answer).map_err(|error| error.to_string())
    }

    /// When the open streams have something to send without any request, in milliseconds since 1970; may be nothing.
    #[wasm_bindgen(js_name = changesAt)]
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time in milliseconds is far below the limit of exact whole numbers"
    )]
    pub fn changes_at(&self, now: f64) -> Option<f64> {
        self.0.changes_at(timestamp(now)).map(|at| at as f64)
    }

    /// What the open streams have to send, as a JSON list.
    ///
    /// # Errors
    /// A sentence that says why it could not be written.
    pub fn news(&mut self, now: f64) -> Result<String, String> {
        serde_json::to_string(&self.0.news(timestamp(now))).map_err(|error| error.to_string())
    }

    /// The reader of a stream has gone.
    pub fn close(&mut self, stream: u32, now: f64) {
        self.0.close(stream, timestamp(now));
    }
}

fn asked(request: &str, random: &[u8]) -> Result<(Request, u128), String> {
    let request = serde_json::from_str(request).map_err(|error| error.to_string())?;
    let random = random.try_into().map(u128::from_le_bytes);
    let random = random.map_err(|_| "16 random bytes are needed".to_owned())?;
    Ok((request, random))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a clock's whole milliseconds are far from the limits of both types"
)]
fn timestamp(now: f64) -> i64 {
    now as i64
}

fn main() {}
