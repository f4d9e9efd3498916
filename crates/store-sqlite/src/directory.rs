//! Sites, agents and sessions.

use async_trait::async_trait;
use deskbell_desk::{
    Agent, Directory, DirectoryError, Role, Session, SessionHash, Site, StoreError, Totp,
};
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
    role: String,
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
            role: self.role.parse().context("reading an agent's role")?,
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
            "INSERT INTO agents (id, email, name, password_hash, online, role) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(agent.name.id.as_str())
        .bind(agent.email.to_lowercase())
        .bind(&agent.name.name)
        .bind(&agent.password_hash)
        .bind(agent.online)
        .bind(agent.role.as_str())
        .execute(&self.writer)
        .await;
        refuse_if_taken(outcome, "adding an agent")
    }

    async fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        sqlx::query_as::<_, AgentRow>(
            "SELECT id, email, name, password_hash, online, role FROM agents WHERE id = ?",
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
            "SELECT id, email, name, password_hash, online, role FROM agents WHERE email = ?",
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
            "SELECT id, email, name, password_hash, online, role FROM agents ORDER BY email",
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

    async fn begin_session(
        &self,
        session: &Session,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("beginning a session")?;
        let begun = sqlx::query(
            "INSERT INTO sessions (hash, agent, expires_at, idle_until)
             SELECT ?, id, ?, ? FROM agents WHERE id = ? AND password_hash = ?",
        )
        .bind(&session.hash.0)
        .bind(session.expires_at)
        .bind(session.idle_until)
        .bind(session.agent.as_str())
        .bind(password_hash)
        .execute(&mut *transaction)
        .await
        .context("beginning a session")?;
        if begun.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "DELETE FROM sessions WHERE agent = ?1 AND hash NOT IN
                 (SELECT hash FROM sessions WHERE agent = ?1 ORDER BY expires_at DESC, hash LIMIT ?2)",
        )
        .bind(session.agent.as_str())
        .bind(SESSIONS_OF_AN_AGENT)
        .execute(&mut *transaction)
        .await
        .context("ending old sessions")?;
        transaction.commit().await.context("beginning a session")?;
        Ok(true)
    }

    async fn session(
        &self,
        hash: &SessionHash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        sqlx::query_as::<_, (String, i64, i64)>(
            "SELECT agent, expires_at, idle_until FROM sessions
             WHERE hash = ?1 AND expires_at > ?2 AND idle_until > ?2",
        )
        .bind(&hash.0)
        .bind(now)
        .fetch_optional(&self.readers)
        .await
        .context("looking for a session")?
        .map(|(agent, expires_at, idle_until)| {
            let agent = AgentId::new(agent).context("reading a session's agent")?;
            Ok(Session {
                hash: hash.clone(),
                agent,
                expires_at,
                idle_until,
            })
        })
        .transpose()
    }

    async fn touch_session(
        &self,
        hash: &SessionHash,
        idle_until: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET idle_until = ? WHERE hash = ?")
            .bind(idle_until)
            .bind(&hash.0)
            .execute(&self.writer)
            .await
            .map(drop)
            .context("keeping a session alive")
    }

    async fn end_session(&self, hash: &SessionHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE hash = ?")
            .bind(&hash.0)
            .execute(&self.writer)
            .await
            .map(drop)
            .context("ending a session")
    }

    async fn end_sessions(&self, id: &AgentId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE agent = ?")
            .bind(id.as_str())
            .execute(&self.writer)
            .await
            .map(drop)
            .context("ending an agent's sessions")
    }

    async fn set_role(&self, id: &AgentId, role: Role) -> Result<(), DirectoryError> {
        let changed = sqlx::query("UPDATE agents SET role = ? WHERE id = ?")
            .bind(role.as_str())
            .bind(id.as_str())
            .execute(&self.writer)
            .await
            .context("changing an agent's role")?;
        known(changed.rows_affected())
    }

    async fn totp(&self, id: &AgentId) -> Result<Option<Totp>, StoreError> {
        let row =
            sqlx::query_as::<_, (String, i64)>("SELECT seed, used_step FROM totp WHERE agent = ?")
                .bind(id.as_str())
                .fetch_optional(&self.readers)
                .await
                .context("looking for a second step")?;
        Ok(row.map(|(secret, used_step)| Totp { secret, used_step }))
    }

    async fn set_totp(
        &self,
        id: &AgentId,
        totp: &Totp,
        recovery_hashes: &[String],
    ) -> Result<(), DirectoryError> {
        let mut transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("setting a second step up")?;
        let outcome = sqlx::query("INSERT INTO totp (agent, seed, used_step) VALUES (?, ?, ?)")
            .bind(id.as_str())
            .bind(&totp.secret)
            .bind(totp.used_step)
            .execute(&mut *transaction)
            .await;
        match outcome {
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                return Err(DirectoryError::UnknownAgent);
            }
            other => refuse_if_taken(other, "setting a second step up")?,
        }
        for hash in recovery_hashes {
            sqlx::query("INSERT INTO recovery_codes (agent, hash) VALUES (?, ?)")
                .bind(id.as_str())
                .bind(hash)
                .execute(&mut *transaction)
                .await
                .context("keeping recovery codes")?;
        }
        Ok(transaction
            .commit()
            .await
            .context("setting a second step up")?)
    }

    async fn use_totp_step(&self, id: &AgentId, step: i64) -> Result<bool, StoreError> {
        let used =
            sqlx::query("UPDATE totp SET used_step = ?1 WHERE agent = ?2 AND used_step < ?1")
                .bind(step)
                .bind(id.as_str())
                .execute(&self.writer)
                .await
                .context("using a code")?;
        Ok(used.rows_affected() > 0)
    }

    async fn use_recovery_code(&self, id: &AgentId, hash: &str) -> Result<bool, StoreError> {
        let used = sqlx::query("DELETE FROM recovery_codes WHERE agent = ? AND hash = ?")
            .bind(id.as_str())
            .bind(hash)
            .execute(&self.writer)
            .await
            .context("using a recovery code")?;
        Ok(used.rows_affected() > 0)
    }

    async fn reset_totp(&self, id: &AgentId) -> Result<bool, StoreError> {
        let mut transaction = self
            .writer
            .begin_with(BEGIN)
            .await
            .context("taking a second step away")?;
        sqlx::query("DELETE FROM recovery_codes WHERE agent = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context("taking recovery codes away")?;
        let gone = sqlx::query("DELETE FROM totp WHERE agent = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .context("taking a second step away")?;
        transaction
            .commit()
            .await
            .context("taking a second step away")?;
        Ok(gone.rows_affected() > 0)
    }
}
