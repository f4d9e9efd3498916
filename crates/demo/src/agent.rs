//! What the agent may ask. Service workers see no cookies, and whoever opens the demonstration is its agent: one
//! session for all tabs.

use deskbell_desk::Command;
use deskbell_protocol::{
    AgentReply, AgentSession, AgentWrite, Availability, ConversationId, MessageAccepted,
    ProblemCode, SignIn, SiteName, Timestamp,
};

use crate::body;
use crate::demo::Demo;
use crate::http::{Body, Refused, Request};
use crate::shop::{AGENT_EMAIL, AGENT_PASSWORD};
use crate::stream::{Reader, agent_may_read, cursor};

/// `/v1/agent/session`.
pub(crate) fn session(
    demo: &mut Demo,
    request: &Request,
    method: &str,
) -> Result<(u16, Body), Refused> {
    match method {
        "GET" => {
            signed_in(demo)?;
            Ok((200, body::write(&session_of(demo))?))
        }
        "POST" => {
            let SignIn {
                email, password, ..
            } = body::read(request)?;
            if email.trim().to_lowercase() != AGENT_EMAIL || password != AGENT_PASSWORD {
                let message =
                    format!("Here you are {AGENT_EMAIL}, with the password {AGENT_PASSWORD}.");
                return Err(Refused::new(ProblemCode::WrongPassword, message));
            }
            demo.staff.signed_in = true;
            demo.keep_staff()?;
            Ok((200, body::write(&session_of(demo))?))
        }
        "DELETE" => {
            signed_in(demo)?;
            demo.staff.signed_in = false;
            demo.keep_staff()?;
            Ok((204, Body::Nothing))
        }
        _ => Err(Refused::method()),
    }
}

/// `PUT /v1/agent/availability`.
pub(crate) fn availability(demo: &mut Demo, request: &Request) -> Result<Body, Refused> {
    signed_in(demo)?;
    let availability: Availability = body::read(request)?;
    demo.staff.online = availability.online;
    demo.board.set_online(&demo.agent.id, availability.online);
    demo.keep_staff()?;
    body::write(&availability)
}

/// `GET /v1/agent/inbox`. An open inbox is an open console.
pub(crate) fn inbox(demo: &mut Demo) -> Result<Body, Refused> {
    signed_in(demo)?;
    demo.board.connected(&demo.agent.id, demo.staff.online);
    Ok(Body::Stream(demo.streams.open_inbox()))
}

/// `/v1/agent/conversations/{id}/{what}`.
pub(crate) fn operation(
    demo: &mut Demo,
    request: &Request,
    now: Timestamp,
    (method, id, what): (&str, &str, &str),
) -> Result<Body, Refused> {
    match (what, method) {
        ("claim" | "messages" | "typing" | "return" | "close", "POST") | ("events", "GET") => {}
        ("claim" | "messages" | "typing" | "return" | "close" | "events", _) => {
            return Err(Refused::method());
        }
        _ => return Err(Refused::not_found()),
    }
    signed_in(demo)?;
    let id = ConversationId::new(id).map_err(|_| Refused::unknown_conversation())?;
    let conversation = demo.conversation(&id)?;
    let me = demo.agent.clone();
    let (write, command) = match what {
        "events" => {
            if !agent_may_read(&me.id, &conversation) {
                let message = "Only conversations that wait and your own can be read.";
                return Err(Refused::new(ProblemCode::NotYours, message));
            }
            let after = cursor(request)?;
            return Ok(Body::Stream(demo.streams.open(id, after, Reader::Agent)));
        }
        "typing" => {
            if conversation.agent.is_none_or(|owner| owner.id != me.id) {
                return Err(Refused::not_yours());
            }
            demo.typing.typed(&id, &me.id, now);
            return Ok(Body::Nothing);
        }
        "messages" => {
            let AgentReply { write, text } = body::read(request)?;
            (write, Command::Reply(me, text))
        }
        _ => {
            let AgentWrite { write } = body::read(request)?;
            let command = match what {
                "claim" => Command::Claim(me),
                "return" => Command::HandBack(me),
                _ => Command::Close(me),
            };
            (write, command)
        }
    };
    let appended = demo.carry_out(&id, &write, now, &command)?;
    if what != "claim" {
        demo.typing.stopped(&id);
    }
    body::write(&MessageAccepted {
        events: appended.events,
    })
}

fn signed_in(demo: &Demo) -> Result<(), Refused> {
    if demo.staff.signed_in {
        return Ok(());
    }
    Err(Refused::new(ProblemCode::NotSignedIn, "Please sign in."))
}

fn session_of(demo: &Demo) -> AgentSession {
    AgentSession {
        agent: demo.agent.clone(),
        online: demo.staff.online,
        sites: vec![SiteName {
            key: demo.site.key.clone(),
            name: demo.site.name.clone(),
        }],
        two_step: None,
    }
}
