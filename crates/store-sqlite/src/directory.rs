//! Sites, agents and sessions.

use async_trait::async_trait;
use deskbell_desk::{Agent, Directory, DirectoryError, Session, SessionHash, Site, StoreError};
use deskbell_protocol::{AgentId, AgentName, SiteKey, Timestamp};

use crate::error::Context as _;
use crate::{BEGIN, SqliteStore};

/// Most sessions kept of one agent; beginning another ends the one that would end first. Keeps ended sessions from
/// piling up without a clock here.
const SESSIONS_OF_AN_AGENT: u32 = 20;

#[derive(sqlx::FromRow)]
struct AgentRow {
    id: String,
    email: String,
    name: String,
    password_hash: String,
    online: bool,
}

impl AgentRow {
    fn agent(self) -> Result<Agent, StoreError> {
        Ok(Agent {
            name: AgentName {
                id: AgentId::new(self.id).context("reading an agent's id")?,
                name: self.name,
            },
            email: self.email,
            password_hash: self.password_hash,
            online: self.online,
        })
    }
}

fn refuse_if_taken(
    outcome: Result<sqlx::sqlite::SqliteQueryResult, sqlx::Error>,
    context: &'static str,
) -> Result<(), DirectoryError> {
    match outcome {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(DirectoryError::Exists)
        }
        other => Ok(other.map(drop).context(context)?),
    }
}

fn known(rows: u64) -> Result<(), DirectoryError> {
    if rows == 0 {
        Err(DirectoryError::UnknownAgent)
    } else {
        Ok(())
    }
}

#[async_trait]
impl Directory for SqliteStore {
    async fn add_site(&self, site: &Site) -> Result<(), DirectoryError> {
        let body = serde_json::to_string(site).context("writing a site")?;
        let outcome = sqlx::query("INSERT INTO sites (key, body) VALUES (?, ?)")
            .bind(site.key.as_str())
            .bind(body)
            .execute(&self.writer)
            .await;
        refuse_if_taken(outcome, "adding a site")
    }

    async fn site(&self, key: &SiteKey) -> Result<Option<Site>, StoreError> {
        sqlx::query_scalar::<_, String>("SELECT body FROM sites WHERE key = ?")
            .bind(key.as_str())
            .fetch_optional(&self.readers)
            .await
            .context("looking for a site")?
            .map(|body| serde_json::from_str(&body).context("reading a site"))
            .transpose()
    }

    async fn sites(&self) -> Result<Vec<Site>, StoreError> {
        sqlx::query_scalar::<_, String>("SELECT body FROM sites ORDER BY key")
            .fetch_all(&self.readers)
            .await
            .context("listing the sites")?
            .iter()
            .map(|body| serde_json::from_str(body).context("reading a site"))
            .collect()
    }

    async fn add_agent(&self, agent: &Agent) -> Result<(), DirectoryError> {
        let outcome = sqlx::query(
            "INSERT INTO agents (id, email, name, password_hash, online) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(agent.name.id.as_str())
        .bind(agent.email.to_lowercase())
        .bind(&agent.name.name)
        .bind(&agent.password_hash)
        .bind(agent.online)
        .execute(&self.writer)
        .await;
        refuse_if_taken(outcome, "adding an agent")
    }

    async fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        sqlx::query_as::<_, AgentRow>(
            "SELECT id, email, name, password_hash, online FROM agents WHERE id = ?",
        )
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await
        .context("looking for an agent")?
        .map(AgentRow::agent)
        .transpose()
    }

    async fn agent_by_email(&self, email: &str) -> Result<Option<Agent>, StoreError> {
        sqlx::query_as::<_, AgentRow>(
            "SELECT id, email, name, password_hash, online FROM agents WHERE email = ?",
        )
        .bind(email.to_lowercase())
        .fetch_optional(&self.readers)
        .await
        .context("looking for an agent")?
        .map(AgentRow::agent)
        .transpose()
    }

    async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        sqlx::query_as::<_, AgentRow>(
            "SELECT id, email, name, password_hash, online FROM agents ORDER BY email",
        )
        .fetch_all(&self.readers)
        .await
        .context("listing the agents")?
        .into_iter()
        .map(AgentRow::agent)
        .collect()
    }

    async fn set_password(&self, id: &AgentId, password_hash: &str) -> Result<(), DirectoryError> {
        let mut transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("changing a password")?;
        let changed = sqlx::query("UPDATE agents SET password_hash = ? WHERE id = ?")
            .bind(password_hash)
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context("changing a password")?;
        known(changed.rows_affected())?;
        sqlx::query("DELETE FROM sessions WHERE agent = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context("ending an agent's sessions")?;
        Ok(transaction.commit().await.context("changing a password")?)
    }

    async fn set_online(&self, id: &AgentId, online: bool) -> Result<(), DirectoryError> {
        let changed = sqlx::query("UPDATE agents SET online = ? WHERE id = ?")
            .bind(online)
            .bind(id.as_str())
            .execute(&self.writer)
            .await
            .context("changing an agent's availability")?;
        known(changed.rows_affected())
    }

    async fn begin_session(&self, session: &Session) -> Result<(), StoreError> {
        let mut transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("beginning a session")?;
        sqlx::query("INSERT INTO sessions (hash, agent, expires_at) VALUES (?, ?, ?)")
            .bind(&session.hash.0)
            .bind(session.agent.as_str())
            .bind(session.expires_at)
            .execute(&mut *transaction)
            .await
            .context("beginning a session")?;
        sqlx::query(
            "DELETE FROM sessions WHERE agent = ?1 AND hash NOT IN
                 (SELECT hash FROM sessions WHERE agent = ?1 ORDER BY expires_at DESC, hash LIMIT ?2)",
        )
        .bind(session.agent.as_str())
        .bind(SESSIONS_OF_AN_AGENT)
        .execute(&mut *transaction)
        .await
        .context("ending old sessions")?;
        transaction.commit().await.context("beginning a session")
    }

    async fn session(
        &self,
        hash: &SessionHash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        sqlx::query_as::<_, (String, i64)>(
            "SELECT agent, expires_at FROM sessions WHERE hash = ? AND expires_at > ?",
        )
        .bind(&hash.0)
        .bind(now)
        .fetch_optional(&self.readers)
        .await
        .context("looking for a session")?
        .map(|(agent, expires_at)| {
            let agent = AgentId::new(agent).context("reading a session's agent")?;
            Ok(Session {
                hash: hash.clone(),
                agent,
                expires_at,
            })
        })
        .transpose()
    }

    async fn end_session(&self, hash: &SessionHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE hash = ?")
            .bind(&hash.0)
            .execute(&self.writer)
            .await
            .map(drop)
            .context("ending a session")
    }
}
