//! The contact page, as the server has it. Nothing is read here: the model is the widget's, so a person is called at once.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use deskbell_desk::contact_page::{
    ContactForm, ContactPage, FormError, Look, SentForm, unavailable_page, unknown_page,
};
use deskbell_desk::{Language, Site};
use deskbell_protocol::{ConversationId, VisitorToken};
use sha2::{Digest as _, Sha256};

use crate::demo::{Demo, Moment, at_once};
use crate::http::{Body, Refused, Request};
use crate::shop;

/// `/contact/{key}`.
pub(crate) fn page(
    demo: &mut Demo,
    request: &Request,
    moment: Moment,
    place: (&str, &str),
) -> Result<(u16, Body), Refused> {
    let (site, look) = (Arc::clone(&demo.site), demo.look.clone());
    answer(
        &site,
        &look,
        request,
        moment.random,
        place,
        |sent, language| {
            store(demo, sent, moment, language)?;
            Ok(demo.board.online(moment.now))
        },
    )
}

/// The same while nothing can be kept: what was typed is not lost.
pub(crate) fn unavailable(
    demo: &Demo,
    request: &Request,
    random: u128,
    place: (&str, &str),
) -> Result<(u16, Body), Refused> {
    if place.0 == "GET" {
        let language = language(request, &demo.site);
        return Ok((503, Body::Html(unavailable_page(language, &demo.look))));
    }
    answer(&demo.site, &demo.look, request, random, place, |_, _| {
        Err(Refused::unavailable())
    })
}

fn language(request: &Request, site: &Site) -> Language {
    let accepted = request.accept_language.as_deref().unwrap_or_default();
    Language::for_page(&request.query, accepted, Some(&site.language))
}

/// `store` stores a form that can be, and says how many people are online.
fn answer(
    site: &Site,
    look: &Look,
    request: &Request,
    random: u128,
    (method, key): (&str, &str),
    store: impl FnOnce(SentForm, Language) -> Result<u32, Refused>,
) -> Result<(u16, Body), Refused> {
    let language = language(request, site);
    let shown = |status, page| Ok((status, Body::Html(page)));
    if key != shop::SITE_KEY {
        return shown(404, unknown_page(language, look));
    }
    let page = ContactPage {
        site,
        language,
        look,
    };
    // 128 random bits are all there is; whoever knows an id made of them must not know the secret.
    let secret = Sha256::digest(format!("contact form\n{random:032x}"));
    let token = VisitorToken::new(BASE64URL_NOPAD.encode(&secret));
    let token = token.map_err(|_| Refused::internal())?;
    match method {
        "GET" => shown(200, page.form(&ContactForm::new(token), None)),
        "POST" => {
            let form = ContactForm::read(request.body.as_bytes(), token);
            let sent = match form.check() {
                Ok(sent) => sent,
                Err(error) => return shown(422, page.form(&form, Some(&error))),
            };
            let contact = sent.contact.clone();
            match store(sent, language) {
                Ok(online) => shown(200, page.thanks(&contact, online)),
                Err(_) => shown(503, page.form(&form, Some(&FormError::NotStored))),
            }
        }
        _ => Err(Refused::method()),
    }
}

fn store(
    demo: &mut Demo,
    sent: SentForm,
    moment: Moment,
    language: Language,
) -> Result<(), Refused> {
    let id = Sha256::digest(format!("conversation\n{:032x}", moment.random));
    let id = ConversationId::new(BASE64URL_NOPAD.encode(&id[..16]));
    let id = id.map_err(|_| Refused::internal())?;
    let opening = sent.opening(id, demo.site.key.clone(), moment.now, language);
    let conversation = at_once(demo.desk.open(opening))??;
    let write = sent.write();
    demo.carry_out(&conversation.id, &write, moment.now, &sent.command(None))?;
    Ok(())
}
