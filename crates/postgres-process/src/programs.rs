//! Where PostgreSQL's programs are, and as whom they run.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Error, succeed};

/// What to do where PostgreSQL is missing.
pub const INSTALL: &str = "install it (Debian: apt-get install postgresql)";

/// Where Debian puts the programs of each version; they are not on the `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What is needed of it; a folder that has only some of them is none.
const NEEDED: [&str; 5] = ["initdb", "postgres", "pg_isready", "createdb", "psql"];

/// Who runs it instead of root, the first that there is.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// PostgreSQL as it is installed on this machine.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    /// As whom to run, if this process is root.
    user: Option<String>,
}

impl Programs {
    /// Looks on the `PATH` and where Debian has them, the newest version first. Nothing if there is none.
    #[must_use]
    pub fn find() -> Option<Self> {
        let mut folders: Vec<PathBuf> = env::var_os("PATH")
            .iter()
            .flat_map(env::split_paths)
            .collect();
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let version = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
        let has_all =
            |folder: &PathBuf| NEEDED.iter().all(|program| folder.join(program).is_file());
        let folder = folders.into_iter().find(has_all)?;
        let user = id(&["-u"]).is_some_and(|id| id == "0").then(|| {
            let known = |user: &&&str| id(&["-u", user]).is_some();
            USERS.iter().find(known).copied().unwrap_or("nobody")
        });
        Some(Self {
            folder,
            user: user.map(str::to_owned),
        })
    }

    /// Gives a folder to whoever runs the programs.
    pub(crate) fn own(&self, folder: &Path) -> Result<(), Error> {
        let Some(user) = &self.user else {
            return Ok(());
        };
        // With the colon: their own group, too.
        let mut chown = Command::new("chown");
        chown.arg(format!("{user}:")).arg(folder);
        succeed("chown", &mut chown).map(drop)
    }

    /// A program of PostgreSQL, to be run as whoever may.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.as_user(self.folder.join(program).as_os_str())
    }

    /// Any program, to be run as whoever runs PostgreSQL.
    pub(crate) fn as_user(&self, program: &OsStr) -> Command {
        let mut command = match &self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}"));
                command.args(["--regid", &id(&["-g", user]).unwrap_or_default()]);
                command.args(["--clear-groups", "--"]).arg(program);
                command
            }
        };
        // What is set for other servers of this machine is not meant for this one.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        // Where everybody may be: a working folder of root's is nobody else's.
        command.current_dir("/");
        command
    }

    /// The path of a program.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }
}

fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
