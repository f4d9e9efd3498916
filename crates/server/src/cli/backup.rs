//! `deskbell backup`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use deskbell_protocol::Timestamp;
use deskbell_store_sqlite::Copied;

use super::commands::BackupOptions;
use crate::Database;

/// What the name of a dated backup begins and ends with.
const BEGIN: &str = "deskbell-";
const END: &str = ".db";

/// Copies `database` to where `options` say, at `now`, and tells what the copy has.
pub(super) async fn run(
    database: &Database,
    options: &BackupOptions,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let Database::Sqlite(database) = database else {
        return Err(refuse_server(&options.to));
    };
    let folder = options.to.is_dir();
    if options.keep.is_some() && !folder {
        bail!(
            "--keep is for a folder with backups of many days, and {} is none",
            options.to.display()
        );
    }
    let to = if folder {
        options.to.join(format!("{BEGIN}{}{END}", date(now)))
    } else {
        options.to.clone()
    };
    let Copied {
        conversations,
        events,
        bytes,
    } = deskbell_store_sqlite::backup(database, &to)
        .await
        .with_context(|| format!("{} was not backed up", database.display()))?;
    writeln!(
        out,
        "{}: {conversations} conversations, {events} events, {bytes} bytes; checked",
        to.display()
    )?;
    if let Some(keep) = options.keep {
        for old in superseded(names(&options.to)?, usize::from(keep.get())) {
            let old = options.to.join(old);
            fs::remove_file(&old).with_context(|| format!("{} stays", old.display()))?;
            writeln!(out, "{}: deleted", old.display())?;
        }
    }
    Ok(())
}

fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        // A name that is not UTF-8 is none of ours.
        names.extend(entry.with_context(unreadable)?.file_name().into_string());
    }
    Ok(names)
}

/// Our own dated backups but for the `keep` newest ones. Files of other names are nobody's business here.
fn superseded(names: Vec<String>, keep: usize) -> Vec<String> {
    let mut ours: Vec<_> = names.into_iter().filter(|name| is_dated(name)).collect();
    // Names in order are dates in order.
    ours.sort_unstable();
    ours.truncate(ours.len().saturating_sub(keep));
    ours
}

fn is_dated(name: &str) -> bool {
    let date = name
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END));
    date.is_some_and(|date| {
        let pattern = "0000-00-00T00-00-00Z";
        date.len() == pattern.len()
            && date
                .bytes()
                .zip(pattern.bytes())
                .all(|(is, must)| match must {
                    b'0' => is.is_ascii_digit(),
                    _ => is == must,
                })
    })
}

/// A time in UTC, which may be part of a file's name, to the second.
pub(super) fn date(now: Timestamp) -> String {
    let seconds = now.div_euclid(1000);
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01 of the Gregorian calendar: the leap day is the last of its year, and 400 years repeat.
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = year + 400 * era + next;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}Z")
}

/// Says how to back up a database that is not a file.
fn refuse_server(to: &Path) -> anyhow::Error {
    let file: PathBuf = if to.is_dir() {
        to.join("deskbell.dump")
    } else {
        to.to_owned()
    };
    anyhow::anyhow!(
        "PostgreSQL makes its own backups, also while it is used:\n  \
         pg_dump --format=custom --file={file} \"$DESKBELL_DATABASE\"\nand reads them with\n  \
         pg_restore --clean --if-exists --dbname=\"$DESKBELL_DATABASE\" {file}",
        file = file.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (now, expected) in [
            (0, "1970-01-01T00-00-00Z"),
            (951_782_399_999, "2000-02-28T23-59-59Z"),
            (951_782_400_000, "2000-02-29T00-00-00Z"),
            (951_868_800_000, "2000-03-01T00-00-00Z"),
            (1_700_000_000_000, "2023-11-14T22-13-20Z"),
            (1_767_225_599_000, "2025-12-31T23-59-59Z"),
            (4_107_542_400_000, "2100-03-01T00-00-00Z"),
        ] {
            assert_eq!(date(now), expected);
        }
    }

    #[test]
    fn only_our_own_older_backups_are_superseded() {
        let names = [
            "deskbell-2025-11-03T03-00-00Z.db",
            "deskbell-2025-11-01T03-00-00Z.db",
            "deskbell-2025-11-02T03-00-00Z.db",
            "deskbell-2025-10-31T03-00-00Z.db.partial",
            "deskbell-before-the-move.db",
            "deskbell.db",
            "deskbell-2025-11-00T03-00-00Z",
            "notes.txt",
        ];
        let superseded = |keep| superseded(names.map(str::to_owned).to_vec(), keep);
        assert_eq!(superseded(1).len(), 2);
        assert_eq!(superseded(2), ["deskbell-2025-11-01T03-00-00Z.db"]);
        assert!(superseded(7).is_empty());
    }
}
