//! The architecture, checked: a rule that nobody checks is a rule that nobody keeps.

mod edges;
mod files;
mod packages;

use anyhow::{Result, bail};
use cargo_metadata::MetadataCommand;

use crate::workspace::Workspace;

/// Checks everything and prints each finding.
///
/// # Errors
/// If there is any. Warnings are printed only.
pub fn run(workspace: &Workspace) -> Result<()> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.path("Cargo.toml"))
        .exec()?;
    let graph = edges::Graph::read(&metadata)?;
    let mut errors = graph.check();
    let found = files::check(&workspace.path(""))?;
    errors.extend(found.errors);
    let packages = packages::check(&workspace.path(""), &metadata)?;
    errors.extend(packages.errors);
    for warning in found.warnings.iter().chain(&packages.warnings) {
        println!("warning: {warning}");
    }
    for error in &errors {
        println!("error: {error}");
    }
    if !errors.is_empty() {
        bail!("tidy found {}", errors.len());
    }
    println!(
        "tidy: {} crates and {} files are in order",
        graph.crates(),
        found.files
    );
    Ok(())
}
