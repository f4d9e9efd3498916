//! The contact page, as the server has it. Nothing is read here: the model is the widget's, so a person is called at once.

use data_encoding::BASE64URL_NOPAD;
use deskbell_desk::Language;
use deskbell_desk::contact_page::{ContactForm, ContactPage, FormError, SentForm, unknown_page};
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
    (method, key): (&str, &str),
) -> Result<(u16, Body), Refused> {
    let site = demo.site.clone();
    let accepted = request.accept_language.as_deref().unwrap_or_default();
    let language = Language::for_page(&request.query, accepted, Some(&site.language));
    let look = demo.look.clone();
    let shown = |status, page| Ok((status, Body::Html(page)));
    if key != shop::SITE_KEY {
        return shown(404, unknown_page(language, &look));
    }
    let page = ContactPage {
        site: &site,
        language,
        look: &look,
    };
    // 128 random bits are all there is; whoever knows an id made of them must not know the secret.
    let secret = Sha256::digest(format!("contact form\n{:032x}", moment.random));
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
            if store(demo, sent, moment, language).is_err() {
                return shown(503, page.form(&form, Some(&FormError::NotStored)));
            }
            let online = demo.board.online(moment.now);
            shown(200, page.thanks(&contact, online))
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
