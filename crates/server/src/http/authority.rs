//! Who asks. A handler that takes one of these types cannot run without that authority.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use deskbell_desk::{
    Agent, Conversation, Permission, Refused, Session, SessionHash, Site, VisitorHash,
};
use deskbell_protocol::{ConversationId, ProblemCode, SiteKey};

use super::admission::Asked;
use super::{ApiError, Shared, origins};
use crate::{App, secrets};

/// The cookie of a signed-in agent.
pub(crate) const SESSION_COOKIE: &str = "deskbell_session";

/// Somebody with a visitor token, before it is known whose.
pub(crate) struct Bearer(pub(crate) VisitorHash);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        Ok(Self(VisitorHash::of_bearer(header)?))
    }
}

/// The conversation named in the address; whoever asks may know no more than its id.
pub(crate) struct Addressed(pub(crate) ConversationId);

impl FromRequestParts<Shared> for Addressed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let id = path.ok().and_then(|Path(id)| ConversationId::new(id).ok());
        id.map(Self).ok_or_else(ApiError::unknown_conversation)
    }
}

/// The site named in the address.
pub(crate) struct AddressedSite(pub(crate) Arc<Site>);

impl FromRequestParts<Shared> for AddressedSite {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let key = path.ok().and_then(|Path(key)| SiteKey::new(key).ok());
        app.site(&key.ok_or_else(ApiError::unknown_site)?)
            .await
            .map(Self)
    }
}

impl App {
    /// The site with this key.
    pub(crate) async fn site(&self, key: &SiteKey) -> Result<Arc<Site>, ApiError> {
        let site = self.directory.site(key).await?;
        site.map(Arc::new).ok_or_else(ApiError::unknown_site)
    }

    /// The conversation with this id.
    pub(crate) async fn conversation(&self, id: &ConversationId) -> Result<Conversation, ApiError> {
        let conversation = self.desk.log().conversation(id).await?;
        conversation.ok_or_else(ApiError::unknown_conversation)
    }

    /// The site of a conversation.
    pub(crate) async fn site_of(&self, id: &ConversationId) -> Result<Arc<Site>, ApiError> {
        self.site(&self.conversation(id).await?.site).await
    }
}

/// The customer whose conversation is named in the address, on a page that may use the site, who does not do this too
/// often.
pub(crate) struct Visitor {
    pub(crate) conversation: Conversation,
    pub(crate) site: Arc<Site>,
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let Bearer(visitor) = Bearer::from_request_parts(parts, app).await?;
        let Addressed(id) = Addressed::from_request_parts(parts, app).await?;
        let conversation = app.conversation(&id).await?;
        if conversation.visitor != visitor {
            return Err(Refused::not_yours().into());
        }
        let site = app.site(&conversation.site).await?;
        origins::require_of_site(app, parts, &site)?;
        let asked = Asked::from_request_parts(parts, app).await?;
        app.within_limits(asked, &site, Some(&visitor))?;
        Ok(Self { conversation, site })
    }
}

/// A page of this server itself.
pub(crate) struct OwnPage;

impl FromRequestParts<Shared> for OwnPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        origins::require_own(app, parts).map(|()| Self)
    }
}

/// A signed-in agent. If the request changes anything it also came from our own page.
pub(crate) struct SignedIn {
    pub(crate) agent: Agent,
    pub(crate) session: Session,
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let refused = || ApiError::new(ProblemCode::NotSignedIn, "Please sign in.");
        let hash = session_hash(&parts.headers).ok_or_else(refused)?;
        let signed_in = app.signed_in(&hash).await?.ok_or_else(refused)?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            origins::require_own(app, parts)?;
        }
        let sessions = app.settings.sessions;
        if let Some(until) = sessions.touched(signed_in.session.idle_until, app.clock.now()) {
            // Whoever reads while nothing can be written is not signed out for that.
            if let Err(error) = app.directory.touch_session(&hash, until).await {
                let cause = ApiError::from(error).causes();
                tracing::warn!(cause, "a session was not kept alive");
            }
        }
        Ok(signed_in)
    }
}

/// A signed-in agent who runs the server.
pub(crate) struct Operator;

impl FromRequestParts<Shared> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let SignedIn { agent, .. } = SignedIn::from_request_parts(parts, app).await?;
        if !agent.role.may(Permission::ReadAudit) {
            let message = "Only operators may do this.";
            return Err(ApiError::new(ProblemCode::NotAllowed, message));
        }
        Ok(Self)
    }
}

impl App {
    /// Whose session this is, if it has not ended.
    pub(crate) async fn signed_in(&self, hash: &SessionHash) -> Result<Option<SignedIn>, ApiError> {
        let Some(session) = self.directory.session(hash, self.clock.now()).await? else {
            return Ok(None);
        };
        let agent = self.directory.agent(&session.agent).await?;
        Ok(agent.map(|agent| SignedIn { agent, session }))
    }
}

fn session_hash(headers: &HeaderMap) -> Option<SessionHash> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, token)| SessionHash(secrets::sha256_hex(token)))
}
