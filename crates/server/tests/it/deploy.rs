//! What lies in `web/deploy` works with this program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use deskbell_store_sqlite::SqliteStore;

use crate::support::Program;

/// Where the program is on a machine that follows the files.
const INSTALLED: &str = "/usr/local/bin/deskbell";
const BUILT: &str = env!("CARGO_BIN_EXE_deskbell");

fn deploy(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/deploy");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The program and arguments of a unit's one `ExecStart`, with the folders of a machine moved into `root`.
fn command(unit: &str, root: &Path) -> Command {
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let mut words = line.unwrap().split(' ');
    assert_eq!(words.next(), Some(INSTALLED));
    let mut command = Command::new(BUILT);
    let moved = |word: &str| match word.strip_prefix('/') {
        Some(path) => root.join(path).into_os_string(),
        None => word.into(),
    };
    command.args(words.map(moved));
    for line in unit.lines() {
        if let Some((name, value)) = line
            .strip_prefix("Environment=")
            .and_then(|setting| setting.split_once('='))
        {
            command.env(name, moved(value));
        }
    }
    command
}

/// A machine with the folders that systemd makes, and the settings that the manual is.
fn machine() -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let state = root.path().join("var/lib/deskbell");
    fs::create_dir_all(state.join("backups")).unwrap();
    fs::create_dir_all(root.path().join("etc")).unwrap();
    let manual = Command::new(BUILT).arg("config").output().unwrap();
    fs::write(root.path().join("etc/deskbell.toml"), manual.stdout).unwrap();
    (root, state)
}

#[tokio::test]
async fn the_units_start_the_server_and_back_it_up() {
    let (root, state) = machine();
    let mut serve = command(&deploy("deskbell.service"), root.path());
    serve
        .env("DESKBELL_SERVER__LISTEN", "127.0.0.1:0")
        .stderr(Stdio::null());
    let program = Program::start_command(serve);
    let backup = command(&deploy("deskbell-backup.service"), root.path())
        .output()
        .unwrap();
    assert!(backup.status.success(), "{backup:?}");
    program.kill();
    let mut backups = fs::read_dir(state.join("backups")).unwrap();
    let backup = backups.next().unwrap().unwrap().path();
    SqliteStore::open(&backup).await.unwrap();
}

#[test]
fn systemd_finds_no_mistake_in_the_units() {
    let Ok(version) = Command::new("systemd-analyze").arg("--version").output() else {
        eprintln!("not checked: there is no systemd-analyze here");
        return;
    };
    assert!(version.status.success());
    let folder = tempfile::tempdir().unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]);
    for name in [
        "deskbell.service",
        "deskbell-backup.service",
        "deskbell-backup.timer",
    ] {
        let path = folder.path().join(name);
        // It looks whether the program is there.
        fs::write(&path, deploy(name).replace(INSTALLED, BUILT)).unwrap();
        verify.arg(path);
    }
    let verified = verify.output().unwrap();
    let told = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "{told}");
    assert!(!told.contains("deskbell"), "{told}");
}

#[test]
fn the_container_runs_commands_that_there_are_and_is_not_root() {
    let file = deploy("Containerfile");
    for (name, expected) in [
        ("ENTRYPOINT", format!("[\"{INSTALLED}\"]")),
        ("CMD", "[\"serve\"]".to_owned()),
        ("USER", "65532:65532".to_owned()),
    ] {
        let line = file.lines().rfind(|line| line.starts_with(name)).unwrap();
        assert_eq!(line, format!("{name} {expected}"));
    }
    let check = format!("CMD [\"{INSTALLED}\", \"health\"]");
    assert!(
        file.lines()
            .any(|line| line.starts_with("HEALTHCHECK") && line.ends_with(&check))
    );
    // Settings that the program does not know would stop it.
    let settings = file.lines().find_map(|line| line.strip_prefix("ENV "));
    let mut config = Command::new(BUILT);
    for setting in settings.unwrap().split(' ') {
        let (name, value) = setting.split_once('=').unwrap();
        config.env(name, value);
    }
    let folder = tempfile::tempdir().unwrap();
    config.env("DESKBELL_DATABASE", folder.path().join("desk.db"));
    let listed = config.args(["site", "list"]).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");
}

#[test]
fn health_says_what_the_server_says() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(&folder.path().join("desk.db"));
    let listen = program.address.trim_start_matches("http://").to_owned();
    let health = || {
        let mut health = Command::new(BUILT);
        health
            .args(["health", "--listen", &listen])
            .output()
            .unwrap()
    };
    let told = health();
    let (out, error) = (
        String::from_utf8(told.stdout).unwrap(),
        String::from_utf8(told.stderr).unwrap(),
    );
    // Without web files or a model in this build it is not ready, and says so.
    let answer = if told.status.success() { out } else { error };
    assert!(answer.contains("\"store\":\"ok\""), "{answer}");
    program.kill();
    let told = health();
    assert!(!told.status.success());
    let error = String::from_utf8(told.stderr).unwrap();
    assert!(error.contains("no server answers at"), "{error}");
}
