//! `deskbell customer`: everything that is stored about somebody, and how to erase it.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, ensure};
use deskbell_desk::{AuditedAct, Conversation, Store, StoreError};
use deskbell_protocol::{ConversationId, ConversationState, Event, Timestamp};
use serde::Serialize;

use super::audit;
use super::commands::{CustomerOptions, EraseOptions, ExportOptions};
use crate::Database;

/// Events read at once.
const PAGE: u32 = 1_000;

/// What an export is, for whoever reads it.
const FORMAT: &str = "deskbell customer export 1";

#[derive(Serialize)]
struct Export<'a> {
    format: &'static str,
    exported_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    conversations: Vec<Exported>,
}

/// One conversation: where it stands, contact and introduction included, and everything that happened in it.
#[derive(Serialize)]
struct Exported {
    conversation: Conversation,
    events: Vec<Event>,
}

pub(super) async fn export(
    store: &dyn Store,
    options: &ExportOptions,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let customer = &options.customer;
    let mut conversations = Vec::new();
    for conversation in found(store, customer).await? {
        let events = all_events(store, &conversation).await?;
        conversations.push(Exported {
            conversation,
            events,
        });
    }
    ensure!(!conversations.is_empty(), nothing(customer));
    let of = conversations.iter().map(|it| &it.conversation);
    record(store, AuditedAct::CustomerExported, of).await?;
    let count = conversations.len();
    let export = Export {
        format: FORMAT,
        exported_at: now,
        email: customer.email.as_ref().map(|email| email.as_str()),
        conversations,
    };
    let mut json = serde_json::to_vec_pretty(&export).context("writing the export")?;
    json.push(b'\n');
    let Some(path) = &options.out else {
        return Ok(out.write_all(&json)?);
    };
    write_new(path, &json).with_context(|| format!("{} cannot be made", path.display()))?;
    writeln!(out, "{} is in {}.", counted(count), path.display())?;
    Ok(())
}

pub(super) async fn erase(
    store: &dyn Store,
    database: &Database,
    options: &EraseOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let customer = &options.customer;
    let conversations = found(store, customer).await?;
    if conversations.is_empty() {
        writeln!(out, "{}", nothing(customer))?;
        return Ok(());
    }
    if !options.yes && !confirmed(&conversations, out)? {
        writeln!(out, "Nothing was erased.")?;
        return Ok(());
    }
    record(store, AuditedAct::CustomerErased, &conversations).await?;
    let (mut erased, mut events) = (0, 0);
    for conversation in &conversations {
        if let Some(gone) = store.erase(&conversation.id).await? {
            erased += 1;
            events += gone;
        }
    }
    let left = found(store, customer).await?.len();
    writeln!(
        out,
        "Erased: {} with {events} events. Left: {}.",
        counted(erased),
        counted(left)
    )?;
    let cleared = store.clear_traces().await?;
    writeln!(out, "{}", traces(database, cleared))?;
    writeln!(
        out,
        "Backups that were made before still have it, until they are deleted."
    )?;
    ensure!(
        left == 0,
        "somebody wrote meanwhile; to erase that, too, try again"
    );
    Ok(())
}

/// Records what is about to be done, by site. Not whose conversations they are, nor which: what is erased is to be found
/// nowhere.
async fn record(
    store: &dyn Store,
    act: AuditedAct,
    conversations: impl IntoIterator<Item = &Conversation>,
) -> anyhow::Result<()> {
    let mut by_site = BTreeMap::new();
    for conversation in conversations {
        *by_site.entry(conversation.site.as_str()).or_default() += 1;
    }
    for (site, count) in by_site {
        audit::record(store, act, site, Some(counted(count))).await?;
    }
    Ok(())
}

/// What the store's own files still have.
fn traces(database: &Database, cleared: bool) -> String {
    match (database, cleared) {
        (_, true) => format!("Nothing of it is left in {database} and the files beside it."),
        (Database::Sqlite(path), false) => format!(
            "Nothing of it is left in {0}; {0}-wal may have some until it is written over, as somebody was reading for \
             long, such as `deskbell backup`.",
            path.display()
        ),
        (Database::Postgres(_), false) => {
            "On PostgreSQL's disk its bytes go with the next VACUUM and as its write-ahead log is recycled; archives of \
             that log, replicas that lag and dumps have it for longer."
                .to_owned()
        }
    }
}

/// The conversations that are meant, in the order of their ids.
async fn found(store: &dyn Store, customer: &CustomerOptions) -> anyhow::Result<Vec<Conversation>> {
    if let Some(site) = &customer.site {
        let known = store.site(site).await?.is_some();
        ensure!(
            known,
            "--site: there is no site '{site}'; `deskbell site list` shows them"
        );
    }
    let ids: Vec<ConversationId> = match (&customer.email, &customer.conversation) {
        (Some(email), _) => store.conversations_of(email).await?,
        (None, Some(id)) => vec![id.clone()],
        (None, None) => Vec::new(),
    };
    let mut conversations = Vec::new();
    for id in &ids {
        // Nothing if it was erased just now.
        conversations.extend(store.conversation(id).await?);
    }
    if let Some(site) = &customer.site {
        conversations.retain(|conversation| conversation.site == *site);
    }
    Ok(conversations)
}

async fn all_events(
    store: &dyn Store,
    conversation: &Conversation,
) -> Result<Vec<Event>, StoreError> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.seq);
        let page = store.events_after(&conversation.id, after, PAGE).await?;
        // What comes while this is read is not part of where the conversation stood.
        let wanted = page
            .into_iter()
            .filter(|event| event.seq <= conversation.last_seq);
        let before = events.len();
        events.extend(wanted);
        if events.len() == before {
            return Ok(events);
        }
    }
}

fn nothing(customer: &CustomerOptions) -> String {
    let whom = match (&customer.email, &customer.conversation) {
        (Some(email), _) => format!("about {}", email.as_str()),
        (None, Some(id)) => format!("under {}", id.as_str()),
        (None, None) => "there".to_owned(),
    };
    let place = match &customer.site {
        Some(site) => format!(" at the site '{site}'"),
        None => String::new(),
    };
    format!("Nothing is stored {whom}{place}.")
}

fn counted(conversations: usize) -> String {
    match conversations {
        1 => "1 conversation".to_owned(),
        many => format!("{many} conversations"),
    }
}

/// Asks whether to erase these.
fn confirmed(conversations: &[Conversation], out: &mut impl Write) -> anyhow::Result<bool> {
    ensure!(
        io::stdin().is_terminal(),
        "there is no terminal to ask whether to erase {}; --yes says so",
        counted(conversations.len())
    );
    for conversation in conversations {
        let stands = match conversation.state {
            ConversationState::Waiting => ", waits for a person",
            ConversationState::WithAgent => ", is with a person",
            ConversationState::Bot | ConversationState::Closed => "",
        };
        writeln!(
            out,
            "{} (site '{}', {} events{stands})",
            conversation.id.as_str(),
            conversation.site,
            conversation.last_seq
        )?;
    }
    write!(
        out,
        "Erase {} for good? Type yes: ",
        counted(conversations.len())
    )?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .context("the answer cannot be read")?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// Writes a new file that only this user can read.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
