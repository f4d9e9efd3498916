//! The made-up shop and its only agent.

use deskbell_desk::{AnswerBook, IdentityKeys, Retention, Site};
use deskbell_protocol::{AgentId, AgentName, FallbackContact, SiteKey};
use deskbell_triage::policy::Policy;

use crate::StartError;

/// The shop's key, as in its page's script tag.
pub const SITE_KEY: &str = "demo";
/// The agent's e-mail address.
pub const AGENT_EMAIL: &str = "sam@demo.example";
/// The agent's password; no secret, it is shown to whoever signs out.
pub const AGENT_PASSWORD: &str = "brass-desk-bell";

/// What every new shop's bot says.
const ANSWERS: &str = include_str!("../../server/answers.default.toml");

/// The shop.
pub(crate) fn site() -> Result<Site, StartError> {
    let answers: AnswerBook = toml::from_str(ANSWERS)?;
    answers.check()?;
    Ok(Site {
        key: SiteKey::new(SITE_KEY)?,
        name: "Fern & Field".to_owned(),
        language: "en".to_owned(),
        origins: Vec::new(),
        contact: FallbackContact {
            phone: Some("+44 20 7946 0958".to_owned()),
            email: Some("hello@fernandfield.example".to_owned()),
        },
        answers,
        policy: Policy::default(),
        retention: Retention::default(),
        identity: IdentityKeys::default(),
    })
}

/// The agent.
pub(crate) fn agent() -> Result<AgentName, StartError> {
    Ok(AgentName {
        id: AgentId::new("sam")?,
        name: "Sam".to_owned(),
    })
}
