//! `deskbell webhook`.

mod arguments;

use std::io::Write;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use deskbell_desk::webhooks::{
    Answer, DeliveryId, DeliveryState, Replay, SECRET_BYTES, UnansweredAfter, Webhook,
    WebhookError, WebhookId, WebhookSecret, rfc3339,
};
use deskbell_desk::{AuditedAct, Store};
use deskbell_protocol::Timestamp;
use serde_json::json;

use super::{audit, table};
use crate::webhooks::{Post, Sender, checked_url};
use crate::{Clock, secrets};
pub(super) use arguments::WebhookCommand;
use arguments::WebhookOptions;

/// What the messages are.
pub(super) const ABOUT: &str = "\
An address is told that something happened, never what anybody wrote: type, timestamp, and in data the ids of site and
conversation and what is named here.

  escalation.requested   somebody waits for a person: reason, waiting_since
  escalation.claimed     a person took it: agent
  escalation.unanswered  nobody took it for --unanswered-after seconds: reason, waiting_since; once for each wait
  conversation.closed    a person closed it: agent
  rating.given           a customer said how it was: stretch, score from 1 to 5

Messages are posted and signed as Standard Webhooks 1.0.0 says (headers webhook-id, webhook-timestamp, webhook-signature):
its libraries check them with the secret. Whatever is not answered with 2xx is tried again nine times within three days;
410 Gone disables the address. A message may come twice, under one webhook-id, and in any order.";

/// Messages that are listed of a webhook.
const LISTED: u32 = 50;

pub(super) async fn run(
    store: &dyn Store,
    command: WebhookCommand,
    clock: &Clock,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    match command {
        WebhookCommand::Add(options) => add(store, &options, clock.now(), out).await,
        WebhookCommand::List { webhook: None } => list(store, out).await,
        WebhookCommand::List { webhook: Some(id) } => {
            list_messages(store, &named(store, id).await?, out).await
        }
        WebhookCommand::Remove(webhook) => {
            let webhook = named(store, webhook.id).await?;
            record(store, AuditedAct::WebhookRemoved, &webhook).await?;
            let id = webhook.id;
            store.remove_webhook(&id).await?;
            Ok(writeln!(out, "The webhook {} is removed.", id.0)?)
        }
        WebhookCommand::Rotate { webhook, at_once } => {
            let webhook = named(store, webhook.id).await?;
            rotate(store, &webhook, at_once, clock.now(), out).await
        }
        WebhookCommand::Replay { webhook, message } => {
            let webhook = named(store, webhook.id).await?;
            replay(store, &webhook, message, clock.now(), out).await
        }
        WebhookCommand::Test(webhook) => {
            let webhook = named(store, webhook.id).await?;
            test(store, &webhook, clock, out).await
        }
    }
}

async fn named(store: &dyn Store, id: String) -> anyhow::Result<Webhook> {
    let id = WebhookId(id);
    let found = store.webhook(&id).await?;
    found.with_context(|| {
        format!(
            "there is no webhook '{}'; `deskbell webhook list` shows them",
            id.0
        )
    })
}

/// That somebody is about to do this.
async fn record(store: &dyn Store, act: AuditedAct, webhook: &Webhook) -> anyhow::Result<()> {
    let detail = format!("webhook {}", webhook.id.0);
    audit::record(store, act, webhook.site.as_str(), Some(detail)).await
}

fn new_secret() -> anyhow::Result<WebhookSecret> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).context("there is no randomness")?;
    Ok(WebhookSecret::of_bytes(&bytes))
}

async fn add(
    store: &dyn Store,
    options: &WebhookOptions,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let url = checked_url(&options.url, options.allow_private).context("--url")?;
    let webhook = Webhook {
        id: WebhookId(secrets::random_id().context("there is no randomness")?[..16].to_owned()),
        site: options.site.clone(),
        url: url.into(),
        secret: new_secret()?,
        old_secret: None,
        allow_private: options.allow_private,
        unanswered_after: UnansweredAfter::try_from(options.unanswered_after)
            .context("--unanswered-after")?,
        added_at: now,
        disabled_at: None,
    };
    if store.site(&webhook.site).await?.is_some() {
        record(store, AuditedAct::WebhookAdded, &webhook).await?;
    }
    match store.add_webhook(&webhook).await {
        Err(WebhookError::UnknownSite) => bail!(
            "--site: there is no site '{}'; `deskbell site list` shows them",
            options.site
        ),
        other => other?,
    }
    let (id, secret) = (&webhook.id.0, webhook.secret.as_str());
    writeln!(
        out,
        "The webhook {id} is told from now on what happens in the chats of '{}'.",
        webhook.site
    )?;
    writeln!(
        out,
        "Its messages are signed with this secret, which is shown only now:\n\n  {secret}\n"
    )?;
    Ok(writeln!(
        out,
        "To see whether messages arrive: deskbell webhook test {id}"
    )?)
}

async fn list(store: &dyn Store, out: &mut impl Write) -> anyhow::Result<()> {
    let webhooks = store.webhooks().await?;
    if webhooks.is_empty() {
        writeln!(
            out,
            "There is no webhook yet. `deskbell webhook add --help` shows how to add one."
        )?;
        return Ok(());
    }
    let rows: Vec<_> = webhooks
        .into_iter()
        .map(|webhook| {
            let state = match webhook.disabled_at {
                Some(at) => format!("disabled {}", rfc3339(at)),
                None => "told".to_owned(),
            };
            let private = if webhook.allow_private { "yes" } else { "no" };
            let unanswered = format!("{} s", webhook.unanswered_after.seconds());
            [
                webhook.id.0,
                webhook.site.to_string(),
                state,
                unanswered,
                private.to_owned(),
                webhook.url,
            ]
        })
        .collect();
    let titles = [
        "WEBHOOK",
        "SITE",
        "STATE",
        "UNANSWERED AFTER",
        "PRIVATE",
        "URL",
    ];
    Ok(table::write(out, titles, &rows)?)
}

async fn list_messages(
    store: &dyn Store,
    webhook: &Webhook,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let deliveries = store.deliveries(&webhook.id, LISTED).await?;
    if deliveries.is_empty() {
        writeln!(out, "The webhook {} was told nothing yet.", webhook.id.0)?;
        return Ok(());
    }
    let rows: Vec<_> = deliveries
        .into_iter()
        .map(|delivery| {
            let state = match (delivery.state, delivery.due_at) {
                (DeliveryState::Pending, Some(at)) => format!("due {}", rfc3339(at)),
                (DeliveryState::Pending, None) => "due".to_owned(),
                (DeliveryState::Delivered, _) => "delivered".to_owned(),
                (DeliveryState::GivenUp, _) => "given up".to_owned(),
            };
            let outcome = delivery.outcome.unwrap_or_default();
            [
                delivery.id.0,
                delivery.event,
                rfc3339(delivery.at),
                state,
                delivery.attempts.to_string(),
                outcome,
            ]
        })
        .collect();
    let titles = [
        "MESSAGE",
        "TYPE",
        "HAPPENED",
        "STATE",
        "ATTEMPTS",
        "LAST OUTCOME",
    ];
    Ok(table::write(out, titles, &rows)?)
}

async fn rotate(
    store: &dyn Store,
    webhook: &Webhook,
    at_once: bool,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let secret = new_secret()?;
    let old_counts = if at_once {
        0
    } else {
        Webhook::OLD_SECRET_COUNTS_MS
    };
    let until = now.saturating_add(old_counts);
    record(store, AuditedAct::WebhookSecretMade, webhook).await?;
    let changed = store.rotate_secret(&webhook.id, &secret, until).await?;
    ensure!(changed, "the webhook was removed meanwhile");
    writeln!(
        out,
        "The new secret, which is shown only now:\n\n  {}\n",
        secret.as_str()
    )?;
    if at_once {
        writeln!(out, "Nothing is signed with the former one any more.")?;
    } else {
        writeln!(
            out,
            "Messages are signed with the former one, too, until {}.",
            rfc3339(until)
        )?;
    }
    Ok(())
}

async fn replay(
    store: &dyn Store,
    webhook: &Webhook,
    message: Option<String>,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let id = &webhook.id.0;
    ensure!(
        webhook.disabled_at.is_none(),
        "the webhook {id} is disabled, because it answered 410 Gone; `deskbell webhook test {id}` enables it if it \
         takes messages again"
    );
    let which = match message {
        Some(message) => Replay::One(DeliveryId(message)),
        None => Replay::GivenUp,
    };
    let count = store.replay(&webhook.id, &which, now).await?;
    match (count, which) {
        (0, Replay::One(message)) => bail!(
            "the webhook {id} was never told '{}'; `deskbell webhook list {id}` shows its latest messages",
            message.0
        ),
        (0, Replay::GivenUp) => writeln!(out, "Nothing was given up.")?,
        (1, _) => writeln!(out, "The server sends 1 message again.")?,
        (many, _) => writeln!(out, "The server sends {many} messages again.")?,
    }
    Ok(())
}

async fn test(
    store: &dyn Store,
    webhook: &Webhook,
    clock: &Clock,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let at = clock.now();
    let id = DeliveryId(format!(
        "msg_{}",
        secrets::random_id().context("there is no randomness")?
    ));
    let body = json!({ "type": "webhook.test", "timestamp": rfc3339(at), "data": { "site": webhook.site } });
    let post = Post {
        webhook,
        id: &id,
        body: &body.to_string(),
        at,
    };
    let began = Instant::now();
    let said = Sender::new().send(&post).await;
    let took = began.elapsed().as_millis();
    let taken = matches!(
        said.answer,
        Answer::Status {
            code: 200..=299,
            ..
        }
    );
    ensure!(
        taken,
        "the webhook {} took no message: {}",
        webhook.id.0,
        said.outcome
    );
    writeln!(out, "It {} after {took} ms.", said.outcome)?;
    if webhook.disabled_at.is_some() && store.enable_webhook(&webhook.id).await? {
        writeln!(
            out,
            "It was disabled and is told things again. To send what was given up: deskbell webhook replay {}",
            webhook.id.0
        )?;
    }
    Ok(())
}
