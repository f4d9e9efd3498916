//! Durable writes through the door: customers who wait for a person, each with a conversation and a connection of their
//! own, write the next message as soon as the last one is acknowledged. One message is one event.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use deskbell_protocol::{PostMessage, TriageHint, WriteId};
use tokio::task::JoinSet;

use crate::http::Connection;
use crate::people::{Customer, message};
use crate::times::Spread;

/// How many there were, and how long each took.
#[derive(Clone, Debug)]
pub struct Appends {
    /// A second.
    pub rate: f64,
    /// Milliseconds until each was durable.
    pub spread: Spread,
}

impl Appends {
    /// Waits for all writers, who began then.
    ///
    /// # Errors
    /// If one of them fails.
    pub async fn collect(
        mut people: JoinSet<Result<Vec<Duration>>>,
        began: Instant,
    ) -> Result<Self> {
        let mut all = Vec::new();
        while let Some(times) = people.join_next().await {
            all.extend(times??);
        }
        let took = began.elapsed().as_secs_f64();
        Ok(Self {
            rate: all.len() as f64 / took,
            spread: Spread::of(all)?,
        })
    }
}

/// Posts one message of a customer and waits for the acknowledgement.
///
/// # Errors
/// If it is refused.
pub async fn post(
    connection: &mut Connection,
    customer: &Customer,
    write: String,
    number: u64,
    triage: Option<TriageHint>,
) -> Result<()> {
    let body = serde_json::to_string(&PostMessage {
        write: WriteId::new(write)?,
        text: message(number)?,
        triage,
    })?;
    let id = &customer.conversation;
    let token = customer.token.reveal();
    connection
        .ask(
            &format!("/v1/conversations/{id}/messages"),
            &format!("authorization: Bearer {token}\r\n"),
            Some(&body),
        )
        .await?;
    Ok(())
}

/// So many customers write for so long. `turn` numbers the rounds.
///
/// # Errors
/// If a message is not taken.
pub async fn measure(
    address: SocketAddr,
    writers: u64,
    time: Duration,
    turn: usize,
) -> Result<Appends> {
    let mut doors = Vec::new();
    for writer in 0..writers {
        doors.push((Connection::open(address).await?, Customer::new(writer)?));
    }
    let began = Instant::now();
    let mut people = JoinSet::new();
    for (writer, (mut connection, customer)) in doors.into_iter().enumerate() {
        people.spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < time {
                let sent = Instant::now();
                let number = times.len() as u64;
                let write = format!("http-{turn:03}-{writer:06}-{number:09}");
                post(&mut connection, &customer, write, number, None).await?;
                times.push(sent.elapsed());
            }
            Ok(times)
        });
    }
    Appends::collect(people, began).await
}
