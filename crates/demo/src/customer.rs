//! What customers may ask.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use deskbell_desk::{Command, Conversation, NewConversation, VisitorHash};
use deskbell_protocol::{
    ConversationId, EscalationAccepted, GiveFeedback, LeaveContact, MessageAccepted,
    OpenConversation, Opened, PostMessage, ProblemCode, ReadOn, RequestHuman, SiteInfo, Timestamp,
    TriageHint, VisitorToken,
};
use sha2::{Digest as _, Sha256};

use crate::demo::{Demo, Moment, at_once};
use crate::http::{Body, Refused, Request};
use crate::stream::{Reader, cursor};
use crate::{body, shop};

const MAX_LANGUAGE_CHARS: usize = 35;
const MAX_PAGE_CHARS: usize = 2_000;

/// `POST /v1/conversations`.
pub(crate) fn open(demo: &mut Demo, request: &Request, moment: Moment) -> Result<Body, Refused> {
    let visitor = visitor(request)?;
    let open: OpenConversation = body::read(request)?;
    check(&open)?;
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
    let online = demo.board.online(moment.now);
    let status = at_once(demo.desk.status(&conversation, online))??;
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
        ("messages" | "escalation" | "feedback" | "contact", "POST") | ("events", "GET") => {}
        ("messages" | "escalation" | "feedback" | "contact" | "events", _) => {
            return Err(Refused::method());
        }
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
            let online = demo.board.online(now);
            let status = at_once(demo.desk.status(&appended.conversation, online))??;
            return body::write(&EscalationAccepted { status });
        }
        "messages" => {
            let post: PostMessage = body::read(request)?;
            let command = Command::Message {
                text: post.text,
                hint: post.triage.map(possible).transpose()?,
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
    let site = &demo.site;
    body::write(&SiteInfo {
        key: site.key.clone(),
        name: site.name.clone(),
        language: site.language.clone(),
        suggestions: site.answers.suggestions.clone(),
        contact: site.contact.clone(),
        agents_online: demo.board.online(now),
    })
}

/// The hash of the visitor's secret. The secret itself is not kept.
fn visitor(request: &Request) -> Result<VisitorHash, Refused> {
    let token = request
        .authorization
        .as_deref()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| VisitorToken::new(token.trim()).ok());
    let token = token.ok_or_else(|| {
        Refused::new(
            ProblemCode::NotSignedIn,
            "This needs the visitor's token, as authorization: Bearer and 43 characters.",
        )
    })?;
    Ok(VisitorHash(
        HEXLOWER.encode(&Sha256::digest(token.reveal())),
    ))
}

/// The conversation with this id, if it is the visitor's.
fn own(demo: &Demo, request: &Request, id: &str) -> Result<Conversation, Refused> {
    let visitor = visitor(request)?;
    let id = ConversationId::new(id).map_err(|_| Refused::unknown_conversation())?;
    let conversation = demo.conversation(&id)?;
    if conversation.visitor != visitor {
        let message = "This conversation belongs to somebody else.";
        return Err(Refused::new(ProblemCode::NotYours, message));
    }
    Ok(conversation)
}

fn check(open: &OpenConversation) -> Result<(), Refused> {
    let tag = |text: &String| {
        (1..=MAX_LANGUAGE_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !open.language.as_ref().is_none_or(tag) {
        return Err(Refused::invalid_value(
            "language: must be a language tag such as en or pt-BR",
        ));
    }
    let page = |text: &String| {
        text.chars().count() <= MAX_PAGE_CHARS && !text.chars().any(char::is_control)
    };
    if !open.page.as_ref().is_none_or(page) {
        let message = format!("page: must be an address of at most {MAX_PAGE_CHARS} characters");
        return Err(Refused::invalid_value(message));
    }
    Ok(())
}

/// What a device says it read must at least be possible, and it was read on the device.
fn possible(hint: TriageHint) -> Result<TriageHint, Refused> {
    let scores = hint.reading.sentiment_scores;
    for (name, probability) in [
        ("confidence", hint.reading.confidence),
        ("sentiment_scores.negative", scores.negative),
        ("sentiment_scores.neutral", scores.neutral),
        ("sentiment_scores.positive", scores.positive),
    ] {
        // False for what is not a number.
        if !(0.0..=1.0).contains(&probability) {
            return Err(Refused::invalid_value(format!(
                "triage.{name}: must be from 0 to 1"
            )));
        }
    }
    if !(hint.millis.is_finite() && hint.millis >= 0.0) {
        return Err(Refused::invalid_value("triage.millis: must be 0 or more"));
    }
    Ok(TriageHint {
        read_on: ReadOn::Device,
        ..hint
    })
}
