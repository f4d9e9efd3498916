//! `deskbell serve`.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use deskbell_store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings, Settings};
use crate::{App, Clock, MessageReader, built_in_classifier};

pub(super) async fn run(store: SqliteStore, settings: Settings) -> anyhow::Result<()> {
    start_log(&settings.log)?;
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; --listen names another address"))?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let reader: Option<Arc<dyn MessageReader>> = match built_in_classifier() {
        Ok(classifier) => Some(Arc::new(classifier)),
        Err(error) => {
            // People can still be reached: that is worth more than a model.
            tracing::error!(
                %error,
                "messages are not read here; a person is offered instead"
            );
            None
        }
    };
    let app = App::new(store, reader, Clock::system(), settings.server);
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
