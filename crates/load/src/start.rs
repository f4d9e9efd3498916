//! Starting, and doing nothing.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use crate::appends::post;
use crate::http::Connection;
use crate::people::{CALM, Customer};
use crate::process::Launch;
use crate::times::median;

/// Until the memory is looked at.
const SETTLE: Duration = Duration::from_secs(3);

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Milliseconds from the start of the process to its answer that it is ready; the median.
    pub ready_millis: f64,
    /// The slowest.
    pub slowest_millis: f64,
    /// Megabytes of a server to which nobody has come yet; the median.
    pub idle_megabytes: f64,
    /// Megabytes when the last of them has read a message that no device had read, for which it needs the model.
    pub reading_megabytes: f64,
    /// Milliseconds until that message was acknowledged.
    pub first_reading_millis: f64,
}

/// Starts so many times.
///
/// # Errors
/// If the server does not start or stop.
pub async fn measure(launch: &Launch, starts: usize) -> Result<Start> {
    let mut ready = Vec::new();
    let mut idle = Vec::new();
    let (mut reading_megabytes, mut first_reading_millis) = (0.0, 0.0);
    for number in 0..starts {
        let server = launch.start().await?;
        ready.push(server.ready_after.as_secs_f64() * 1_000.0);
        sleep(SETTLE).await;
        idle.push(server.resident_megabytes()?);
        if number + 1 == starts {
            let mut connection = Connection::open(server.address).await?;
            // Of somebody to whom the bot listens.
            let customer = Customer::new(CALM + 1)?;
            let write = "not-read-on-a-device".to_owned();
            let began = Instant::now();
            post(&mut connection, &customer, write, 0, None).await?;
            first_reading_millis = began.elapsed().as_secs_f64() * 1_000.0;
            reading_megabytes = server.resident_megabytes()?;
        }
        server.stop().await?;
    }
    Ok(Start {
        slowest_millis: ready.iter().copied().fold(0.0, f64::max),
        ready_millis: median(ready)?,
        idle_megabytes: median(idle)?,
        reading_megabytes,
        first_reading_millis,
    })
}
