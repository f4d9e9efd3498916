//! Many open event streams, and how long a message takes to reach its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use crate::appends::post;
use crate::http::Connection;
use crate::people::{CALM, Customer, routine};
use crate::process::Server;
use crate::times::Spread;

/// Streams that are being opened at the same time.
const OPENING: usize = 100;
/// Who writes, one after the other.
const WRITERS: u64 = 16;
/// Each of them writes so often.
const EVERY: Duration = Duration::from_millis(160);
/// Until the memory is looked at, so that what opening took is given back.
const SETTLE: Duration = Duration::from_secs(3);
/// When all messages are on their way, they come within this.
const PATIENCE: Duration = Duration::from_secs(20);
/// Begins the write ids that carry when they were sent.
const MARK: &[u8] = b"\"write\":\"sent-";

/// What was measured.
#[derive(Clone, Debug)]
pub struct Streams {
    /// Streams that were open.
    pub count: u64,
    /// Megabytes of the server meanwhile, with all streams silent.
    pub silent_megabytes: f64,
    /// Megabytes after messages came.
    pub megabytes: f64,
    /// From sending a message to its event on the stream of its conversation.
    pub spread: Spread,
}

/// Opens streams, sends messages to some of them, and closes all.
///
/// # Errors
/// If a stream does not open or ends, or a message does not come.
pub async fn measure(server: &Server, count: u64, chat: Duration) -> Result<Streams> {
    raise_open_files();
    let began = Instant::now();
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    let opening = Arc::new(Semaphore::new(OPENING));
    let (opened, mut open) = mpsc::unbounded_channel();
    for number in CALM..CALM + count {
        let place = Arc::clone(&opening).acquire_owned().await?;
        let (opened, arrived) = (opened.clone(), arrived.clone());
        let address = server.address;
        readers.spawn(async move {
            let mut connection = begin(address, number).await?;
            drop(place);
            // Whoever waits for this has failed already if nobody does.
            let _ = opened.send(());
            drop(opened);
            read(&mut connection, began, &arrived).await
        });
    }
    drop((opened, arrived));
    for _ in 0..count {
        tokio::select! {
            opened = open.recv() => opened.context("a stream did not open")?,
            Some(ended) = readers.join_next() => ended??,
        }
    }
    sleep(SETTLE).await;
    let silent_megabytes = server.resident_megabytes()?;

    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(server.address, writer, count, began, chat));
    }
    let mut sent = 0;
    while let Some(written) = writers.join_next().await {
        sent += written??;
    }
    let mut times = Vec::new();
    while times.len() < sent {
        let next = timeout(PATIENCE, arrivals.recv()).await;
        let missing = || format!("{} of {sent} messages did not come", sent - times.len());
        let time = next.with_context(missing)?.with_context(missing)?;
        times.push(time);
    }
    let megabytes = server.resident_megabytes()?;
    let spread = Spread::of(times)?;
    ensure!(readers.len() as u64 == count, "a stream ended");
    readers.shutdown().await;
    Ok(Streams {
        count,
        silent_megabytes,
        megabytes,
        spread,
    })
}

/// Opens a stream and reads what was said before, to the status that follows it.
async fn begin(address: SocketAddr, number: u64) -> Result<Connection> {
    let customer = Customer::new(number)?;
    let id = &customer.conversation;
    let token = customer.token.reveal();
    let mut connection = Connection::open(address).await?;
    connection
        .follow(
            &format!("/v1/conversations/{id}/events"),
            &format!("authorization: Bearer {token}\r\n"),
        )
        .await?;
    loop {
        let message = connection.message().await?;
        if find(&message, b"event: status").is_some() {
            return Ok(connection);
        }
    }
}

/// Opens a stream as a customer does who comes back, and reads what was said to the status that follows it.
///
/// # Errors
/// If it does not open.
pub async fn look(address: SocketAddr, number: u64) -> Result<()> {
    begin(address, number).await.map(drop)
}

async fn read(
    connection: &mut Connection,
    began: Instant,
    arrived: &mpsc::UnboundedSender<Duration>,
) -> Result<()> {
    loop {
        let message = connection.message().await?;
        let now = began.elapsed();
        // The bot's answer is the same write.
        let is_customers = find(&message, b"customer_message").is_some();
        if let Some(at) = find(&message, MARK).filter(|_| is_customers) {
            let micros = &message[at + MARK.len()..][..16];
            let micros = std::str::from_utf8(micros)?.parse()?;
            // Nobody counts them any more at the end.
            let _ = arrived.send(now.saturating_sub(Duration::from_micros(micros)));
        }
    }
}

/// Writes to one stream after the other; gives how many messages were acknowledged.
async fn write(
    address: SocketAddr,
    writer: u64,
    count: u64,
    began: Instant,
    chat: Duration,
) -> Result<usize> {
    let mut dice = fastrand::Rng::with_seed(writer);
    let mut connection = Connection::open(address).await?;
    // Not all at once.
    sleep(EVERY * u32::try_from(writer)? / u32::try_from(WRITERS)?).await;
    let mut ticks = interval(EVERY);
    let (mut sent, until) = (0, Instant::now() + chat);
    while Instant::now() < until {
        ticks.tick().await;
        let customer = Customer::new(CALM + dice.u64(0..count))?;
        let micros = began.elapsed().as_micros();
        let write = format!("sent-{micros:016}-{writer:03}-{sent:06}");
        post(
            &mut connection,
            &customer,
            write,
            writer,
            Some(routine(dice.u64(..))?),
        )
        .await?;
        sent += 1;
    }
    Ok(sent)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// As many open files as there may be; the server does the same for itself.
fn raise_open_files() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        // Where it cannot be raised, opening streams fails and says so.
        if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
            let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
        }
    }
}
