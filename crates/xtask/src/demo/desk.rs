//! The `deskbell` program as the demo uses it: its command line, and one running server.

use std::{
    io::Write,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Key of the demo site, as in the shop page's script tag.
pub const SITE: &str = "demo";
/// The demo agent's e-mail address.
pub const AGENT_EMAIL: &str = "sam@demo.example";
/// The demo agent's password; no secret, it is printed.
pub const AGENT_PASSWORD: &str = "brass-desk-bell";

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// The command line over one database.
pub struct Cli {
    /// The built program.
    pub program: PathBuf,
    /// The SQLite file; made when it does not exist.
    pub database: PathBuf,
}

impl Cli {
    /// Adds the demo site and the demo agent where they are not there yet.
    pub fn prepare(&self, shop_origin: &str) -> Result<()> {
        if !self.lists("site", SITE)? {
            let site = ["site", "add", "--key", SITE, "--name", "Fern & Field"];
            let origin = ["--origin", shop_origin];
            let reach = [
                "--phone",
                "+44 20 7946 0958",
                "--email",
                "hello@fernandfield.example",
            ];
            self.run(site.into_iter().chain(origin).chain(reach), "")?;
        }
        if !self.lists("agent", AGENT_EMAIL)? {
            let agent = [
                "agent",
                "add",
                "--email",
                AGENT_EMAIL,
                "--name",
                "Sam",
                "--password-stdin",
            ];
            self.run(agent, AGENT_PASSWORD)?;
        }
        Ok(())
    }

    fn lists(&self, what: &str, wanted: &str) -> Result<bool> {
        let list = self.run([what, "list"], "")?;
        Ok(list.split_whitespace().any(|word| word == wanted))
    }

    fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("--database")
            .arg(&self.database)
            .args(arguments);
        command
    }

    /// Runs to the end with `input` on standard input; gives standard output.
    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>, input: &str) -> Result<String> {
        let mut command = self.command(arguments);
        let shown = workspace::shown(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{shown}`"))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input may have closed it.
            let _ = writeln!(stdin, "{input}");
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{shown}` ended with {}: {}", output.status, said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// A running server. Dropping it stops it.
pub struct Desk {
    /// Its address, such as `http://127.0.0.1:8737`.
    pub origin: String,
    child: Child,
}

impl Desk {
    /// Starts the server and waits until it says that it is ready.
    pub fn start(cli: &Cli, port: u16) -> Result<Self> {
        Self::start_with(cli, port, &[])
    }

    /// The same with settings from the environment.
    pub fn start_with(cli: &Cli, port: u16, settings: &[(&str, &str)]) -> Result<Self> {
        let listen = format!("127.0.0.1:{port}");
        let mut serve = cli.command(["serve", "--listen", &listen]);
        // Ctrl-C in the terminal is for the demo, which then asks the server to stop, once.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut serve, 0);
        let child = serve
            .stdin(Stdio::null())
            .envs(settings.iter().copied())
            .spawn()
            .context("cannot start the server")?;
        let mut desk = Self {
            origin: format!("http://{listen}"),
            child,
        };
        let ready = format!("{}/readyz", desk.origin);
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            desk.still_runs()?;
            match ureq::get(&ready).call() {
                Ok(_) => return Ok(desk),
                Err(error) if Instant::now() > deadline => {
                    return Err(error).with_context(|| format!("{ready} after {READY_WITHIN:?}"));
                }
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// # Errors
    /// If the server ended by itself.
    pub fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("the server ended with {status}"),
            None => Ok(()),
        }
    }

    /// Asks the server to stop and waits until it has.
    ///
    /// # Errors
    /// If it had to be killed, or had ended with an error.
    pub fn stop(&mut self) -> Result<()> {
        terminate(&mut self.child)?;
        let deadline = Instant::now() + STOP_WITHIN;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("the server ended with {status}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("the server did not stop within {STOP_WITHIN:?} and was killed")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Whoever drops without stopping first is failing already, and has nobody to tell.
            let _ = self.stop();
        }
    }
}

#[cfg(unix)]
fn terminate(child: &mut Child) -> Result<()> {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };
    // Not waited for yet, so the id is still the child's even if it ended.
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    Ok(kill(pid, Signal::SIGTERM)?)
}

#[cfg(not(unix))]
fn terminate(child: &mut Child) -> Result<()> {
    Ok(child.kill()?)
}
