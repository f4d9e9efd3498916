//! What a request is about, as far as limits go.

use axum::http::Method;

use super::load::Priority;
use super::rate::Quota;
use super::settings::{AddressLimits, VisitorLimits};

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    /// The bell.
    Ring,
    /// Opening a conversation, for the bell.
    OpenToRing,
    /// The form of the contact page.
    ContactForm,
    /// Looking at the contact page.
    ContactPage,
    /// Opening a conversation.
    Open,
    /// A customer's message.
    Message,
    /// What else a customer says.
    Remark,
    /// A customer's stream.
    Stream,
    /// Public settings of a site.
    Look,
    /// The chat's page.
    Widget,
    /// Signing in as an agent.
    SignIn,
    /// What agents do who have signed in.
    Agent,
    /// A file of the build, or how the server is.
    File,
    /// Nothing that there is.
    Unknown,
}

/// What the query of an opening is that is for the bell.
const FOR_BELL: &str = "for=escalation";

impl Operation {
    /// What a request to the route `template` is about. A preflight is about what it asks for.
    pub(crate) fn of(method: &Method, template: &str, query: Option<&str>) -> Self {
        let looks = matches!(*method, Method::GET | Method::HEAD);
        match template {
            "/v1/conversations" if query == Some(FOR_BELL) => Self::OpenToRing,
            "/v1/conversations" => Self::Open,
            "/v1/conversations/{id}/escalation" => Self::Ring,
            "/v1/conversations/{id}/messages" => Self::Message,
            "/v1/conversations/{id}/events" => Self::Stream,
            "/contact/{key}" if looks => Self::ContactPage,
            "/contact/{key}" => Self::ContactForm,
            "/v1/sites/{key}" | "/loader/site/{key}" => Self::Look,
            "/widget" => Self::Widget,
            "/embed.js" | "/loader/{file}" | "/console" | "/assets/{*path}" | "/healthz"
            | "/readyz" | "/openapi.json" => Self::File,
            "/v1/agent/session" if *method == Method::POST => Self::SignIn,
            _ if template.starts_with("/v1/conversations/") => Self::Remark,
            _ if template.starts_with("/v1/agent/") => Self::Agent,
            _ => Self::Unknown,
        }
    }

    /// What is refused before it when there is too much.
    pub(crate) fn priority(self) -> Priority {
        match self {
            Self::Ring | Self::OpenToRing | Self::ContactForm | Self::ContactPage => {
                Priority::Escalation
            }
            Self::Open | Self::Message | Self::Remark | Self::Agent => Priority::Message,
            // Checking passwords takes long: guesses must not take the places of what people write.
            Self::SignIn | Self::Stream | Self::Look | Self::Widget | Self::Unknown => {
                Priority::Ordinary
            }
            Self::File => Priority::Always,
        }
    }

    /// How often it is taken from one network address, for one site if it is about one; nothing if there is no limit.
    pub(crate) fn of_address(self, limits: &AddressLimits) -> Option<Quota> {
        match self {
            Self::Ring | Self::OpenToRing | Self::ContactForm => {
                Quota::per_minute(limits.escalations_per_minute)
            }
            Self::Open => Quota::per_minute(limits.conversations_per_minute),
            Self::Message => Quota::per_minute(limits.messages_per_minute),
            Self::Remark => Quota::per_minute(limits.remarks_per_minute),
            Self::Stream => Quota::per_minute(limits.streams_per_minute),
            Self::Look | Self::ContactPage => Quota::per_minute(limits.looks_per_minute),
            Self::Widget => Quota::per_hour(limits.widget_loads_per_hour),
            Self::SignIn => Quota::per_minute(limits.sign_ins_per_minute),
            Self::Agent | Self::File | Self::Unknown => None,
        }
    }

    /// How often it is taken from one visitor; nothing if there is no limit.
    pub(crate) fn of_visitor(self, limits: &VisitorLimits) -> Option<Quota> {
        match self {
            Self::Ring => Quota::per_minute(limits.escalations_per_minute),
            Self::Message => Quota::per_minute(limits.messages_per_minute),
            Self::Remark => Quota::per_minute(limits.remarks_per_minute),
            Self::Stream => Quota::per_minute(limits.streams_per_minute),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_reaches_a_person_is_an_escalation() {
        for (method, template, query) in [
            (Method::POST, "/v1/conversations/{id}/escalation", None),
            (Method::OPTIONS, "/v1/conversations/{id}/escalation", None),
            (Method::POST, "/v1/conversations", Some(FOR_BELL)),
            (Method::OPTIONS, "/v1/conversations", Some(FOR_BELL)),
            (Method::GET, "/contact/{key}", Some("language=de")),
            (Method::POST, "/contact/{key}", None),
        ] {
            let operation = Operation::of(&method, template, query);
            assert_eq!(
                operation.priority(),
                Priority::Escalation,
                "{method} {template}"
            );
        }
    }

    #[test]
    fn a_route_that_nobody_thought_of_is_refused_first() {
        for (template, expected) in [
            ("/v1/conversations", Priority::Message),
            ("/v1/conversations/{id}/introduction", Priority::Message),
            ("/v1/agent/inbox", Priority::Message),
            ("/v1/agent/session", Priority::Ordinary),
            ("/v1/conversations/{id}/events", Priority::Ordinary),
            ("/v2/anything", Priority::Ordinary),
            ("", Priority::Ordinary),
            ("/healthz", Priority::Always),
        ] {
            let operation = Operation::of(&Method::POST, template, Some("for=fun"));
            assert_eq!(operation.priority(), expected, "{template}");
        }
    }
}
