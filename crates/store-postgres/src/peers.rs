//! What the servers over one database tell each other: wake-ups by `NOTIFY`, open consoles in a table.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_desk::{CONSOLE_COUNTS, Online, Peers, StoreError, Wakeup};
use deskbell_protocol::{AgentId, ConversationId};
use sqlx::PgConnection;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::PostgresStore;
use crate::error::Context as _;
use crate::rows::count;

const CHANNEL: &str = "deskbell";

/// A connection on which nothing was heard for so long is asked whether it is one.
const SILENCE: Duration = Duration::from_secs(10);

/// How long it may take to answer that, and to be made anew.
const ANSWER: Duration = Duration::from_secs(5);

/// Between two attempts to connect.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// Tells every server, this one included, when the transaction commits; nobody if it does not.
pub(crate) async fn notify(
    connection: &mut PgConnection,
    wakeups: &[Wakeup],
) -> Result<(), StoreError> {
    let payloads: Vec<String> = wakeups.iter().map(payload).collect();
    sqlx::query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload")
        .bind(CHANNEL)
        .bind(payloads)
        .execute(connection)
        .await
        .map(drop)
        .context("waking the servers")
}

fn payload(wakeup: &Wakeup) -> String {
    match wakeup {
        Wakeup::Conversation(id) => format!("conversation {}", id.as_str()),
        Wakeup::Queue => "queue".to_owned(),
        Wakeup::Inbox => "inbox".to_owned(),
        Wakeup::Presence => "presence".to_owned(),
        Wakeup::Everything => "everything".to_owned(),
    }
}

/// What only a newer program says may concern anything.
fn wakeup(payload: &str) -> Wakeup {
    match payload {
        "queue" => Wakeup::Queue,
        "inbox" => Wakeup::Inbox,
        "presence" => Wakeup::Presence,
        other => other
            .strip_prefix("conversation ")
            .and_then(|id| ConversationId::new(id).ok())
            .map_or(Wakeup::Everything, Wakeup::Conversation),
    }
}

impl PostgresStore {
    /// Listens on a connection of its own until that fails.
    async fn listen_once(&self, wake: &(dyn Fn(Wakeup) + Send + Sync)) -> Result<(), sqlx::Error> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ANSWER)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(self.url.options());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        // Whatever was said before is not heard any more.
        wake(Wakeup::Everything);
        loop {
            match tokio::time::timeout(SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(said))) => wake(wakeup(said.payload())),
                // The connection was lost and is there again: what was said between is lost.
                Ok(Ok(None)) => wake(Wakeup::Everything),
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    let ask = sqlx::query("SELECT 1").execute(&mut listener);
                    let answer = tokio::time::timeout(ANSWER, ask).await;
                    answer.map_err(|_| sqlx::Error::PoolTimedOut)??;
                }
            }
        }
    }
}

#[async_trait]
impl Peers for PostgresStore {
    async fn listen(&self, wake: &(dyn Fn(Wakeup) + Send + Sync)) {
        // Once for each time that the connection is lost, not for each attempt to have it back.
        let told = AtomicBool::new(false);
        let heard = |wakeup| {
            told.store(false, Ordering::Relaxed);
            wake(wakeup);
        };
        loop {
            if let Err(error) = self.listen_once(&heard).await
                && !told.swap(true, Ordering::Relaxed)
            {
                tracing::warn!(cause = %error, "the servers' wake-ups are not heard until the database is back");
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }

    async fn consoles_open(&self, agents: &[AgentId]) -> Result<(), StoreError> {
        let agents: Vec<&str> = agents.iter().map(AgentId::as_str).collect();
        let seconds = CONSOLE_COUNTS.as_secs_f64();
        let mut transaction = self.pool.begin().await.context("telling who is there")?;
        // All parts of a statement see the table as it was before it.
        let news = sqlx::query_scalar::<_, bool>(
            "WITH here AS (SELECT DISTINCT unnest($2::text[]) COLLATE \"C\" AS agent),
                 counted AS (SELECT agent FROM presence WHERE server = $1 AND until > now()),
                 said AS (
                     INSERT INTO presence (server, agent, until)
                     SELECT $1, agent, now() + make_interval(secs => $3) FROM here ORDER BY agent
                     ON CONFLICT (server, agent) DO UPDATE SET until = excluded.until
                 )
             SELECT EXISTS (SELECT agent FROM here EXCEPT SELECT agent FROM counted)",
        )
        .bind(&*self.server)
        .bind(agents)
        .bind(seconds)
        .fetch_one(&mut *transaction)
        .await
        .context("telling who is there")?;
        // Of servers that are gone for good.
        sqlx::query(
            "DELETE FROM presence WHERE (server, agent) IN
                 (SELECT server, agent FROM presence WHERE until < now() - interval '1 hour'
                  FOR UPDATE SKIP LOCKED)",
        )
        .execute(&mut *transaction)
        .await
        .context("forgetting who was there")?;
        if news {
            notify(&mut transaction, &[Wakeup::Presence]).await?;
        }
        transaction.commit().await.context("telling who is there")
    }

    async fn signed_out(&self, agent: &AgentId) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await.context("telling who has gone")?;
        sqlx::query("DELETE FROM presence WHERE server = $1 AND agent = $2")
            .bind(&*self.server)
            .bind(agent.as_str())
            .execute(&mut *transaction)
            .await
            .context("telling who has gone")?;
        notify(&mut transaction, &[Wakeup::Presence]).await?;
        transaction.commit().await.context("telling who has gone")
    }

    async fn online(&self) -> Result<Online, StoreError> {
        let (agents, millis) = sqlx::query_as::<_, (i64, Option<i64>)>(
            "SELECT count(*), ceil(extract(epoch FROM min(until) - now()) * 1000)::bigint
             FROM (SELECT agent, max(until) AS until FROM presence WHERE until > now() GROUP BY agent) AS here
             JOIN agents ON agents.id = here.agent AND agents.online",
        )
        .fetch_one(&self.pool)
        .await
        .context("counting who is there")?;
        let changes_in = millis.map(|millis| Duration::from_millis(millis.max(0).unsigned_abs()));
        Ok(Online {
            agents: count(agents),
            changes_in,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wakeup_means_the_same_at_the_other_end() {
        let id = ConversationId::new("0123456789abcdef").unwrap();
        for said in [
            Wakeup::Conversation(id),
            Wakeup::Queue,
            Wakeup::Inbox,
            Wakeup::Presence,
            Wakeup::Everything,
        ] {
            assert_eq!(wakeup(&payload(&said)), said);
        }
        assert_eq!(wakeup("from the future"), Wakeup::Everything);
        assert_eq!(wakeup("conversation ?"), Wakeup::Everything);
    }
}
