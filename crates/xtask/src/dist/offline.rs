//! The demonstration without a server: one folder for any static host, in `target/offline-demo`.
//!
//! It holds the files that the server would send, as they are, and beside them a page, a made-up shop and a service
//! worker with the list of all files and their hashes. Everything is addressed relative to the folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    dist::{
        alone, ensure_target, link, programs, sha256,
        sources::{self, Place},
        write,
    },
    steps::Steps,
    workspace::Workspace,
};

/// Package and stem of the program in the service worker.
const PROGRAM: (&str, &str) = ("deskbell-demo", "demo");

const FILES: [(&str, &str, Place); 7] = [
    ("index.html", "index.html", Place::Fixed),
    ("web/demo/shop.html", "shop.html", Place::Fixed),
    ("web/demo/service-worker.js", WORKER, Place::Fixed),
    ("web/demo/app.webmanifest", "app.webmanifest", Place::Fixed),
    ("web/demo/icon.png", "icon.png", Place::Fixed),
    ("web/demo/stage.css", "stage.css", Place::Hashed),
    ("web/demo/stage.js", "stage.js", Place::Hashed),
];

const WORKER: &str = "service-worker.js";
/// Stands in the service worker for the list of all other files: hash by path.
const LIST: &str = "{{files}}";
/// What the shop page is written with: the server of `cargo xtask demo`.
const WRITTEN_SERVER: &str = "http://127.0.0.1:8737/";

/// Builds what is not up to date and writes the folder; gives where it lies.
///
/// # Errors
/// If a program does not build or a source is missing.
pub fn run(workspace: &Workspace, steps: &mut Steps) -> Result<PathBuf> {
    ensure_target(workspace, steps)?;
    let _alone = alone(workspace)?;
    let programs = programs::build_with(workspace, steps, PROGRAM)?;
    let mut sources = sources::collect(workspace, &programs)?;
    for (path, name, place) in FILES {
        let mut source = sources::read(workspace, Path::new(path), name, place)?;
        if name == "shop.html" {
            let text = String::from_utf8(source.content).context("web/demo/shop.html")?;
            source.content = text.replace(WRITTEN_SERVER, "./").into_bytes();
        }
        sources.push(source);
    }
    let mut files = link::link(sources)?.files;
    list(&mut files)?;
    let folder = workspace.path("target/offline-demo");
    steps.work("write target/offline-demo", |bar| {
        let bytes: usize = files.values().map(Vec::len).sum();
        bar.set_message(format!("{} files, {} kB", files.len(), bytes / 1000));
        put(&folder, &files)
    })?;
    Ok(folder)
}

/// Puts the list of all other files into the service worker. So a change of any file is a new version of the worker.
fn list(files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let worker = files.remove(WORKER).context("there is no service worker")?;
    let worker = String::from_utf8(worker).context(WORKER)?;
    if worker.matches(LIST).count() != 1 {
        bail!("{WORKER} must have `{LIST}` once");
    }
    let hashes: BTreeMap<&str, String> = files
        .iter()
        .map(|(path, content)| (path.as_str(), sha256(content)))
        .collect();
    let worker = worker.replace(LIST, &serde_json::to_string(&hashes)?);
    files.insert(WORKER.to_owned(), worker.into_bytes());
    Ok(())
}

/// Makes `folder` hold exactly these files.
fn put(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for (path, content) in files {
        let path = folder.join(path);
        write::write(&path, content).with_context(|| path.display().to_string())?;
        wanted.insert(path);
    }
    remove_others(folder, &wanted)
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(page: &str) -> BTreeMap<String, Vec<u8>> {
        let files = [
            ("index.html", page),
            ("assets/a.js", "1"),
            (WORKER, "const FILES = {{files}};"),
        ];
        files
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .into()
    }

    #[test]
    fn the_worker_lists_every_other_file_and_changes_with_each_of_them() {
        let (mut first, mut second) = (files("one"), files("two"));
        list(&mut first).unwrap();
        list(&mut second).unwrap();
        assert_ne!(first[WORKER], second[WORKER]);
        let text = String::from_utf8(first[WORKER].clone()).unwrap();
        let listed = text.strip_prefix("const FILES = ").unwrap();
        let listed: BTreeMap<String, String> =
            serde_json::from_str(listed.trim_end_matches(';')).unwrap();
        let paths: Vec<_> = listed.keys().map(String::as_str).collect();
        assert_eq!(paths, ["assets/a.js", "index.html"]);
        assert_eq!(listed["index.html"], sha256(b"one"));
    }

    #[test]
    fn a_worker_without_a_place_for_the_list_is_refused() {
        let mut files = files("one");
        files.insert(WORKER.to_owned(), b"nothing".to_vec());
        assert!(list(&mut files).unwrap_err().to_string().contains(LIST));
    }

    #[test]
    fn the_folder_holds_exactly_the_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("assets")).unwrap();
        fs::write(folder.path().join("assets/old.js"), "old").unwrap();
        put(folder.path(), &files("one")).unwrap();
        assert!(!folder.path().join("assets/old.js").exists());
        assert_eq!(fs::read(folder.path().join("index.html")).unwrap(), b"one");
    }
}
