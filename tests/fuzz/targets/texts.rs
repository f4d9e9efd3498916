//! Ids, tokens, texts, names: what is taken once is taken again as it is, and has nothing in it that cannot be shown.
#![no_main]

use std::sync::LazyLock;

use deskbell_desk::{Site, VisitorHash, loader_script};
use deskbell_protocol::{
    AgentId, ContactText, ConversationId, CustomerName, EmailAddress, IntentId, Introduction,
    MessageText, SiteKey, VisitorToken, WriteId,
};
use libfuzzer_sys::fuzz_target;

/// That the type takes its own text unchanged, and no character that makes a text read other than it is.
macro_rules! stable {
    ($text:ident: $($name:ident),*) => {$(
        if let Ok(taken) = $name::new($text) {
            let again = $name::new(taken.as_str());
            assert_eq!(again.as_ref(), Ok(&taken));
            let shown = |c: char| matches!(c, '\n' | '\t') || !(c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert!(taken.as_str().chars().all(shown));
            assert!(!taken.as_str().is_empty());
        }
    )*};
}

static SHOP: LazyLock<Site> = LazyLock::new(|| {
    let said = serde_json::json!({ "text": "Hello", "suggestions": [] });
    let site = serde_json::json!({
        "key": "demo", "name": "Shop", "language": "en", "origins": [], "contact": {},
        "answers": { "suggestions": [], "not_understood": said, "said_again": "Again", "answers": {} },
        "policy": deskbell_triage::policy::Policy::default(),
    });
    serde_json::from_value(site).expect("this is a site")
});

fuzz_target!(|text: &str| {
    stable!(text: AgentId, ConversationId, IntentId, SiteKey, WriteId);
    stable!(text: ContactText, MessageText, CustomerName, EmailAddress);
    if let Ok(token) = VisitorToken::new(text) {
        assert_eq!(format!("{token:?}"), "VisitorToken(hidden)");
        let header = format!("Bearer {}", token.reveal());
        assert_eq!(
            VisitorHash::of_bearer(Some(&header)).ok(),
            Some(VisitorHash::of(&token))
        );
    }
    let _ = VisitorHash::of_bearer(Some(text));
    let (name, email) = text.split_once('|').unwrap_or((text, ""));
    if let Ok(introduction) = Introduction::new(name, email) {
        assert!(introduction.checked().is_ok());
    }
    // The loader runs this as a script: it is one value, and everything in it is data.
    let mut shop = SHOP.clone();
    shop.contact.phone = Some(text.to_owned());
    let script = loader_script(Some(&shop));
    let value = script
        .strip_prefix("export default ")
        .and_then(|it| it.strip_suffix(";\n"))
        .expect("the script is one export");
    assert!(!value.contains(['\n', '\r', '\0']));
    let facts: serde_json::Value = serde_json::from_str(value).expect("its value is JSON");
    assert_eq!(facts["contact"]["phone"], text);
});
