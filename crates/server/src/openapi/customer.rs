//! What a customer's chat does.

use deskbell_protocol::{
    EscalationAccepted, Event, GiveFeedback, Introduce, LeaveContact, MessageAccepted,
    OpenConversation, Opened, PostMessage, ProblemCode, RateStretch, RequestHuman, SiteInfo,
    SiteKey, Status,
};
use serde_json::{Value, json};

use super::operation::{Content, Operation, Tag};
use super::schemas::{Schemas, inline};

const WRITE: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a0";
const STORED: &str =
    "Stored. The events that followed, the write itself first; none if it was no news.";

fn operation(method: &'static str, path: &str, id: &str, summary: &str) -> Operation {
    Operation::new(Tag::Customer, method, path, id, summary)
}

/// A write to the customer's conversation that is answered with the events that followed.
fn write<T: utoipa::ToSchema>(
    schemas: &mut Schemas,
    below: &str,
    id: &str,
    summary: &str,
    example: Value,
) -> Operation {
    let path = format!("/v1/conversations/{{id}}/{below}");
    let answer = Content::Json(schemas.refer::<MessageAccepted>());
    operation("post", &path, id, summary)
        .of_own_conversation()
        .body::<T>(schemas, example)
        .answers(200, STORED, answer)
        .refuses(&[ProblemCode::WriteIdReused])
}

/// What a conversation's stream sends.
pub(super) fn conversation_stream(schemas: &mut Schemas) -> Content {
    let event = schemas.refer::<Event>();
    let status = schemas.refer::<Status>();
    Content::Events(vec![("event", event), ("status", status)])
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let opened = Content::Json(schemas.refer::<Opened>());
    let called = Content::Json(schemas.refer::<EscalationAccepted>());
    let events = conversation_stream(schemas);
    let site = Content::Json(schemas.refer::<SiteInfo>());
    vec![
        operation(
            "post",
            "/v1/conversations",
            "open_conversation",
            "Opens the visitor's conversation with a site, or finds it again",
        )
        .by_visitor()
        .parameter(
            "query",
            "for",
            false,
            "`escalation` if it is opened for the bell: then it is limited as that is. Anything else means nothing.",
            json!({ "type": "string" }),
        )
        .body::<OpenConversation>(
            schemas,
            json!({ "write": WRITE, "site": "demo", "language": "en" }),
        )
        .answers(200, "Open.", opened)
        .refuses(&[ProblemCode::UnknownSite, ProblemCode::WriteIdReused]),
        operation(
            "post",
            "/v1/conversations/{id}/escalation",
            "request_human",
            "The bell: a person, please",
        )
        .about("Needs no message before and asks nothing. When it is answered, it is stored durably.")
        .of_own_conversation()
        .body::<RequestHuman>(schemas, json!({ "write": WRITE }))
        .answers(200, "The conversation waits for a person, or has one.", called)
        .refuses(&[ProblemCode::WriteIdReused]),
        write::<PostMessage>(
            schemas,
            "messages",
            "post_message",
            "The customer writes",
            json!({ "write": WRITE, "text": "Where is my parcel?" }),
        )
        .about("If it is the bot's turn, its answer or the call for a person is part of the same write."),
        write::<GiveFeedback>(
            schemas,
            "feedback",
            "give_feedback",
            "The customer says whether a bot message helped",
            json!({ "write": WRITE, "answer": 3, "helped": true }),
        )
        .refuses(&[ProblemCode::WrongState]),
        write::<LeaveContact>(
            schemas,
            "contact",
            "leave_contact",
            "The customer says how to reach them later",
            json!({ "write": WRITE, "contact": "ana@example.com" }),
        ),
        write::<RateStretch>(
            schemas,
            "rating",
            "rate_stretch",
            "The customer says how a chat with a person was",
            json!({ "write": WRITE, "stretch": 7, "score": 5 }),
        )
        .about("May be said again: the last one counts.")
        .refuses(&[ProblemCode::WrongState]),
        write::<Introduce>(
            schemas,
            "introduction",
            "introduce",
            "The page says who the customer is",
            json!({ "write": WRITE, "name": "Ana", "email": "ana@example.com" }),
        )
        .about("A name or an e-mail address, which nobody checks; or a token, which the merchant's server has signed.")
        .refuses(&[ProblemCode::OtherCustomer, ProblemCode::InvalidIdentity]),
        operation(
            "get",
            "/v1/conversations/{id}/events",
            "conversation_events",
            "The conversation as it happens",
        )
        .about(
            "First all events after the cursor, then the status, then each of them again whenever there is something new. \
            The id of an event is its `seq`.",
        )
        .of_own_conversation()
        .with_cursor()
        .answers(200, "A stream that does not end by itself.", events),
        operation(
            "get",
            "/v1/sites/{key}",
            "site_info",
            "Public settings of a site, and how many people are there now",
        )
        .parameter("path", "key", true, "The site.", inline::<SiteKey>())
        .answers(200, "The site.", site)
        .refuses(&[
            ProblemCode::UnknownSite,
            ProblemCode::NotFound,
            ProblemCode::OriginNotAllowed,
            ProblemCode::TooManyRequests,
        ]),
    ]
}

impl Operation {
    /// Where a stream goes on.
    pub(super) fn with_cursor(self) -> Self {
        let number = json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX });
        self.parameter(
            "header",
            "Last-Event-ID",
            false,
            "The last event that was read; counts more than `after`.",
            number.clone(),
        )
        .parameter(
            "query",
            "after",
            false,
            "The last event that was read, 0 before the first.",
            number,
        )
        .refuses(&[ProblemCode::InvalidValue])
    }
}
