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

    /// On a disk that is full as soon as a file has `kibibytes`.
    pub(crate) fn start_on_small_disk(database: &Path, kibibytes: u64) -> Self {
        let mut command = Command::new("bash");
        // Without the trap the process would be ended by a signal; with it writing fails, as on a full disk.
        let limited = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_deskbell")]);
        Self::start_as(command, database, "error", Stdio::null())
    }

    fn start_as(mut command: Command, database: &Path, filter: &str, log: Stdio) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database)
            .env("DESKBELL_LOG__FILTER", filter)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
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

    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
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
