//! The command line.

mod agent;
mod commands;
mod serve;
mod site;
mod table;
mod train;
mod triage;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use deskbell_store_sqlite::SqliteStore;

use crate::settings::{MANUAL, Overrides, Settings};
use commands::{AgentCommand, Arguments, Command, SiteCommand};

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
    let mut overrides = Overrides {
        database,
        ..Overrides::default()
    };
    match &command {
        Command::Serve(options) => {
            overrides.listen = options.listen;
            overrides.public_url.clone_from(&options.public_url);
            overrides.model.clone_from(&options.model);
        }
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")?;
    runtime.block_on(with_store(command, settings))
}

async fn with_store(command: Command, settings: Settings) -> anyhow::Result<()> {
    let path = &settings.database;
    let store = SqliteStore::open(path)
        .await
        .with_context(|| format!("{} cannot be used", path.display()))?;
    let mut out = io::stdout();
    match command {
        Command::Serve(_) => return serve::run(store, settings).await,
        Command::Site(SiteCommand::Add(options)) => {
            site::add(&store, &settings, &options, &mut out).await?;
        }
        Command::Site(SiteCommand::List) => site::list(&store, &mut out).await?,
        Command::Agent(AgentCommand::Add(options)) => {
            agent::add(&store, &options, &mut out).await?
        }
        Command::Agent(AgentCommand::List) => agent::list(&store, &mut out).await?,
        Command::Agent(AgentCommand::Password(options)) => {
            agent::password(&store, &options, &mut out).await?;
        }
        Command::Config
        | Command::Site(SiteCommand::Answers)
        | Command::Train(_)
        | Command::Triage(_) => {}
    }
    store.close().await;
    Ok(())
}
