//! Where things are, and how other programs are called.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// The checkout this program was built from.
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace of this source file, with Cargo's target folder as Cargo itself finds it.
    pub fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("this crate lies two folders below the workspace root");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
            || root.join("target"),
            |folder| root.join(PathBuf::from(folder)),
        );
        Self {
            root: root.to_owned(),
            target,
        }
    }

    /// A path below the root.
    pub fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.root.join(below)
    }

    /// A path below Cargo's target folder.
    pub fn target(&self, below: impl AsRef<Path>) -> PathBuf {
        self.target.join(below)
    }

    /// The web build: always here, because the server embeds it from a fixed relative path.
    pub fn web(&self) -> PathBuf {
        self.path("target/web")
    }

    /// The server's program, after `cargo build --package deskbell-server`.
    pub fn deskbell(&self) -> PathBuf {
        self.target("debug")
            .join(format!("deskbell{}", env::consts::EXE_SUFFIX))
    }

    /// Cargo in the workspace root.
    pub fn cargo<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        forget_caller(&mut command);
        command.current_dir(&self.root).args(arguments);
        command
    }
}

/// Takes what the outer `cargo run` says about this package out of a command's environment: build scripts watch such
/// variables, and would run again each time the caller differs.
pub fn forget_caller(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let about_xtask = name.to_str().is_some_and(|name| {
            [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        });
        if about_xtask {
            command.env_remove(name);
        }
    }
}

/// Runs a command whose output people see.
///
/// # Errors
/// If it cannot be started or does not succeed; the message shows the command.
pub fn must_succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// The command as one would type it, for messages.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Whether a program of this name is found on the `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}
