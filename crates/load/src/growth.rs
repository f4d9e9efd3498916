//! What things cost by how many conversations are stored.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use deskbell_protocol::{OpenConversation, SiteKey, WriteId};
use serde_json::json;

use crate::appends::post;
use crate::fill;
use crate::http::{self, Connection};
use crate::people::{CALM, Customer, SITE, WAITING, routine};
use crate::process::{EMAIL, PASSWORD};
use crate::streams::look;
use crate::times::Spread;

/// What it costs at one size, each thing done alone, one after the other; milliseconds.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Stored conversations.
    pub stored: u64,
    /// Megabytes on the disk.
    pub megabytes: f64,
    /// A message to a conversation drawn by lot, to its acknowledgement.
    pub append: Spread,
    /// The agent's inbox with all that wait and all that are theirs, on a new connection.
    pub inbox: Spread,
    /// A new conversation, to its acknowledgement.
    pub open: Spread,
    /// A stored conversation, drawn by lot, from a new connection to its last event.
    pub history: Spread,
}

/// Measures with a server that has so many conversations in this file.
///
/// # Errors
/// If something is refused, or the inbox is not what was stored.
pub async fn measure(
    address: SocketAddr,
    path: &Path,
    stored: u64,
    samples: usize,
) -> Result<Cost> {
    let mut dice = fastrand::Rng::with_seed(stored);
    let mut connection = Connection::open(address).await?;
    let mut append = Vec::new();
    for number in 0..samples {
        let customer = Customer::new(dice.u64(CALM..stored))?;
        let write = format!("grown-{stored:012}-{number:09}");
        let hint = Some(routine(dice.u64(..))?);
        let began = Instant::now();
        post(&mut connection, &customer, write, stored, hint).await?;
        append.push(began.elapsed());
    }
    let mut open = Vec::new();
    for number in 0..samples {
        // Of nobody who is stored at any size.
        let newcomer = Customer::new(1_000_000_000 + stored * 100_000 + number as u64)?;
        open.push(arrive(&mut connection, &newcomer, stored, number).await?);
    }
    let mut history = Vec::new();
    for _ in 0..samples {
        let number = dice.u64(CALM..stored);
        let began = Instant::now();
        look(address, number).await?;
        history.push(began.elapsed());
    }
    let cookie = sign_in(address).await?;
    let mut inbox = Vec::new();
    for _ in 0..samples {
        let began = Instant::now();
        let mut connection = Connection::open(address).await?;
        connection.follow("/v1/agent/inbox", &cookie).await?;
        let message = connection.message().await?;
        inbox.push(began.elapsed());
        check(&message)?;
    }
    Ok(Cost {
        stored,
        megabytes: fill::megabytes(path)?,
        append: Spread::of(append)?,
        inbox: Spread::of(inbox)?,
        open: Spread::of(open)?,
        history: Spread::of(history)?,
    })
}

async fn arrive(
    connection: &mut Connection,
    newcomer: &Customer,
    stored: u64,
    number: usize,
) -> Result<Duration> {
    let body = serde_json::to_string(&OpenConversation {
        write: WriteId::new(format!("opens-{stored:012}-{number:09}"))?,
        site: SiteKey::new(SITE)?,
        language: Some("en".to_owned()),
        page: None,
    })?;
    let token = newcomer.token.reveal();
    let fields = format!("authorization: Bearer {token}\r\n");
    let began = Instant::now();
    connection
        .ask("/v1/conversations", &fields, Some(&body))
        .await?;
    Ok(began.elapsed())
}

/// Gives the agent's cookie as a line of a head.
async fn sign_in(address: SocketAddr) -> Result<String> {
    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let mut connection = Connection::open(address).await?;
    let (head, _) = connection.ask("/v1/agent/session", "", Some(&body)).await?;
    let cookie = head.field("set-cookie").context("there is no cookie")?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    Ok(format!("cookie: {cookie}\r\n"))
}

/// Whether an inbox is the whole one.
fn check(message: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(message);
    let data = text.lines().find_map(|line| line.strip_prefix("data: "));
    let inbox = http::json(data.context("an inbox without data")?.as_bytes())?;
    let listed = |half: &str| inbox[half].as_array().map_or(0, Vec::len) as u64;
    ensure!(
        listed("waiting") == WAITING && listed("mine") == CALM - WAITING,
        "the inbox has {} who wait and {} of the agent's",
        listed("waiting"),
        listed("mine")
    );
    Ok(())
}
