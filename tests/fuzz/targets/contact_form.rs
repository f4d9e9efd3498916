//! The contact form: whatever was typed is text on the page, never markup, and the form that is taken is a message.
#![no_main]

use std::sync::LazyLock;

use deskbell_desk::contact_page::{ContactForm, ContactPage, Look};
use deskbell_desk::{Language, Site};
use deskbell_protocol::VisitorToken;
use libfuzzer_sys::fuzz_target;

static SHOP: LazyLock<Site> = LazyLock::new(|| {
    let said = serde_json::json!({ "text": "Hello", "suggestions": [] });
    let site = serde_json::json!({
        "key": "demo", "name": "Shop", "language": "en", "origins": [], "contact": {},
        "answers": { "suggestions": [], "not_understood": said, "said_again": "Again", "answers": {} },
        "policy": deskbell_triage::policy::Policy::default(),
    });
    serde_json::from_value(site).expect("this is a site")
});

/// How many tags and quotation marks a page has: what is typed must not add any.
fn marks(page: &str) -> [usize; 3] {
    ['<', '>', '"'].map(|mark| page.matches(mark).count())
}

fuzz_target!(|body: &[u8]| {
    let token = || VisitorToken::new("A".repeat(43)).expect("43 letters are a token");
    let form = ContactForm::read(body, token());
    let empty = ContactForm::read(b"", token());
    let plain = &*SHOP;
    let mut named = plain.clone();
    named.name.clone_from(&form.message);
    let look = Look::default();
    let page = |site| ContactPage {
        site,
        language: Language::default(),
        look: &look,
    };
    let sent = form.check();
    let error = sent.as_ref().err();
    assert_eq!(
        marks(&page(&named).form(&form, error)),
        marks(&page(plain).form(&empty, error)),
        "what was typed became markup"
    );
    let Ok(sent) = sent else { return };
    let harmless = ContactForm::read(b"message=Hello&contact=me", token())
        .check()
        .expect("this form can be sent");
    assert_eq!(
        marks(&page(&named).thanks(&sent.contact, 1)),
        marks(&page(plain).thanks(&harmless.contact, 1)),
    );
    let again = ContactForm::read(body, token())
        .check()
        .expect("it was taken before");
    assert_eq!(
        sent.write(),
        again.write(),
        "sent twice, it is stored twice"
    );
});
