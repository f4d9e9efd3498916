//! What is there when all is over.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use deskbell_client::sse::{Message, Parser};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::client::{Account, Visit, sign_in};
use crate::database::Store;
use crate::finding::{Finding, Rule};
use crate::history::{History, Log, Reading};
use crate::tally::{Count, Tally};
use crate::world::World;

/// How long readers may take in calm weather to get what is there.
const CATCH_UP: Duration = Duration::from_secs(30);
/// How long one answer may take in calm weather.
const ANSWER: Duration = Duration::from_secs(15);

/// Reads everything anew, through every server, and waits for the readers to have it, too.
///
/// # Errors
/// If something cannot be read.
pub async fn look_at_all(world: &World, visits: &[Visit], accounts: &[Account]) -> Result<History> {
    let mut history = History::default();
    for visit in visits {
        for (number, door) in world.doors.iter().enumerate() {
            let log = read_anew(world, door, visit).await?;
            history.readings.push(Reading {
                reader: format!("server {}, read anew", number + 1),
                conversation: visit.conversation.clone(),
                events: log.events.clone(),
                whole: true,
            });
            history
                .logs
                .entry(visit.conversation.clone())
                .or_insert(log);
        }
    }
    let mut dice = world.dice("the end");
    for account in accounts {
        let badge = sign_in(world, &mut dice, account).await;
        let badge = badge.with_context(|| format!("{} cannot sign in", account.email))?;
        let door = &world.doors[0];
        let request = badge
            .auth
            .show(world.http.get(format!("{door}/v1/agent/inbox")), door);
        let messages = first_messages(request, |message| matches!(message, Message::Inbox(_)));
        for message in messages.await.context("the inbox")? {
            if let Message::Inbox(inbox) = message {
                history.queue = inbox.waiting.iter().map(|card| card.id.clone()).collect();
                let mine = inbox.mine.iter().map(|card| card.id.clone()).collect();
                history.owned.insert(badge.agent.clone(), mine);
            }
        }
    }
    let lengths: BTreeMap<_, _> = (history.logs.iter())
        .map(|(id, log)| (id, log.events.len()))
        .collect();
    let deadline = Instant::now() + CATCH_UP;
    let readings = loop {
        let readings: Vec<_> = world
            .readers()
            .iter()
            .map(|reader| reader.reading())
            .collect();
        let behind = |reading: &Reading| {
            reading.whole && lengths.get(&reading.conversation) > Some(&reading.events.len())
        };
        if !readings.iter().any(behind) || Instant::now() > deadline {
            break readings;
        }
        sleep(Duration::from_millis(50)).await;
    };
    history.readings.extend(readings);
    history.writes = world.writes();
    Ok(history)
}

/// A conversation from its first event to where it stands now, as far as it can be read.
async fn read_anew(world: &World, door: &str, visit: &Visit) -> Result<Log> {
    let id = &visit.conversation;
    let request = world
        .http
        .get(format!("{door}/v1/conversations/{id}/events"));
    let request = request.bearer_auth(visit.token.reveal());
    let messages = first_messages(request, |message| matches!(message, Message::Status(_)));
    let (mut events, mut status) = (Vec::new(), None);
    for message in messages.await? {
        match message {
            Message::Event(event) => events.push(*event),
            Message::Status(now) => status = Some(now),
            Message::Inbox(_) => {}
        }
    }
    Ok(Log { events, status })
}

/// The messages of a stream up to the first that is `last`, or those that came in time.
async fn first_messages(
    request: reqwest::RequestBuilder,
    last: impl Fn(&Message) -> bool,
) -> Result<Vec<Message>> {
    let mut response = timeout(ANSWER, request.send()).await??.error_for_status()?;
    let (mut parser, mut messages) = (Parser::for_agents(), Vec::new());
    let deadline = Instant::now() + ANSWER;
    while let Ok(Ok(Some(bytes))) = timeout_at(deadline, response.chunk()).await {
        messages.extend(parser.feed(&bytes)?);
        if let Some(end) = messages.iter().position(&last) {
            messages.truncate(end + 1);
            return Ok(messages);
        }
    }
    Ok(messages)
}

/// What the servers' logs say of panics.
///
/// # Errors
/// If a log cannot be read.
pub fn panics(folder: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            let log = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            let said = log.lines().filter(|line| line.contains("a panic place="));
            findings.extend(said.map(|line| Finding::new(Rule::Answer, line)));
        }
    }
    Ok(findings)
}

/// A run that did not try what it is for has shown nothing.
pub fn not_tried(tally: &Tally, store: Store) -> Vec<Finding> {
    const EVERYWHERE: [Count; 13] = [
        Count::Acknowledged,
        Count::Repeats,
        Count::AskedAgain,
        Count::Refused,
        Count::Resumed,
        Count::Claims,
        Count::CutBefore,
        Count::CutMiddle,
        Count::CutAfter,
        Count::CutStreams,
        Count::Twice,
        Count::Later,
        Count::Kills,
    ];
    (EVERYWHERE.iter().chain(store.tries()))
        .filter(|count| tally.get(**count) == 0)
        .map(|count| Finding::new(Rule::NotTried, count.label()))
        .collect()
}
