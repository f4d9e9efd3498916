//! A backup is made while people write, and a server that gets it back knows everything from before it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use deskbell_desk::{Directory as _, contract};
use deskbell_store_sqlite::SqliteStore;
use futures_util::future::{Either, select};

use crate::support::{Program, Visitor};

fn deskbell(database: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
    command.arg("--database").arg(database).args(arguments);
    command
}

fn done(output: Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_the_restored_file_has_every_conversation_from_before_the_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backups) = (folder.path().join("desk.db"), folder.path().join("backups"));
    fs::create_dir(&backups).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    store.close().await;
    let program = Program::start(&path);
    let mut before = Vec::new();
    for name in ["ann", "bob", "cem"] {
        let visitor = Visitor::open(&program.address, name).await;
        visitor.say(name, "where is my parcel").await;
        visitor.ring("ring").await;
        before.push((name, visitor.history().await, visitor.conversation));
    }

    let mut command = deskbell(&path, &["backup", "--keep", "2", "--to"]);
    command.arg(&backups);
    let making = tokio::task::spawn_blocking(move || command.output().unwrap());
    let dee = Visitor::open(&program.address, "dee").await;
    let writing = Box::pin(async {
        for n in 0.. {
            dee.say(&format!("dee-{n}"), "hello").await;
        }
    });
    let Either::Left((output, _)) = select(making, writing).await else {
        panic!("the customer stopped to write");
    };
    let told = done(output.unwrap());
    assert!(
        told.contains("conversations") && told.contains("checked"),
        "{told}"
    );
    program.kill();

    // As the help says: the files beside the database go, the backup gets its name.
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() {
            fs::remove_file(file).unwrap();
        }
    }
    let mut made = fs::read_dir(&backups).unwrap();
    let backup = made.next().unwrap().unwrap().path();
    assert!(made.next().is_none(), "nothing half made is left");
    fs::copy(backup, &path).unwrap();
    let program = Program::start(&path);
    for (name, history, conversation) in before {
        let visitor = Visitor::open(&program.address, name).await;
        assert_eq!(visitor.conversation, conversation);
        assert_eq!(visitor.history().await, history);
    }
    // And it goes on.
    let ann = Visitor::open(&program.address, "ann").await;
    ann.say("after", "hello again").await;
    program.kill();
}

#[test]
fn a_folder_keeps_the_newest_of_our_own_backups_and_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    done(deskbell(&path, &["site", "list"]).output().unwrap());
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    for name in [
        "deskbell-2020-01-01T03-00-00Z.db",
        "deskbell-2021-01-01T03-00-00Z.db",
        "deskbell-important.db",
    ] {
        fs::write(backups.join(name), "").unwrap();
    }
    let mut command = deskbell(&path, &["backup", "--keep", "2", "--to"]);
    let told = done(command.arg(&backups).output().unwrap());
    assert!(told.contains("2020-01-01T03-00-00Z.db: deleted"), "{told}");
    assert_eq!(fs::read_dir(&backups).unwrap().count(), 3);
    assert!(backups.join("deskbell-2021-01-01T03-00-00Z.db").exists());
    assert!(backups.join("deskbell-important.db").exists());
}

#[test]
fn mistakes_with_backups_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let to = |to: &str, database: &Path| {
        let mut command = deskbell(database, &["backup", "--to"]);
        command.arg(folder.path().join(to));
        command
    };
    let told = refused(to("copy.db", &path));
    assert!(told.contains("the database cannot be read"), "{told}");
    assert!(!path.exists(), "a backup makes no database");
    done(deskbell(&path, &["site", "list"]).output().unwrap());
    done(to("copy.db", &path).output().unwrap());
    let told = refused(to("copy.db", &path));
    assert!(told.contains("is there already"), "{told}");
    let mut keep = to("other.db", &path);
    keep.args(["--keep", "3"]);
    assert!(refused(keep).contains("--keep is for a folder"));
}

#[test]
fn for_postgresql_it_names_the_command_and_not_the_password() {
    let address = Path::new("postgres://desk:hunter2@db.example/desk");
    let told = refused(deskbell(address, &["backup", "--to", "desk.dump"]));
    assert!(
        told.contains("pg_dump --format=custom --file=desk.dump"),
        "{told}"
    );
    assert!(told.contains("pg_restore"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}
