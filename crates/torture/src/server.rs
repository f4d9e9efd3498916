//! Real servers, as processes.

use std::ffi::OsString;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a start may take, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writing beyond a limit fails, as on a full disk; without this it would end the process.
const IGNORE_LIMIT: &str = "trap '' XFSZ; exec \"$0\" \"$@\"";

/// How servers are started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// What `--database` gets.
    pub database: OsString,
    /// Where the logs go.
    pub folder: PathBuf,
}

impl Launch {
    /// Runs a command of the command line to its end.
    ///
    /// # Errors
    /// If it fails, with what it says.
    pub async fn command(&self, arguments: &[&str], input: &str) -> Result<()> {
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

    /// Where the server with this number logs.
    pub fn log(&self, number: usize) -> PathBuf {
        self.folder.join(format!("server-{number}.log"))
    }

    /// Starts the server with this number on a free port and waits until it listens.
    ///
    /// # Errors
    /// If it does not.
    pub async fn start(&self, number: usize) -> Result<Server> {
        let path = self.log(number);
        let log = File::options().create(true).append(true).open(&path)?;
        let mut child = Command::new("sh")
            .args(["-c", IGNORE_LIMIT])
            .arg(&self.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(&self.database)
            .env("DESKBELL_LOG__FILTER", "warn")
            // All people here have one address, and none of them rests.
            .env("DESKBELL_LIMITS__RATES", "false")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("cannot start a server")?;
        let output = child.stdout.take().context("a server has no output")?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = timeout(PATIENCE, output.read_line(&mut line)).await;
        let address = line.trim().strip_prefix("listening on http://");
        match (read, address.map(str::parse)) {
            (Ok(Ok(_)), Some(Ok(address))) => Ok(Server {
                child,
                address,
                number,
            }),
            _ => bail!(
                "server {number} does not start; its log is {}",
                path.display()
            ),
        }
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    number: usize,
}

impl Server {
    /// SIGKILL: no chance to tidy up.
    ///
    /// # Errors
    /// If it had ended before, by itself.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("server {} ended by itself with {status}", self.number);
        }
        Ok(self.child.kill().await?)
    }

    /// Lets no file of this server grow beyond so many bytes, or lifts that again.
    ///
    /// # Errors
    /// If the limit cannot be set here.
    pub async fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let process = self.child.id().context("the server has ended")?;
        let soft = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let status = Command::new("prlimit")
            .arg(format!("--pid={process}"))
            // The hard limit stays as it is, else the soft one could not be lifted again.
            .arg(format!("--fsize={soft}:"))
            .status()
            .await
            .context("prlimit, of util-linux, is missing")?;
        if !status.success() {
            bail!("prlimit ended with {status}");
        }
        Ok(())
    }
}
