//! `deskbell`: the server and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell_server::cli::main()
}
