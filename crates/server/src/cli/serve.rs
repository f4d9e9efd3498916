//! `deskbell serve`.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use deskbell_desk::{Directory as _, Site};
use deskbell_protocol::IntentId;
use deskbell_store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings, Settings};
use crate::{App, Clock, MessageReader, ModelFiles, model};

pub(super) async fn run(store: SqliteStore, settings: Settings) -> anyhow::Result<()> {
    start_log(&settings.log)?;
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; --listen names another address"))?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let files = ModelFiles::open(settings.model.as_deref())?;
    let reader: Option<Arc<dyn MessageReader>> = match files.classifier() {
        Ok(classifier) => {
            let known = model::labels(classifier.manifest());
            warn_of_unknown(&store.sites().await?, &known);
            Some(Arc::new(classifier))
        }
        // Whoever names a model wants that one; without any name, people can still be reached: worth more than a model.
        Err(error) if settings.model.is_some() => return Err(error),
        Err(error) => {
            let error = format!("{error:#}");
            tracing::error!(
                error,
                "messages are not read here; a person is offered instead"
            );
            None
        }
    };
    let mut app = App::new(store, reader, Clock::system(), settings.server);
    if let Some(folder) = &settings.model {
        tracing::info!(model = %folder.display(), "messages are read with a model of your own");
        app = app.with_model(&files);
    }
    let stop = stop_signal().context("signals cannot be caught")?;
    // Customers are served whether or not somebody reads this.
    let mut out = io::stdout();
    let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    tracing::info!(%address, database = %settings.database.display(), "started");
    crate::serve(listener, app, stop)
        .await
        .context("the server stopped")?;
    tracing::info!("stopped");
    Ok(())
}

/// Answers that nobody will get are a mistake to tell, and no reason not to serve the others.
fn warn_of_unknown(sites: &[Site], known: &BTreeSet<IntentId>) {
    for site in sites {
        let answers = site.answers.answers.keys();
        let unknown: Vec<_> = answers
            .filter(|intent| !known.contains(*intent))
            .map(IntentId::as_str)
            .collect();
        if !unknown.is_empty() {
            tracing::warn!(
                site = %site.key,
                answers = unknown.join(", "),
                "the model knows no such intents: these answers are never given; --model names a model that does"
            );
        }
    }
}

fn start_log(settings: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("log.filter: \"{}\" is no filter", settings.filter))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    match settings.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// Completes at an interrupt (Ctrl-C) or, on Unix, a request to terminate. Both are caught from now on, not only
/// from when the answer is awaited.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at an interrupt (Ctrl-C).
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the signal ends the process by itself.
            std::future::pending::<()>().await;
        }
    })
}
