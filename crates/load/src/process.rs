//! The server as a process.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::http::Connection;
use crate::people::SITE;

/// How long a start or an end may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The agent's address.
pub const EMAIL: &str = "sam@shop.example";
/// No secret: the server is gone when all is measured.
pub const PASSWORD: &str = "brass-desk-bell";

/// How the server is started over one database.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// The SQLite file.
    pub database: PathBuf,
    /// Where the server logs.
    pub log: PathBuf,
}

impl Launch {
    /// Makes the database, with a site and an agent.
    ///
    /// # Errors
    /// If the program fails, with what it says.
    pub async fn prepare(&self) -> Result<()> {
        let site = ["site", "add", "--key", SITE, "--name", "Fern & Field"];
        let origin = ["--origin", "https://shop.example"];
        self.command(&[&site[..], &origin].concat(), "").await?;
        let agent = ["agent", "add", "--name", "Sam", "--email", EMAIL];
        self.command(&[&agent[..], &["--password-stdin"]].concat(), PASSWORD)
            .await
    }

    async fn command(&self, arguments: &[&str], input: &str) -> Result<()> {
        let mut child = Command::new(&self.program)
            .arg("--database")
            .arg(&self.database)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input may have closed it.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`deskbell {}`: {}", arguments.join(" "), said.trim());
        }
        Ok(())
    }

    /// Starts the server on a free port, and waits until it says at `/readyz` that it is ready.
    ///
    /// # Errors
    /// If it does not.
    pub async fn start(&self) -> Result<Server> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let began = Instant::now();
        let mut child = Command::new(&self.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(&self.database)
            .env("DESKBELL_LOG__FILTER", "warn")
            // All clients here have one address, and none of them rests.
            .env("DESKBELL_LIMITS__RATES", "false")
            .env("DESKBELL_LIMITS__LOAD__STREAMS_PER_ADDRESS", "0")
            .env("DESKBELL_LIMITS__LOAD__REQUESTS_PER_ADDRESS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = timeout(PATIENCE, output.read_line(&mut line)).await;
        let address = line.trim().strip_prefix("listening on http://");
        let (Ok(Ok(_)), Some(Ok(address))) = (read, address.map(str::parse)) else {
            bail!(
                "the server does not start; its log is {}",
                self.log.display()
            );
        };
        Connection::open(address)
            .await?
            .ask("/readyz", "", None)
            .await?;
        let ready_after = began.elapsed();
        Ok(Server {
            child,
            address,
            ready_after,
        })
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From before it was started to the answer that it is ready.
    pub ready_after: Duration,
}

impl Server {
    /// Megabytes of memory that are its own or shared with others and in use (`VmRSS`).
    ///
    /// # Errors
    /// If this system does not tell, or the server has ended.
    pub fn resident_megabytes(&self) -> Result<f64> {
        let id = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))
            .context("memory is known on Linux only")?;
        let kibibytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .context("the system does not tell the memory in use")?;
        Ok(kibibytes.trim().parse::<f64>()? * 1_024.0 / 1e6)
    }

    /// Tells it to stop and waits until it has.
    ///
    /// # Errors
    /// If it had ended by itself, or does not stop well.
    pub async fn stop(mut self) -> Result<()> {
        #[cfg(unix)]
        {
            use nix::sys::signal::{Signal, kill};
            use nix::unistd::Pid;
            let id = self.child.id().context("the server ended by itself")?;
            kill(Pid::from_raw(i32::try_from(id)?), Signal::SIGTERM)?;
        }
        #[cfg(not(unix))]
        self.child.start_kill()?;
        let status = timeout(PATIENCE, self.child.wait()).await??;
        ensure!(
            status.success() || cfg!(not(unix)),
            "the server ended with {status}"
        );
        Ok(())
    }
}
