//! A private PostgreSQL for tests and tools: its own data folder and port, nobody asked for a password.
//!
//! What must never be true: that it outlives the process that started it, however that one ends (a shell watches over
//! it and ends it when the pipe to us closes); that it touches a database that was there before.
//!
//! ```no_run
//! use deskbell_postgres_process::{Stop, Postgres};
//!
//! let mut postgres = Postgres::start()?;
//! let url = postgres.create_database()?; // postgres://postgres@127.0.0.1:PORT/test_1
//! postgres.stop(Stop::Crash)?;
//! postgres.start_again()?; // the same data, the same port
//! # Ok::<(), deskbell_postgres_process::Error>(())
//! ```

mod programs;
mod server;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use thiserror::Error;

pub use programs::{INSTALL, Programs};
use server::Server;

/// Why there is no PostgreSQL.
#[derive(Debug, Error)]
pub enum Error {
    /// Its programs are not installed.
    #[error("PostgreSQL is missing: {INSTALL}")]
    NotInstalled,
    /// A program of it could not be run.
    #[error("{program} cannot be run")]
    Run {
        /// Which.
        program: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program of it failed, or it did not answer in time.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// The last that it said.
        said: String,
    },
    /// The folder for its data cannot be made.
    #[error("there is no folder for PostgreSQL's data")]
    Folder(#[source] io::Error),
}

/// How PostgreSQL is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// As an operator restarts it: connections are cut, open transactions rolled back, everything written.
    Fast,
    /// As if the machine lost power, as far as that goes without one: nothing is written any more, and the next start
    /// recovers from the log.
    Crash,
}

/// A running PostgreSQL with durability as in production; ended and deleted when dropped, or when the process ends.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    // Before the folder, so that it ends first.
    server: Option<Server>,
    folder: TempDir,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Makes a data folder and starts PostgreSQL on a free port of 127.0.0.1. As root it runs as another user, since it
    /// refuses to be root. Takes one to three seconds.
    ///
    /// # Errors
    /// If it is not installed, or does not start.
    pub fn start() -> Result<Self, Error> {
        let programs = Programs::find().ok_or(Error::NotInstalled)?;
        let folder = tempfile::Builder::new()
            .prefix("deskbell-postgres-")
            .tempdir()
            .map_err(Error::Folder)?;
        programs.own(folder.path())?;
        let mut initdb = programs.command("initdb");
        initdb.arg("--pgdata").arg(data(folder.path()));
        // What is kept here need not survive a loss of power, unlike what is written later.
        initdb.args(["--username", "postgres", "--auth", "trust", "--no-sync"]);
        initdb.args(["--encoding", "UTF8", "--locale", "C"]);
        succeed("initdb", &mut initdb)?;
        let (server, port) = server::on_free_port(&programs, folder.path())?;
        Ok(Self {
            programs,
            server: Some(server),
            folder,
            port,
            databases: AtomicU32::new(0),
        })
    }

    /// The port on 127.0.0.1. Stays the same when it is stopped and started again.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a database, as `--database` takes it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database that nobody else uses; gives its address.
    ///
    /// # Errors
    /// If PostgreSQL does not run or refuses.
    pub fn create_database(&self) -> Result<String, Error> {
        let name = format!(
            "test_{}",
            self.databases.fetch_add(1, Ordering::Relaxed) + 1
        );
        let mut createdb = self.client("createdb");
        createdb.arg(&name);
        succeed("createdb", &mut createdb)?;
        Ok(self.url(&name))
    }

    /// Runs SQL in a database whose address [`Self::create_database`] gave; gives what `psql` prints of it, without
    /// headers.
    ///
    /// # Errors
    /// If PostgreSQL does not run, or refuses a statement; the message is its own.
    pub fn sql(&self, url: &str, sql: &str) -> Result<String, Error> {
        let database = url.rsplit('/').next().unwrap_or_default();
        let mut psql = self.client("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        psql.args(["--set", "ON_ERROR_STOP=1", "--dbname", database]);
        psql.args(["--command", sql]);
        succeed("psql", &mut psql)
    }

    /// Stops it, and waits until it has. Stopping what is stopped is fine.
    ///
    /// # Errors
    /// If it cannot be told.
    pub fn stop(&mut self, how: Stop) -> Result<(), Error> {
        match self.server.take() {
            Some(server) => server.stop(how),
            None => Ok(()),
        }
    }

    /// Starts it again with the same data on the same port, and waits until it answers. Starting what runs is fine.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_again(&mut self) -> Result<(), Error> {
        if self.server.is_none() {
            let server = Server::start(&self.programs, self.folder.path(), self.port)?;
            self.server = Some(server);
        }
        Ok(())
    }

    /// What it logged so far.
    ///
    /// # Errors
    /// If there is no log.
    pub fn log(&self) -> io::Result<String> {
        std::fs::read_to_string(log(self.folder.path()))
    }

    fn client(&self, program: &'static str) -> Command {
        let mut command = self.programs.command(program);
        command.args(["--host", "127.0.0.1", "--username", "postgres", "--port"]);
        command.arg(self.port.to_string());
        command
    }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// Runs a program to its end; gives what it printed.
fn succeed(program: &'static str, command: &mut Command) -> Result<String, Error> {
    let output = command
        .output()
        .map_err(|source| Error::Run { program, source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Failed { program, said })
}
