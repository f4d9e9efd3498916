//! Measures speed, side by side with what others use.

mod inference;
mod load;
mod report;
mod server;

use anyhow::Result;
use clap::Subcommand;

use crate::workspace::Workspace;

/// What can be measured.
#[derive(Subcommand)]
pub enum What {
    /// The triage engine and onnxruntime-web on the same model, in one page of Chromium, in turns.
    Inference(inference::Options),
    /// The server on SQLite: durable writes beside the database alone, open streams, memory, starts, a million stored chats.
    Server(load::Options),
}

/// Measures it and prints the result on standard output.
///
/// # Errors
/// If it cannot be measured. A floor that is missed is printed, and no error.
pub fn run(workspace: &Workspace, what: &What) -> Result<()> {
    match what {
        What::Inference(options) => inference::run(workspace, options),
        What::Server(options) => load::run(workspace, options),
    }
}
