//! The real program, as a process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// `deskbell serve`; killed when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
}

impl Program {
    pub(crate) fn start(database: &Path) -> Self {
        Self::start_with(database, "error", Stdio::null())
    }

    /// With `filter` for the log, which goes to `log`.
    pub(crate) fn start_with(database: &Path, filter: &str, log: Stdio) -> Self {
        let command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        Self::start_as(command, database, filter, log)
    }

    /// With these settings, named as in the environment.
    pub(crate) fn start_set(
        database: &Path,
        settings: &[(&str, &str)],
        filter: &str,
        log: Stdio,
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        command.envs(settings.iter().copied());
        Self::start_as(command, database, filter, log)
    }

    /// On a disk that is full as soon as a file has `kibibytes`; `log` is such a file, too.
    pub(crate) fn start_on_small_disk(database: &Path, kibibytes: u64, log: Stdio) -> Self {
        let mut command = Command::new("bash");
        // Without the trap the process would be ended by a signal; with it writing fails, as on a full disk.
        let limited = format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_deskbell")]);
        Self::start_as(command, database, "error", log)
    }

    /// Has room on the disk again while the server runs.
    #[cfg(target_os = "linux")]
    pub(crate) fn make_room(&self) {
        let mut lift = Command::new("prlimit");
        lift.args(["--pid", &self.child.id().to_string(), "--fsize=unlimited:"]);
        assert!(lift.status().unwrap().success());
    }

    fn start_as(mut command: Command, database: &Path, filter: &str, log: Stdio) -> Self {
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database)
            .env("DESKBELL_LOG__FILTER", filter)
            .stderr(log);
        Self::start_command(command)
    }

    /// Whatever command starts a server.
    pub(crate) fn start_command(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self { child, address }
    }

    /// Asks it to end, as a service manager does.
    pub(crate) fn terminate(&self) {
        let mut kill = Command::new("kill");
        let kill = kill.args(["-TERM", &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// SIGKILL: no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
