//! The whole product on this machine: a shop on one origin, the Deskbell server on another, and an agent to log in as.

mod check;
pub mod desk;
mod shop;

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    demo::{desk::Desk, shop::Shop},
    dist,
    steps::{Steps, seconds},
    workspace::Workspace,
};

const PORT: u16 = 8737;
const SHOP_PORT: u16 = 8738;

/// Options of `demo`.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Starts everything on free ports with a database of its own, verifies that all pages answer, and stops.
    #[arg(long, conflicts_with_all = ["port", "shop_port"])]
    check: bool,
    /// Port of the Deskbell server [default: 8737, or a free one if that is taken].
    #[arg(long)]
    port: Option<u16>,
    /// Port of the shop page [default: 8738, or a free one if that is taken].
    #[arg(long)]
    shop_port: Option<u16>,
}

impl Options {
    /// Those of `demo --check`.
    pub fn checking() -> Self {
        Self {
            check: true,
            ..Self::default()
        }
    }
}

/// Builds what is not up to date, starts everything, and stays until it is told to stop.
///
/// # Errors
/// If something does not build or start, a port that was asked for is taken, or, with `--check`, a page is not as
/// it should be.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    dist::run(workspace, &mut steps)?;
    build_server(workspace, &mut steps)?;
    if options.check {
        check::run(workspace, &mut steps)?;
        println!("The demo works; it took {}.", seconds(steps.elapsed()));
        return Ok(());
    }

    let port = choose(options.port, PORT, "the Deskbell server")?;
    let shop_port = choose(options.shop_port, SHOP_PORT, "the shop page")?;
    // A site lists the origins it may be used from, so each shop port has its own database.
    let database = workspace.path(format!("target/demo/shop-{shop_port}.db"));
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Nobody listens any more once the demo is stopping already.
        let _ = stop.send(());
    })?;
    let mut started = start(workspace, &mut steps, database, port, shop_port)?;
    let (origin, shop) = (&started.desk.origin, &started.shop.origin);
    println!(
        "
Deskbell is running (ready after {}).

  Shop page     {shop}/
  Console       {origin}/console
                log in as {} with the password {}
  Contact page  {origin}/contact/{}

Press Ctrl-C to stop.",
        seconds(steps.elapsed()),
        desk::AGENT_EMAIL,
        desk::AGENT_PASSWORD,
        desk::SITE,
    );
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(300)) {
        started.desk.still_runs()?;
    }
    println!("\nStopping.");
    started.desk.stop()
}

/// The server of the demo in the development profile, with the web build embedded.
pub fn build_server(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let mut cargo = workspace.cargo(["build", "--package", "deskbell-server", "--bin", "deskbell"]);
    steps.command("build the server", &mut cargo)
}

/// What runs during a demo; dropping it stops both.
struct Started {
    desk: Desk,
    shop: Shop,
}

fn start(
    workspace: &Workspace,
    steps: &mut Steps,
    database: PathBuf,
    port: u16,
    shop_port: u16,
) -> Result<Started> {
    steps.work("start the shop and the server", |_| {
        if let Some(folder) = database.parent() {
            fs::create_dir_all(folder)?;
        }
        let origin = format!("http://127.0.0.1:{port}");
        let shop = Shop::start(workspace.path(""), shop_port, &origin)?;
        let cli = desk::Cli {
            program: workspace.deskbell(),
            database,
        };
        cli.prepare(&shop.origin)?;
        let desk = Desk::start(&cli, port)?;
        Ok(Started { desk, shop })
    })
}

/// The port that was asked for, else the usual one, else a free one.
fn choose(asked: Option<u16>, usual: u16, what: &str) -> Result<u16> {
    let bind = |port| TcpListener::bind(("127.0.0.1", port));
    if let Some(port) = asked {
        bind(port).with_context(|| format!("port {port} for {what}"))?;
        return Ok(port);
    }
    if bind(usual).is_ok() {
        return Ok(usual);
    }
    let free = bind(0)?.local_addr()?.port();
    eprintln!("Port {usual} is taken; {what} uses {free} instead.");
    Ok(free)
}
