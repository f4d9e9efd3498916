//! What customers may ask.

use std::sync::Arc;

use deskbell_desk::{Command, Conversation, NewConversation, VisitorHash, incoming, loader_script};
use deskbell_protocol::{
    ConversationId, EscalationAccepted, GiveFeedback, Introduce, Introduction, LeaveContact,
    MessageAccepted, OpenConversation, Opened, PostMessage, ProblemCode, RateStretch, RequestHuman,
    Timestamp,
};

use crate::demo::{Demo, Moment, at_once};
use crate::http::{Body, Refused, Request};
use crate::stream::{Reader, cursor};
use crate::{body, shop};

/// There is no server here that could have signed anything, and no key.
const NO_TOKENS: &str = "The demonstration takes no signed identity.";

/// `POST /v1/conversations`.
pub(crate) fn open(demo: &mut Demo, request: &Request, moment: Moment) -> Result<Body, Refused> {
    let visitor = visitor(request)?;
    let open: OpenConversation = body::read(request)?;
    incoming::check_opening(&open)?;
    if open.site != demo.site.key {
        return Err(Refused::unknown_site());
    }
    let id = format!("{:032x}", moment.random);
    let new = NewConversation {
        id: ConversationId::new(id).map_err(|_| Refused::internal())?,
        site: open.site,
        visitor,
        write: open.write,
        at: moment.now,
        language: open.language,
        page: open.page,
    };
    let id = new.id.clone();
    let conversation = at_once(demo.desk.open(new))??;
    if conversation.id == id {
        demo.keep_conversation(&id)?;
    }
    let status = demo.status_for_customer(&conversation, moment.now)?;
    body::write(&Opened {
        conversation: conversation.id,
        status,
    })
}

/// `/v1/conversations/{id}/{what}`.
pub(crate) fn operation(
    demo: &mut Demo,
    request: &Request,
    moment: Moment,
    (method, id, what): (&str, &str, &str),
) -> Result<Body, Refused> {
    match (what, method) {
        (
            "messages" | "escalation" | "feedback" | "contact" | "rating" | "introduction",
            "POST",
        )
        | ("events", "GET") => {}
        (
            "messages" | "escalation" | "feedback" | "contact" | "rating" | "introduction"
            | "events",
            _,
        ) => return Err(Refused::method()),
        _ => return Err(Refused::not_found()),
    }
    let conversation = own(demo, request, id)?;
    let id = &conversation.id;
    let now = moment.now;
    let site = Arc::clone(&demo.site);
    let appended = match what {
        "events" => {
            let after = cursor(request)?;
            let stream = demo.streams.open(id.clone(), after, Reader::Customer);
            return Ok(Body::Stream(stream));
        }
        "escalation" => {
            let RequestHuman { write } = body::read(request)?;
            let appended = demo.carry_out(id, &write, now, &Command::Ring)?;
            let status = demo.status_for_customer(&appended.conversation, now)?;
            return body::write(&EscalationAccepted { status });
        }
        "messages" => {
            let post: PostMessage = body::read(request)?;
            let command = Command::Message {
                text: post.text,
                hint: post.triage.map(incoming::device_hint).transpose()?,
                site: &site,
            };
            demo.carry_out(id, &post.write, now, &command)?
        }
        "feedback" => {
            let given: GiveFeedback = body::read(request)?;
            let command = Command::Feedback {
                answer: given.answer,
                helped: given.helped,
                site: &site,
            };
            demo.carry_out(id, &given.write, now, &command)?
        }
        "rating" => {
            let given: RateStretch = body::read(request)?;
            let command = Command::Rate(given.stretch, given.score);
            demo.carry_out(id, &given.write, now, &command)?
        }
        "introduction" => {
            let Introduce {
                write,
                name,
                email,
                token,
            } = body::read(request)?;
            if token.is_some() {
                return Err(Refused::new(ProblemCode::InvalidIdentity, NO_TOKENS));
            }
            let said = Introduction { name, email, token }.checked()?;
            demo.carry_out(id, &write, now, &Command::Introduce(said.into()))?
        }
        _ => {
            let LeaveContact { write, contact } = body::read(request)?;
            demo.carry_out(id, &write, now, &Command::LeaveContact(contact))?
        }
    };
    body::write(&MessageAccepted {
        events: appended.events,
    })
}

/// `GET /v1/sites/{key}`.
pub(crate) fn site_info(demo: &Demo, key: &str, now: Timestamp) -> Result<Body, Refused> {
    if key != shop::SITE_KEY {
        return Err(Refused::unknown_site());
    }
    body::write(&demo.site.info(demo.board.online(now)))
}

/// `GET /loader/site/{key}`.
pub(crate) fn loader_site(demo: &Demo, key: &str) -> Body {
    let site = (key == shop::SITE_KEY).then_some(&*demo.site);
    Body::Script(loader_script(site))
}

fn visitor(request: &Request) -> Result<VisitorHash, Refused> {
    VisitorHash::of_bearer(request.authorization.as_deref())
}

/// The conversation with this id, if it is the visitor's.
fn own(demo: &Demo, request: &Request, id: &str) -> Result<Conversation, Refused> {
    let visitor = visitor(request)?;
    let id = ConversationId::new(id).map_err(|_| Refused::unknown_conversation())?;
    let conversation = demo.conversation(&id)?;
    if conversation.visitor != visitor {
        return Err(Refused::not_yours());
    }
    Ok(conversation)
}
