//! The description of the API, OpenAPI 3.1, at `/openapi.json`.
//!
//! The schemas are those of the types that are read and written (`deskbell-protocol` with its feature `openapi`), codes and
//! their statuses those of `ProblemCode`. That every address of the router is described, and nothing else, is a test of
//! this crate; that answers are as described, `cargo xtask test --only openapi`.

mod agent;
mod customer;
mod operation;
mod pages;
mod schemas;

use std::sync::LazyLock;

use deskbell_protocol::MAX_BODY_BYTES;
use serde_json::{Map, Value, json};

use crate::http::authority::SESSION_COOKIE;
use operation::Tag;
use schemas::Schemas;

const ABOUT: &str = "Customers write, ring for a person and listen; agents answer. Every write has an id that its sender \
    makes: sent again it is the same write and does no harm. A refusal is a `Problem` with a code for programs; where \
    people read the answer, it is a page. With 429 and 503 the header `Retry-After` says when to come back. Every answer \
    has a header `x-request-id`, which the server's log has, too. `HEAD` is answered wherever `GET` is. An event stream is \
    read with `fetch`, because `EventSource` cannot send a token; it never ends by itself, and goes on after an interruption \
    where `Last-Event-ID` or `after` says.";

/// The document as it is served.
pub(crate) fn document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| build().to_string());
    &DOCUMENT
}

fn build() -> Value {
    let mut schemas = Schemas::with_problems();
    let operations = [
        customer::operations(&mut schemas),
        agent::operations(&mut schemas),
        pages::operations(&mut schemas),
    ];
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations.into_iter().flatten() {
        let item = paths
            .entry(operation.path.as_str())
            .or_insert_with(|| json!({}));
        let method = operation.method;
        item[method] = operation.described();
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Deskbell",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("{ABOUT} A body has at most {MAX_BODY_BYTES} bytes."),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "tags": Tag::ALL.map(|tag| json!({ "name": tag.name(), "description": tag.about() })),
        "paths": paths,
        "components": {
            "schemas": schemas.described(),
            "securitySchemes": {
                "visitor": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The customer's secret: 256 random bits in base64url without padding, 43 characters, \
                        made on their device. Whoever has it is the customer.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": "A signed-in agent. Set by `POST /v1/agent/session`.",
                },
            },
        },
    })
}
