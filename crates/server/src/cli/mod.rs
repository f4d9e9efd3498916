//! The command line.

mod agent;
mod audit;
mod backup;
mod commands;
mod customer;
mod health;
mod identity;
mod migrate_store;
mod open_files;
mod serve;
mod site;
mod table;
mod train;
mod triage;
mod webhook;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use deskbell_desk::Store;
use deskbell_store_postgres::PostgresStore;
use deskbell_store_sqlite::SqliteStore;

use crate::settings::{MANUAL, Overrides, Settings};
use crate::{Clock, Database};
use commands::{AgentCommand, Arguments, Command, CustomerCommand, SiteCommand};

/// How long a server that is started waits for its database, which may be started at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough, such as `head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be reading; then there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments {
        database,
        config,
        command,
    } = arguments;
    let database = database.map(Database::try_from);
    let mut overrides = Overrides {
        database: database.transpose().context("--database")?,
        ..Overrides::default()
    };
    match &command {
        Command::Serve(options) => {
            overrides.listen = options.listen;
            overrides.public_url.clone_from(&options.public_url);
            overrides.model.clone_from(&options.model);
        }
        Command::Health(options) => overrides.listen = options.listen,
        Command::Site(SiteCommand::Add(options)) => overrides.model.clone_from(&options.model),
        _ => {}
    }
    if let Command::Config = command {
        return Ok(io::stdout().write_all(MANUAL.as_bytes())?);
    }
    if let Command::Site(SiteCommand::Answers) = command {
        return Ok(io::stdout().write_all(site::BUILT_IN_ANSWERS.as_bytes())?);
    }
    if let Command::Triage(options) = command {
        return triage::run(&options, io::stdin().lock(), io::stdout().lock());
    }
    if let Command::Train(options) = command {
        return train::run(&options, io::stdout());
    }
    let settings = Settings::load(config.as_deref(), std::env::vars(), overrides)?;
    if let Command::Health(_) = command {
        return health::run(settings.server.listen, &mut io::stdout());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")?;
    let outcome = runtime.block_on(with_store(command, settings));
    // Whoever told the server to stop twice does not wait for a password that is being checked.
    runtime.shutdown_background();
    outcome
}

async fn with_store(command: Command, settings: Settings) -> anyhow::Result<()> {
    // Before the store is opened, which brings it up to date: a backup is of what there is.
    if let Command::Backup(options) = &command {
        let (now, out) = (Clock::system().now(), &mut io::stdout());
        return backup::run(&settings.database, options, now, out).await;
    }
    if let Command::MigrateStore(options) = command {
        return migrate_store::run(options, &mut io::stdout()).await;
    }
    let patience = match &command {
        Command::Serve(_) => {
            serve::start_log(&settings.log)?;
            PATIENCE
        }
        _ => Duration::ZERO,
    };
    let store = open(&settings.database, patience).await?;
    let mut out = io::stdout();
    match command {
        Command::Serve(_) => return serve::run(store, settings).await,
        Command::Site(SiteCommand::Add(options)) => {
            site::add(&*store, &settings, &options, &mut out).await?;
        }
        Command::Site(SiteCommand::List) => site::list(&*store, &mut out).await?,
        Command::Site(SiteCommand::Identity(command)) => {
            identity::run(&*store, command, Clock::system().now(), &mut out).await?;
        }
        Command::Agent(AgentCommand::Add(options)) => {
            agent::add(&*store, &options, &mut out).await?
        }
        Command::Agent(AgentCommand::List) => agent::list(&*store, &mut out).await?,
        Command::Agent(AgentCommand::Password(options)) => {
            agent::password(&*store, &options, &mut out).await?;
        }
        Command::Agent(AgentCommand::Role(options)) => {
            agent::role(&*store, &options, &mut out).await?;
        }
        Command::Agent(AgentCommand::SignOut(options)) => {
            agent::sign_out(&*store, &options, &mut out).await?;
        }
        Command::Agent(AgentCommand::TotpReset(options)) => {
            agent::totp_reset(&*store, &options, &mut out).await?;
        }
        Command::Audit(options) => {
            audit::run(&*store, &options, Clock::system().now(), &mut out).await?;
        }
        Command::Customer(CustomerCommand::Export(options)) => {
            let now = Clock::system().now();
            customer::export(&*store, &options, now, &mut out).await?;
        }
        Command::Customer(CustomerCommand::Erase(options)) => {
            customer::erase(&*store, &settings.database, &options, &mut out).await?;
        }
        Command::Webhook(command) => {
            webhook::run(&*store, command, &Clock::system(), &mut out).await?;
        }
        Command::Backup(_)
        | Command::Config
        | Command::Health(_)
        | Command::MigrateStore(_)
        | Command::Site(SiteCommand::Answers)
        | Command::Train(_)
        | Command::Triage(_) => {}
    }
    store.close().await;
    Ok(())
}

async fn open(database: &Database, patience: Duration) -> anyhow::Result<Arc<dyn Store>> {
    let unusable = || format!("{database} cannot be used");
    Ok(match database {
        Database::Sqlite(path) => Arc::new(SqliteStore::open(path).await.with_context(unusable)?),
        Database::Postgres(url) => Arc::new(
            PostgresStore::open(url, patience)
                .await
                .with_context(unusable)?,
        ),
    })
}
