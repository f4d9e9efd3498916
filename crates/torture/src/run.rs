//! A run: people, weather and chaos for some time, then silence, then the check.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use deskbell_postgres_process::Programs;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::aftermath::{look_at_all, not_tried, panics};
use crate::chaos::{Post, strike_database};
use crate::client::{Account, probe, visit, work};
use crate::database::{Database, Store};
use crate::finding::Finding;
use crate::history::History;
use crate::network::{Door, Network};
use crate::options::{Choice, Options};
use crate::server::{Launch, Server};
use crate::tally::{Count, Tally};
use crate::world::{Phase, World};
use crate::{SITE, check, report};

/// Agents' names.
const AGENTS: [&str; 4] = ["agent-sam", "agent-kim", "agent-lou", "agent-pat"];
/// No secret: the servers are gone when the run is over.
const PASSWORD: &str = "brass-desk-bell";

/// How often the state of the run is shown.
const SHOW: Duration = Duration::from_secs(10);

/// Runs on every store that was chosen; prints each report. Says whether nothing was found.
///
/// # Errors
/// If something is missing or does not start.
pub async fn all(options: &Options) -> Result<bool> {
    let stores = match options.store {
        Choice::Sqlite => vec![Store::Sqlite],
        Choice::Postgres => vec![Store::Postgres],
        Choice::All if Programs::find().is_some() => vec![Store::Sqlite, Store::Postgres],
        Choice::All => {
            eprintln!(
                "PostgreSQL is not installed, so it is left out (Debian: apt-get install postgresql)"
            );
            vec![Store::Sqlite]
        }
    };
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    let mut fine = true;
    for store in stores {
        let interrupted = tokio::signal::ctrl_c();
        fine &= tokio::select! {
            outcome = one(options, store, seed) => outcome?,
            _ = interrupted => bail!("interrupted"),
        };
    }
    Ok(fine)
}

async fn one(options: &Options, store: Store, seed: u64) -> Result<bool> {
    let mut folder = tempfile::Builder::new()
        .prefix("deskbell-torture-")
        .tempdir()?;
    let title = format!(
        "Torture on {}: {} min, seed {seed}",
        store.name(),
        options.minutes
    );
    eprintln!("… {title}");
    let outcome = tortured(options, store, seed, folder.path()).await;
    let failed = outcome
        .as_ref()
        .map_or(true, |(.., findings)| !findings.is_empty());
    folder.disable_cleanup(options.keep || failed);
    if options.keep || failed {
        eprintln!("kept: {}", folder.path().display());
    }
    let (tally, history, findings) = outcome?;
    fs::write(
        folder.path().join("account.txt"),
        report::account(&history, &findings),
    )?;
    println!("{}", report::report(&title, &tally, &history, &findings));
    if failed {
        println!(
            "To try it again: cargo xtask torture --minutes {} --seed {seed}",
            options.minutes
        );
    }
    Ok(!failed)
}

async fn tortured(
    options: &Options,
    store: Store,
    seed: u64,
    folder: &Path,
) -> Result<(Arc<Tally>, History, Vec<Finding>)> {
    let database = Database::new(store, folder).await?;
    let launch = Launch {
        program: options.program.clone(),
        database: database.argument(),
        folder: folder.to_owned(),
    };
    let accounts = furnish(&launch).await?;
    let tally = Arc::new(Tally::default());
    let network = Arc::new(Network::new(seed, Arc::clone(&tally)));
    let mut doors = Vec::new();
    for _ in 0..store.servers() {
        doors.push(Arc::new(Door::open(Arc::clone(&network)).await?));
    }
    let (phase, now) = watch::channel(Phase::Storm);
    let http = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .default_headers(
            [(reqwest::header::CONNECTION, "close".parse()?)]
                .into_iter()
                .collect(),
        )
        .build()?;
    let origins = doors.iter().map(|door| door.origin.clone()).collect();
    let world = World::new(
        seed,
        Arc::clone(&tally),
        Arc::clone(&network),
        http,
        origins,
        now,
    );
    let world = Arc::new(world);
    let posts: Vec<_> = (doors.into_iter().zip(1..))
        .map(|(door, number)| Post {
            world: Arc::clone(&world),
            launch: launch.clone(),
            number,
            door,
            fills: store == Store::Sqlite,
            database_dies: store == Store::Postgres,
        })
        .collect();
    let mut striking: JoinSet<Result<(Server, Post)>> = JoinSet::new();
    for post in posts {
        let server = post.start().await?;
        striking.spawn(async move { Ok((post.strike(server).await?, post)) });
    }
    let mut people = JoinSet::new();
    for account in accounts.clone() {
        let world = Arc::clone(&world);
        people.spawn(async move { work(world, account).await.map(|()| None) });
    }
    for number in 1..=options.visitors {
        let name = format!("visitor-{number:03}");
        people.spawn(visit(Arc::clone(&world), name));
    }
    let striking_database = tokio::spawn(strike_database(Arc::clone(&world), database.clone()));

    let end = Instant::now() + Duration::from_secs_f64(options.minutes * 60.0);
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        tokio::select! {
            () = sleep(left.min(SHOW)) => {}
            Some(ended) = striking.join_next() => {
                ended??;
                bail!("a server's place is empty");
            }
        }
        let (sent, kills) = (tally.get(Count::Acknowledged), tally.get(Count::Kills));
        let found = world.findings().len();
        eprintln!(
            "  {sent} acknowledged, {kills} kills, {found} found, {:.0} s left",
            left.as_secs_f64()
        );
    }
    network.calm_down();
    phase.send_replace(Phase::Settle);
    striking_database.await??;
    let mut visits = Vec::new();
    while let Some(ended) = people.join_next().await {
        visits.extend(ended??);
    }
    network.quiet().await;
    let mut probes = JoinSet::new();
    for visit in visits.clone() {
        let world = Arc::clone(&world);
        probes.spawn(async move { probe(&world, &visit).await });
    }
    while let Some(probed) = probes.join_next().await {
        probed??;
    }
    // What the last servers did not write, nobody will: those that are read from are new.
    let mut servers = Vec::new();
    while let Some(struck) = striking.join_next().await {
        let (server, post) = struck??;
        post.kill(server).await;
        servers.push((post.start().await?, post));
    }
    let history = look_at_all(&world, &visits, &accounts).await?;
    phase.send_replace(Phase::Over);

    let mut findings = world.findings();
    findings.extend(check::check(&history));
    findings.extend(panics(folder)?);
    findings.extend(not_tried(&tally, store));
    Ok((tally, history, findings))
}

/// A shop and its agents.
async fn furnish(launch: &Launch) -> Result<Vec<Account>> {
    let site = ["site", "add", "--key", SITE, "--name", "Fern & Field"];
    let site = [&site[..], &["--origin", "https://shop.example"]].concat();
    launch.command(&site, "").await?;
    let mut accounts = Vec::new();
    for name in AGENTS {
        let email = format!("{name}@shop.example");
        let agent = [
            "agent",
            "add",
            "--name",
            name,
            "--password-stdin",
            "--email",
            &email,
        ];
        launch.command(&agent, PASSWORD).await?;
        accounts.push(Account {
            email,
            password: PASSWORD.to_owned(),
        });
    }
    Ok(accounts)
}
