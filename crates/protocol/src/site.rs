//! What anyone may know about a site.

use serde::{Deserialize, Serialize};

use crate::SiteKey;

/// Other ways to reach a person of the shop, shown when the chat cannot help.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FallbackContact {
    /// Phone number as people dial it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Public settings and live availability: the answer to `GET /v1/sites/{key}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SiteInfo {
    /// The site.
    pub key: SiteKey,
    /// The shop's name as customers know it.
    pub name: String,
    /// BCP 47 tag of the site's language.
    pub language: String,
    /// Replies to choose from before anything was said.
    pub suggestions: Vec<String>,
    /// Other ways to reach a person.
    pub contact: FallbackContact,
    /// How many people are online now.
    pub agents_online: u32,
}
