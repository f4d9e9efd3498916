//! One operation: what is sent, what is answered, who may.

use std::collections::BTreeMap;

use deskbell_protocol::{ConversationId, ProblemCode};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::schemas::{Schemas, inline, reference};

/// Whose an operation is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tag {
    Customer,
    Agent,
    Page,
    Operation,
}

impl Tag {
    pub(super) const ALL: [Self; 4] = [Self::Customer, Self::Agent, Self::Page, Self::Operation];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Page => "page",
            Self::Operation => "operation",
        }
    }

    pub(super) const fn about(self) -> &'static str {
        match self {
            Self::Customer => "What a customer's chat does.",
            Self::Agent => {
                "What the console does for an agent. What changes anything must come from this server's own pages."
            }
            Self::Page => "Pages for people, and the files that they are made of.",
            Self::Operation => "For whoever runs the server.",
        }
    }
}

/// What an answer has in it.
pub(super) enum Content {
    Nothing,
    Json(Value),
    /// Of this media type.
    Text(&'static str),
    /// Server-sent events by name, and what their data are as JSON.
    Events(Vec<(&'static str, Value)>),
}

/// One operation.
pub(super) struct Operation {
    pub(super) path: String,
    pub(super) method: &'static str,
    described: Map<String, Value>,
    parameters: Vec<Value>,
    responses: BTreeMap<u16, Value>,
    refusals: Vec<ProblemCode>,
}

impl Operation {
    /// `method` in small letters. Everything may fail, and be too much.
    pub(super) fn new(tag: Tag, method: &'static str, path: &str, id: &str, summary: &str) -> Self {
        let described = [
            ("operationId", Value::from(id)),
            ("summary", summary.into()),
            ("tags", json!([tag.name()])),
        ];
        let described = described.map(|(name, value)| (name.to_owned(), value));
        Self {
            path: path.to_owned(),
            method,
            described: Map::from_iter(described),
            parameters: Vec::new(),
            responses: BTreeMap::new(),
            refusals: vec![ProblemCode::Internal, ProblemCode::Unavailable],
        }
    }

    /// More than the summary says.
    pub(super) fn about(mut self, description: &str) -> Self {
        self.described
            .insert("description".to_owned(), description.into());
        self
    }

    /// Of the customer who has the token, on a page that may use the site.
    pub(super) fn by_visitor(mut self) -> Self {
        self.described
            .insert("security".to_owned(), json!([{ "visitor": [] }]));
        self.refuses(&[
            ProblemCode::NotSignedIn,
            ProblemCode::OriginNotAllowed,
            ProblemCode::TooManyRequests,
        ])
    }

    /// About the conversation in the address, whose id and token belong together.
    pub(super) fn of_own_conversation(self) -> Self {
        self.by_visitor()
            .about_conversation()
            .refuses(&[ProblemCode::NotYours, ProblemCode::UnknownSite])
    }

    /// Of a signed-in agent.
    pub(super) fn by_agent(mut self) -> Self {
        self.described
            .insert("security".to_owned(), json!([{ "session": [] }]));
        let operation = self.refuses(&[ProblemCode::NotSignedIn]);
        match operation.method {
            "get" => operation,
            _ => operation.on_own_page(),
        }
    }

    /// From a page of this server.
    pub(super) fn on_own_page(self) -> Self {
        let about = "This server's own origin, as browsers send it.";
        let schema = json!({ "type": "string", "format": "uri" });
        self.parameter("header", "Origin", true, about, schema)
            .refuses(&[ProblemCode::OriginNotAllowed])
    }

    /// About the conversation in the address.
    pub(super) fn about_conversation(self) -> Self {
        let schema = inline::<ConversationId>();
        self.parameter("path", "id", true, "The conversation.", schema)
            .refuses(&[ProblemCode::UnknownConversation, ProblemCode::NotFound])
    }

    pub(super) fn parameter(
        mut self,
        place: &str,
        name: &str,
        required: bool,
        about: &str,
        schema: Value,
    ) -> Self {
        self.parameters.push(json!({
            "name": name,
            "in": place,
            "required": required,
            "description": about,
            "schema": schema,
        }));
        self
    }

    /// With a JSON body.
    pub(super) fn body<T: ToSchema>(mut self, schemas: &mut Schemas, example: Value) -> Self {
        let content = json!({ "schema": schemas.refer::<T>(), "example": example });
        let body = json!({ "required": true, "content": { "application/json": content } });
        self.described.insert("requestBody".to_owned(), body);
        self.refuses(&[
            ProblemCode::MalformedJson,
            ProblemCode::TooLarge,
            ProblemCode::NotJson,
            ProblemCode::InvalidValue,
        ])
    }

    /// With the fields of a form.
    pub(super) fn form(mut self, schema: Value) -> Self {
        let content = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
        let body = json!({ "required": true, "content": content });
        self.described.insert("requestBody".to_owned(), body);
        self
    }

    pub(super) fn answers(mut self, status: u16, about: &str, content: Content) -> Self {
        let mut response = json!({ "description": about });
        match content {
            Content::Nothing => {}
            Content::Json(schema) => {
                response["content"] = json!({ "application/json": { "schema": schema } });
            }
            Content::Text(kind) => response["content"] = json!({ kind: {} }),
            Content::Events(events) => {
                let each: Vec<_> = events.iter().map(one_event).collect();
                let stream = json!({ "schema": { "oneOf": each } });
                response["content"] = json!({ "text/event-stream": stream });
            }
        }
        self.responses.insert(status, response);
        self
    }

    /// Is refused with these codes, too.
    pub(super) fn refuses(mut self, codes: &[ProblemCode]) -> Self {
        for code in codes {
            if !self.refusals.contains(code) {
                self.refusals.push(*code);
            }
        }
        self
    }

    /// Is refused with pages for people, under these statuses.
    pub(super) fn refuses_with_pages(mut self, pages: &[(u16, &str)]) -> Self {
        for (status, about) in pages {
            self.responses.insert(*status, page(*status, about));
        }
        self
    }

    /// As the document has it.
    pub(super) fn described(mut self) -> Value {
        let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
        for code in self.refusals {
            by_status.entry(code.status()).or_default().push(code);
        }
        for (status, codes) in by_status {
            match self.responses.get_mut(&status) {
                // One of both, whichever part of the server refuses.
                Some(response) => {
                    let json = &mut response["content"]["application/json"];
                    *json = match json.get("schema") {
                        Some(said) => json!({ "schema": { "anyOf": [said, problem(&codes)] } }),
                        None => json!({ "schema": problem(&codes) }),
                    };
                }
                None => {
                    let mut response = said(status, "Refused.");
                    let content = json!({ "schema": problem(&codes) });
                    response["content"] = json!({ "application/json": content });
                    self.responses.insert(status, response);
                }
            }
        }
        let responses: Map<String, Value> = self
            .responses
            .into_iter()
            .map(|(status, response)| (status.to_string(), response))
            .collect();
        if !self.parameters.is_empty() {
            self.described
                .insert("parameters".to_owned(), self.parameters.into());
        }
        self.described
            .insert("responses".to_owned(), Value::Object(responses));
        Value::Object(self.described)
    }
}

/// Where the document's version has no word for a stream, its schema is that of each event.
fn one_event((name, data): &(&'static str, Value)) -> Value {
    let data = json!({
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": data,
    });
    json!({
        "type": "object",
        "required": ["event", "data"],
        "properties": { "event": { "const": name }, "id": { "type": "string" }, "data": data },
    })
}

fn page(status: u16, about: &str) -> Value {
    let mut response = said(status, about);
    response["content"] = json!({ "text/html": {} });
    response
}

fn said(status: u16, about: &str) -> Value {
    let mut response = json!({ "description": about });
    if matches!(status, 429 | 503) {
        response["headers"] = json!({ "Retry-After": {
            "description": "Seconds to wait.",
            "required": status == 429,
            "schema": { "type": "integer", "minimum": 0 },
        } });
    }
    response
}

/// A problem with one of `codes`.
fn problem(codes: &[ProblemCode]) -> Value {
    let one = json!({ "type": "object", "properties": { "code": { "enum": codes } } });
    json!({ "allOf": [reference("Problem"), one] })
}
