//! What befalls the servers and the database.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;
use tokio::time::{Instant, sleep};

use crate::database::Database;
use crate::network::Door;
use crate::server::{Launch, Server};
use crate::tally::Count;
use crate::world::{Phase, World};

/// Milliseconds that a server lives at least and at most, times the number of servers.
const LIFE: std::ops::Range<u64> = 700..4_000;

/// Milliseconds that a server is away.
const ABSENCE: std::ops::Range<u64> = 0..500;

/// Room on a full disk, in bytes for each file: less than one write takes.
const ROOM: u64 = 4 * 1024;

/// How long the disk stays full, if nobody notices.
const FULL: Duration = Duration::from_secs(6);

/// So many refusals later there is room again.
const NOTICED: u64 = 10;

/// How long a database is away at most, on a machine that has other work.
const AWAY: Duration = Duration::from_secs(60);

/// One server's place: a door, and whoever is behind it.
pub struct Post {
    /// The world.
    pub world: Arc<World>,
    /// How it is started.
    pub launch: Launch,
    /// Which.
    pub number: usize,
    /// Where people find it.
    pub door: Arc<Door>,
    /// Whether its disk fills once.
    pub fills: bool,
    /// Whether its database is a server that is killed, too.
    pub database_dies: bool,
}

impl Post {
    /// Starts the server and has the door lead to it. Where the database may be away, a start that fails is tried again,
    /// as whoever looks after servers does.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&self) -> Result<Server> {
        let deadline = Instant::now() + AWAY;
        let server = loop {
            match self.launch.start(self.number).await {
                Err(_) if self.database_dies && Instant::now() < deadline => {
                    self.world.tally.one(Count::FailedStarts);
                    sleep(Duration::from_millis(200)).await;
                }
                started => break started?,
            }
        };
        self.door.lead_to(Some(server.address));
        Ok(server)
    }

    /// Kills the server.
    pub async fn kill(&self, server: Server) {
        self.world.tally.one(Count::Kills);
        if let Err(error) = server.kill().await {
            self.world.report(format!("{error:#}"));
        }
        self.door.lead_to(None);
    }

    /// Kills the server and starts it again until the storm is over; gives the last one.
    ///
    /// # Errors
    /// If it does not start again.
    pub async fn strike(&self, mut server: Server) -> Result<Server> {
        let mut dice = self.world.dice(&format!("server {}", self.number));
        let fills_before = if self.fills { dice.u32(1..3) } else { 0 };
        let servers = self.world.doors.len() as u64;
        let life = LIFE.start * servers..LIFE.end * servers;
        for round in 1.. {
            self.world.pause(&mut dice, life.clone()).await;
            if self.world.phase() != Phase::Storm {
                break;
            }
            if round == fills_before {
                self.fill_disk(&server, &mut dice).await?;
            }
            self.kill(server).await;
            sleep(Duration::from_millis(dice.u64(ABSENCE))).await;
            server = self.start().await?;
        }
        Ok(server)
    }

    /// The disk is full for a while, then there is room again; the server runs all the time.
    async fn fill_disk(&self, server: &Server, dice: &mut Rng) -> Result<()> {
        let tally = &self.world.tally;
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        server.limit_files(Some(ROOM)).await?;
        tally.one(Count::FullDisks);
        let (before, end) = (tally.get(Count::Unavailable), Instant::now() + FULL);
        while tally.get(Count::Unavailable) < before + NOTICED && Instant::now() < end {
            sleep(Duration::from_millis(50)).await;
        }
        if tally.get(Count::Unavailable) == before {
            self.world
                .report("the disk was full and nobody was refused");
        }
        server.limit_files(None).await?;
        // The same server goes on for a while before the next one finds what it left.
        self.world.pause(dice, 500..2_000).await;
        Ok(())
    }
}

/// Crashes the database server now and then until the storm is over; ends at once if there is none.
///
/// # Errors
/// If it does not start again.
pub async fn strike_database(world: Arc<World>, database: Database) -> Result<()> {
    let mut dice = world.dice("database");
    if let Database::Sqlite(_) = database {
        return Ok(());
    }
    loop {
        world.pause(&mut dice, 3_000..8_000).await;
        if world.phase() != Phase::Storm {
            return Ok(());
        }
        world.tally.one(Count::DatabaseKills);
        let absence = Duration::from_millis(dice.u64(0..1_500));
        database.crash(absence).await?;
    }
}
