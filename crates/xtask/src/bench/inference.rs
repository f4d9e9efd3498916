//! Builds what is compared, serves it to a browser, and reads what the browser measured.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    bench::{
        report::{Measured, Report, Size},
        server::{Files, Server},
    },
    budget, dist,
    steps::Steps,
    test::browser,
    workspace::Workspace,
};

/// Package and stem of the program that lets JavaScript call the engine with numbers.
const PROGRAM: (&str, &str) = ("deskbell-bench", "bench");

const PAGE: &str = "tests/bench";
const ONNXRUNTIME: &str = "tests/node_modules/onnxruntime-web";

/// What a page needs of onnxruntime-web, by the names it is served under: the build for wasm alone, in one JavaScript
/// file, and the program.
const ONNXRUNTIME_FILES: [(&str, &str); 2] = [
    ("ort.mjs", "dist/ort.wasm.bundle.min.mjs"),
    ("ort.wasm", "dist/ort-wasm-simd-threaded.wasm"),
];

/// Options of `bench inference`.
#[derive(clap::Args)]
pub struct Options {
    /// The ONNX file to run; without it, the shipped one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Prints JSON, with every single time, instead of a table.
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
///
/// # Errors
/// If something does not build, is missing, or fails in the browser.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    let web = dist::run(workspace, &mut steps)?;
    let mut files: Files = dist::beside(workspace, &mut steps, PROGRAM)?
        .into_iter()
        .collect();
    // Installs onnxruntime-web too.
    let mut playwright = browser::playwright(workspace, &mut steps)?;

    let read = |path: PathBuf| fs::read(&path).with_context(|| path.display().to_string());
    for (name, path) in ONNXRUNTIME_FILES {
        let content = read(workspace.path(ONNXRUNTIME).join(path))?;
        files.insert(name.to_owned(), content);
    }
    for entry in fs::read_dir(workspace.path(PAGE))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if [".html", ".js"].iter().any(|kind| name.ends_with(kind)) {
            files.insert(name.into_owned(), read(path.clone())?);
        }
    }
    let model = match &options.model {
        Some(path) => path.clone(),
        None => workspace.path("models/triage/model.onnx"),
    };
    files.insert("model.onnx".to_owned(), read(model)?);

    let folder = workspace.path("target/bench");
    fs::create_dir_all(&folder)?;
    let mut size = Size::default();
    for name in budget::ENGINE {
        let path = web.assets.get(name).map_or(name, String::as_str);
        size.deskbell += web.brotli_bytes(path)?;
    }
    size.onnxruntime = steps.work("compress onnxruntime-web", |bar| {
        let contents = ONNXRUNTIME_FILES.map(|(name, _)| files[name].as_slice());
        let packed = dist::compress::all(contents.into_iter(), &folder.join("brotli"), bar)?;
        Ok(packed.values().map(|content| content.len() as u64).sum())
    })?;

    let server = Server::start(files)?;
    let result = folder.join("measured.json");
    playwright
        .args(["--config", "bench/playwright.config.ts", "inference.bench"])
        .env("DESKBELL_BENCH_PAGE", server.origin())
        .env("DESKBELL_BENCH_RESULT", &result)
        // Standard output is for the result.
        .stdout(io::stderr());
    steps.command("measure in the browser", &mut playwright)?;
    let measured: Measured = serde_json::from_slice(&read(result)?)?;

    let report = Report::new(measured, version(workspace)?, size)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// The version of onnxruntime-web that is installed.
fn version(workspace: &Workspace) -> Result<String> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let path = workspace.path(Path::new(ONNXRUNTIME).join("package.json"));
    let package: Package = serde_json::from_slice(&fs::read(path)?)?;
    Ok(package.version)
}
