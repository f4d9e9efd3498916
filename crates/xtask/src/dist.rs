//! The web build: everything the browser gets, hashed and compressed, in `target/web`.
//!
//! Promise: the same sources give the same files, and a file whose content did not change is not touched, so that
//! the server which embeds them is not rebuilt for nothing.

pub mod compress;
mod hidden_paths;
mod link;
mod loader;
pub mod locales;
pub mod offline;
mod programs;
mod short_names;
mod sources;
mod styles;
mod write;

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    path::PathBuf,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{steps::Steps, workspace::Workspace};

pub use programs::{Files, ensure_target};

/// Options of `dist`.
#[derive(clap::Args)]
pub struct Options {
    /// Writes the demonstration that needs no server into target/offline-demo instead, for any static host.
    #[arg(long)]
    demo: bool,
}

impl Options {
    /// Builds what was asked for.
    ///
    /// # Errors
    /// If something does not build or is missing.
    pub fn build(&self, workspace: &Workspace) -> Result<()> {
        let mut steps = Steps::new();
        if !self.demo {
            return run(workspace, &mut steps).map(drop);
        }
        let folder = offline::run(workspace, &mut steps)?;
        println!(
            "
The demonstration lies in {0}.
Copy that folder to any static host, or look at it here:

  python3 -m http.server --directory {0} 8739
  http://localhost:8739/",
            folder.display()
        );
        Ok(())
    }
}

/// A finished web build.
pub struct Web {
    /// Where it lies.
    pub folder: PathBuf,
    /// Path below the folder of each asset, by logical name.
    pub assets: BTreeMap<String, String>,
}

impl Web {
    /// Size in bytes of what is sent for a file, compressed.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn brotli_bytes(&self, path: &str) -> Result<u64> {
        let path = self.folder.join(format!("{path}.br"));
        let data = path.metadata();
        Ok(data.with_context(|| path.display().to_string())?.len())
    }
}

/// Builds whatever is not up to date.
///
/// # Errors
/// If a program does not build, a source is missing, or an asset is named that does not exist.
pub fn run(workspace: &Workspace, steps: &mut Steps) -> Result<Web> {
    ensure_target(workspace, steps)?;
    let _alone = alone(workspace)?;
    let programs = programs::build(workspace, steps)?;
    let sources = steps.work("collect the web sources", |bar| {
        let sources = sources::collect(workspace, &programs)?;
        bar.set_message(format!("{} files", sources.len()));
        Ok(sources)
    })?;
    let linked = link::link(sources)?;
    let cache = workspace.path("target/web-cache/brotli");
    let packed = steps.work("compress", |bar| {
        compress::all(linked.files.values().map(Vec::as_slice), &cache, bar)
    })?;
    let folder = workspace.web();
    steps.work("write target/web", |bar| {
        let written = write::folder(&folder, &linked, &packed)?;
        bar.set_message(match written {
            0 => "unchanged".to_owned(),
            n => format!("{n} files changed"),
        });
        Ok(())
    })?;
    Ok(Web {
        folder,
        assets: linked.assets,
    })
}

/// Compiles and binds a program that is not shipped: its package, and the stem of the names of the files made.
///
/// # Errors
/// If it does not build.
pub fn beside(workspace: &Workspace, steps: &mut Steps, program: (&str, &str)) -> Result<Files> {
    let _alone = alone(workspace)?;
    programs::build_beside(workspace, steps, program)
}

/// Waits until no other web build of this checkout runs; they would take files from under each other.
fn alone(workspace: &Workspace) -> Result<File> {
    let folder = workspace.path("target/web-cache");
    fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Waiting for another web build.");
            lock.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(lock)
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}
