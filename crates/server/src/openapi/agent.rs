//! What the console does for an agent.

use deskbell_protocol::{
    AgentReply, AgentSession, AgentWrite, AuditPage, Availability, ConfirmTotp, Inbox,
    MessageAccepted, ProblemCode, RecoveryCodes, SignIn, TotpOffer,
};
use serde_json::{Value, json};

use super::customer::conversation_stream;
use super::operation::{Content, Operation, Tag};
use super::schemas::Schemas;

const WRITE: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const STORED: &str = "Stored. The events that followed.";

fn operation(method: &'static str, path: &str, id: &str, summary: &str) -> Operation {
    Operation::new(Tag::Agent, method, path, id, summary)
}

/// A write to a conversation, in the agent's name.
fn write<T: utoipa::ToSchema>(
    schemas: &mut Schemas,
    below: &str,
    id: &str,
    summary: &str,
    example: Value,
) -> Operation {
    let path = format!("/v1/agent/conversations/{{id}}/{below}");
    let answer = Content::Json(schemas.refer::<MessageAccepted>());
    operation("post", &path, id, summary)
        .by_agent()
        .about_conversation()
        .body::<T>(schemas, example)
        .answers(200, STORED, answer)
        .refuses(&[
            ProblemCode::UnknownSite,
            ProblemCode::WrongState,
            ProblemCode::AlreadyClaimed,
            ProblemCode::WriteIdReused,
        ])
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut operations = of_session(schemas);
    operations.extend(of_account(schemas));
    let events = conversation_stream(schemas);
    operations.extend([
        operation(
            "get",
            "/v1/agent/conversations/{id}/events",
            "agent_events",
            "A conversation as it happens, that waits or is the agent's",
        )
        .about("As for customers. It ends when the conversation becomes somebody else's, or the session ends.")
        .by_agent()
        .about_conversation()
        .with_cursor()
        .answers(200, "A stream that does not end by itself.", events)
        .refuses(&[ProblemCode::NotYours]),
        write::<AgentWrite>(
            schemas,
            "claim",
            "claim",
            "Takes a conversation that waits",
            json!({ "write": WRITE }),
        )
        .about("Of two at once one wins; the other one is told who."),
        write::<AgentReply>(
            schemas,
            "messages",
            "agent_reply",
            "Writes to the customer",
            json!({ "write": WRITE, "text": "I have found your parcel." }),
        ),
        write::<AgentWrite>(
            schemas,
            "return",
            "hand_back",
            "Gives the conversation back to the bot",
            json!({ "write": WRITE }),
        ),
        write::<AgentWrite>(
            schemas,
            "close",
            "close",
            "Ends the conversation",
            json!({ "write": WRITE }),
        )
        .about("A customer's message opens it again."),
        operation(
            "post",
            "/v1/agent/conversations/{id}/typing",
            "agent_typing",
            "Says that the agent is writing, for some seconds",
        )
        .about("Needs no body and is stored nowhere.")
        .by_agent()
        .about_conversation()
        .answers(204, "Said.", Content::Nothing)
        .refuses(&[ProblemCode::NotYours]),
    ]);
    operations
}

fn of_session(schemas: &mut Schemas) -> Vec<Operation> {
    let session = schemas.refer::<AgentSession>();
    let availability = Content::Json(schemas.refer::<Availability>());
    let inbox = Content::Events(vec![("inbox", schemas.refer::<Inbox>())]);
    vec![
        operation("post", "/v1/agent/session", "sign_in", "Signs an agent in")
            .on_own_page()
            .body::<SignIn>(
                schemas,
                json!({ "email": "sam@demo.example", "password": "brass-desk-bell" }),
            )
            .answers(
                200,
                "Signed in; the session's cookie is set.",
                Content::Json(session.clone()),
            )
            .refuses(&[
                ProblemCode::WrongPassword,
                ProblemCode::CodeNeeded,
                ProblemCode::WrongCode,
                ProblemCode::TooManyRequests,
            ]),
        operation(
            "get",
            "/v1/agent/session",
            "agent_session",
            "Who is signed in",
        )
        .by_agent()
        .answers(200, "The agent.", Content::Json(session)),
        operation(
            "delete",
            "/v1/agent/session",
            "sign_out",
            "Signs the agent out",
        )
        .by_agent()
        .answers(
            204,
            "Signed out; the cookie is taken back.",
            Content::Nothing,
        ),
        operation(
            "put",
            "/v1/agent/availability",
            "availability",
            "Says whether the agent is there for customers",
        )
        .by_agent()
        .body::<Availability>(schemas, json!({ "online": true }))
        .answers(200, "Said.", availability),
        operation(
            "get",
            "/v1/agent/inbox",
            "inbox",
            "The agent's inbox, again whenever it changes",
        )
        .about("An agent is online for customers while they said so and an inbox is open.")
        .by_agent()
        .answers(200, "A stream that does not end by itself.", inbox),
    ]
}

fn of_account(schemas: &mut Schemas) -> [Operation; 4] {
    let offer = Content::Json(schemas.refer::<TotpOffer>());
    let codes = Content::Json(schemas.refer::<RecoveryCodes>());
    let audit = Content::Json(schemas.refer::<AuditPage>());
    [
        operation(
            "delete",
            "/v1/agent/sessions",
            "sign_out_everywhere",
            "Ends all sessions of the agent, this one too",
        )
        .by_agent()
        .answers(204, "Signed out; the cookie is taken back.", Content::Nothing),
        operation(
            "post",
            "/v1/agent/totp",
            "offer_totp",
            "Offers a secret for a second step of signing in",
        )
        .about("Needs no body. Nothing is stored before a code shows that the agent's app has the secret. Only for whoever signed in within the last ten minutes.")
        .by_agent()
        .answers(200, "The secret, which is kept nowhere.", offer)
        .refuses(&[ProblemCode::NotAllowed, ProblemCode::WrongState]),
        operation(
            "put",
            "/v1/agent/totp",
            "confirm_totp",
            "Sets the second step up",
        )
        .about("Only for whoever signed in within the last twenty minutes.")
        .by_agent()
        .body::<ConfirmTotp>(
            schemas,
            json!({ "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "code": "123456" }),
        )
        .answers(200, "Set up. The recovery codes are shown this once.", codes)
        .refuses(&[
            ProblemCode::NotAllowed,
            ProblemCode::WrongCode,
            ProblemCode::WrongState,
            ProblemCode::TooManyRequests,
        ]),
        operation(
            "get",
            "/v1/agent/audit",
            "audit",
            "What was done with accounts and settings, for operators",
        )
        .by_agent()
        .parameter(
            "query",
            "after",
            false,
            "The number after which the page begins.",
            json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }),
        )
        .answers(200, "A page, in order; empty at the end.", audit)
        .refuses(&[ProblemCode::NotAllowed, ProblemCode::InvalidValue]),
    ]
}
