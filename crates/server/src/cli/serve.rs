//! `deskbell serve`.

use std::backtrace::Backtrace;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;

use anyhow::Context as _;
use deskbell_desk::{Site, Store};
use deskbell_protocol::IntentId;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

use super::open_files;
use crate::serve::AbortOnDrop;
use crate::settings::{LogFormat, LogSettings, Settings};
use crate::triage::BuiltInReader;
use crate::{App, Clock, MessageReader, MetricsPage, ModelFiles, model};

/// Runs the server over `store`, after [`start_log`].
pub(super) async fn run(store: Arc<dyn Store>, mut settings: Settings) -> anyhow::Result<()> {
    open_files::fit(&mut settings.limits.load);
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; --listen names another address"))?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let files = ModelFiles::open(settings.model.as_deref())?;
    let (reader, known): (Arc<dyn MessageReader>, _) = if settings.model.is_some() {
        // Whoever names a model wants that one, and hears now if it cannot be used.
        let classifier = files.classifier()?;
        let known = model::labels(classifier.manifest());
        (Arc::new(classifier), known)
    } else {
        (Arc::new(BuiltInReader::default()), files.labels()?)
    };
    match store.sites().await {
        Ok(sites) => warn_of_unknown(&sites, &known),
        // A warning is no reason not to start: whoever needs the store is told, and `/readyz` says so.
        Err(error) => {
            let cause = error.source.to_string();
            tracing::warn!(
                cause,
                "whether the model knows the sites' answers could not be looked up"
            );
        }
    }
    let mut app = App::new(store, Some(reader), Clock::system(), settings.server)
        .with_limits(&settings.limits);
    if let Some(folder) = &settings.model {
        tracing::info!(model = %folder.display(), "messages are read with a model of your own");
        app = app.with_model(&files);
    }
    // Ends with this function.
    let _metrics = match settings.metrics.listen {
        Some(listen) => Some(serve_metrics(listen, app.metrics_page()).await?),
        None => None,
    };
    let mut signals = StopSignals::new().context("signals cannot be caught")?;
    let (stop, stopped) = oneshot::channel();
    tracing::info!(%address, database = %settings.database, "started");
    // Customers are served whether or not somebody reads this.
    let mut out = io::stdout();
    let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    let server = crate::serve(listener, app, async {
        // An error means that nobody can tell any more, which is as good.
        let _ = stopped.await;
    });
    let told_twice = async {
        signals.next().await;
        // An error means that the server has ended by itself.
        let _ = stop.send(());
        signals.next().await;
    };
    tokio::select! {
        outcome = server => outcome.context("the server stopped")?,
        () = told_twice => {
            tracing::warn!("told to stop twice: requests under way were not finished");
            anyhow::bail!("told to stop twice, so it stopped at once; what was acknowledged is stored");
        }
    }
    tracing::info!("stopped");
    Ok(())
}

/// Serves the measurements until the answer is dropped.
async fn serve_metrics(listen: SocketAddr, page: MetricsPage) -> anyhow::Result<AbortOnDrop> {
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; metrics.listen names another address for /metrics")
    })?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    tracing::info!(%address, "measurements are served at /metrics");
    Ok(AbortOnDrop(tokio::spawn(async move {
        if let Err(error) = crate::serve_metrics(listener, page).await {
            tracing::error!(%error, "measurements are not served any more");
        }
    })))
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

pub(super) fn start_log(settings: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("log.filter: \"{}\" is no filter", settings.filter))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would tell of a log that cannot be written, as on a full disk, on the same standard error, and panic.
        .log_internal_errors(false);
    match settings.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Tells where a panic happened. What it says is told if it is a sentence of the program: one that was put together at
/// run time may quote what somebody wrote.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let said = panic.payload().downcast_ref::<&'static str>().copied();
    let said = said.unwrap_or("what it says is withheld, it may quote what somebody wrote");
    let backtrace = Backtrace::capture();
    tracing::error!(place, said, %backtrace, "a panic");
}

/// Requests to stop: an interrupt (Ctrl-C) or, on Unix, a request to terminate. Caught from when this is made, not only
/// while one is waited for.
#[cfg(unix)]
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl StopSignals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Requests to stop: an interrupt (Ctrl-C).
#[cfg(not(unix))]
struct StopSignals;

#[cfg(not(unix))]
impl StopSignals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the signal ends the process by itself.
            std::future::pending::<()>().await;
        }
    }
}
