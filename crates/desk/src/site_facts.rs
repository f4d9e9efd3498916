//! What anybody may know about a site.

use deskbell_protocol::{FallbackContact, SiteInfo};
use serde::Serialize;

use crate::Site;

impl Site {
    /// Its public settings, and how many people are online for its customers.
    #[must_use]
    pub fn info(&self, agents_online: u32) -> SiteInfo {
        SiteInfo {
            key: self.key.clone(),
            name: self.name.clone(),
            language: self.language.clone(),
            suggestions: self.answers.suggestions.clone(),
            contact: self.contact.clone(),
            agents_online,
        }
    }
}

/// What the loader needs to know about a site whose chat did not come, as a script, so that the merchant's page needs
/// no permission but the loader's own. `site`: the one that it asks about, if there is one. The contact page tells the
/// same to everybody.
#[must_use]
pub fn loader_script(site: Option<&Site>) -> String {
    #[derive(Serialize)]
    struct Facts {
        known: bool,
        contact: FallbackContact,
    }
    let facts = Facts {
        known: site.is_some(),
        contact: site.map(|site| site.contact.clone()).unwrap_or_default(),
    };
    let facts = serde_json::to_string(&facts).expect("texts and a truth value are always JSON");
    format!("export default {facts};\n")
}
