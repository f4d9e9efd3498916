//! `deskbell audit`, and what the command line itself leaves there.

use std::io::Write;

use anyhow::Context as _;
use deskbell_desk::{AuditEntry, AuditedAct, COMMAND_LINE, Store};
use deskbell_protocol::{AuditLine, Timestamp};

use super::backup::date;
use super::commands::AuditOptions;
use super::table;
use crate::Clock;

/// Entries read at once.
const PAGE: u32 = 500;

/// Records what is about to be done here. Who sits at the keyboard is not known.
pub(super) async fn record(
    store: &dyn Store,
    act: AuditedAct,
    whom: &str,
    detail: Option<String>,
) -> anyhow::Result<()> {
    let entry = AuditEntry {
        at: Clock::system().now(),
        who: None,
        act,
        whom: whom.to_owned(),
        detail,
        via: COMMAND_LINE.to_owned(),
    };
    store.record(&entry).await?;
    Ok(())
}

pub(super) async fn run(
    store: &dyn Store,
    options: &AuditOptions,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let since = options.since.map_or(0, |since| now - since.0);
    let (mut after, mut rows) = (0, Vec::new());
    loop {
        let entries = store.audit(since, after, PAGE).await?;
        let Some((last, _)) = entries.last() else {
            break;
        };
        after = *last;
        for (number, entry) in entries {
            if options.json {
                writeln!(out, "{}", json(number, entry)?)?;
            } else {
                rows.push(row(entry));
            }
        }
    }
    if options.json {
        return Ok(());
    }
    if rows.is_empty() {
        writeln!(out, "Nothing was done with accounts or sites in that time.")?;
        return Ok(());
    }
    Ok(table::write(
        out,
        ["WHEN", "WHAT", "WHOM", "WHO", "DETAIL", "VIA"],
        &rows,
    )?)
}

fn json(number: u64, entry: AuditEntry) -> anyhow::Result<String> {
    let line = AuditLine {
        number,
        at: entry.at,
        who: entry.who,
        act: entry.act.to_string(),
        whom: entry.whom,
        detail: entry.detail,
        via: entry.via,
    };
    serde_json::to_string(&line).context("an entry cannot be written")
}

fn row(entry: AuditEntry) -> [String; 6] {
    let none = || "-".to_owned();
    [
        date(entry.at),
        entry.act.to_string(),
        entry.whom,
        entry.who.unwrap_or_else(none),
        entry.detail.unwrap_or_else(none),
        entry.via,
    ]
}
