//! The three wasm programs: compiled, then given their JavaScript by wasm-bindgen, called as a library so that its
//! version is the one in Cargo.lock and no tool has to be installed or kept in step.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    dist::{
        hidden_paths, loader, sha256,
        short_names::{ShortNames, is_internal},
    },
    steps::Steps,
    workspace,
    workspace::Workspace,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Package, and the stem of what comes out: `widget.js` and `widget_bg.wasm`.
const PROGRAMS: [(&str, &str); 3] = [
    ("deskbell-widget", "widget"),
    ("deskbell-console", "console"),
    ("deskbell-triage-worker", "triage"),
];

/// Changes whenever the settings in [`bind`] do, so that what was bound with others is bound again.
const SETTINGS: &str = "web, no names, no producers, short names between script and program, not synchronous, paths hidden";

/// Adds the wasm target to the toolchain where it lacks it.
pub fn ensure_target(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(workspace.path(""))
        .output()
        .context("cannot start `rustc`")?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout)?.trim());
    if sysroot
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    if workspace::find_program("rustup").is_none() {
        bail!(
            "this Rust has no {TARGET}: install that target as you installed Rust, or use rustup"
        );
    }
    steps.command(
        "add the wasm target",
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(workspace.path("")),
    )
}

/// The files that binding made: name and content.
pub type Files = Vec<(String, Vec<u8>)>;

/// Compiles and binds the programs.
pub fn build(workspace: &Workspace, steps: &mut Steps) -> Result<Files> {
    compile(workspace, steps, &PROGRAMS)?;
    bound(workspace, steps, &PROGRAMS)
}

/// The same with one program more.
pub fn build_with(
    workspace: &Workspace,
    steps: &mut Steps,
    program: (&str, &str),
) -> Result<Files> {
    let [widget, console, triage] = PROGRAMS;
    let programs = [widget, console, triage, program];
    compile(workspace, steps, &programs)?;
    bound(workspace, steps, &programs)
}

/// The same for a program that is not shipped. It is compiled together with those that are: then Cargo chooses the same
/// features for all, and what is measured with it holds for them.
pub fn build_beside(
    workspace: &Workspace,
    steps: &mut Steps,
    program: (&str, &str),
) -> Result<Files> {
    let [widget, console, triage] = PROGRAMS;
    compile(workspace, steps, &[widget, console, triage, program])?;
    bound(workspace, steps, &[program])
}

fn compile(workspace: &Workspace, steps: &mut Steps, programs: &[(&str, &str)]) -> Result<()> {
    let mut cargo = workspace.cargo(["build", "--profile", "wasm", "--target", TARGET, "--bins"]);
    for (package, _) in programs {
        cargo.args(["--package", package]);
    }
    steps.command("compile the browser programs", &mut cargo)
}

fn bound(workspace: &Workspace, steps: &mut Steps, programs: &[(&str, &str)]) -> Result<Files> {
    let mut made = Vec::new();
    let foreign = foreign_sources(workspace)?;
    for (package, stem) in programs {
        let wasm = workspace.target(format!("{TARGET}/wasm/{package}.wasm"));
        let folder = workspace.path("target/web-cache/bound").join(stem);
        steps.work(&format!("bind {stem}"), |bar| {
            let fingerprint = format!("{} {SETTINGS}", sha256(&fs::read(&wasm)?));
            let mark = folder.join("fingerprint");
            if fs::read_to_string(&mark).is_ok_and(|old| old == fingerprint) {
                bar.set_message("unchanged");
            } else {
                bind(&wasm, stem, &folder, &foreign)?;
                fs::write(&mark, fingerprint)?;
            }
            for name in [format!("{stem}.js"), format!("{stem}_bg.wasm")] {
                let content = fs::read(folder.join(&name))?;
                made.push((name, content));
            }
            Ok(())
        })?;
    }
    Ok(made)
}

/// wasm-bindgen's own functions that its script names most often.
const HELPERS: [&str; 6] = [
    "getStringFromWasm0",
    "passStringToWasm0",
    "addToExternrefTable0",
    "getDataViewMemory0",
    "isLikeNone",
    "WASM_VECTOR_LEN",
];

/// A script of wasm-bindgen's without the way to start a program synchronously, which browsers forbid on a page's main
/// thread and nobody calls.
fn without_sync(script: &str) -> String {
    let parts = script
        .split_once("function initSync(")
        .and_then(|(before, rest)| Some((before, rest.split_once("let __wbg_init_promise")?.1)));
    match parts {
        Some((before, after)) => [before, "let __wbg_init_promise", after]
            .concat()
            .replace("export { initSync, ", "export { "),
        None => script.to_owned(),
    }
}

/// Where the sources of other people's code lie: the registry's folders, and those that the standard library was built from.
fn foreign_sources(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.path("Cargo.toml"))
        .exec()?;
    let registries: BTreeSet<_> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .filter_map(|package| Some(format!("{}/", package.manifest_path.parent()?.parent()?)))
        .collect();
    let built_in = ["/rustc/", "/rust/deps/"].map(str::to_owned);
    Ok(registries.into_iter().chain(built_in).collect())
}

fn bind(wasm: &PathBuf, stem: &str, folder: &PathBuf, foreign: &[String]) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name(stem)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    // A snippet would be imported by a relative path that hashing changes.
    let inline = output
        .snippets()
        .iter()
        .filter(|(_, list)| !list.is_empty());
    let brought: Vec<_> = inline
        .map(|(of, _)| of)
        .chain(output.local_modules().keys())
        .map(String::as_str)
        .collect();
    if !brought.is_empty() {
        bail!(
            "dependencies bring JavaScript files of their own, which the web build does not link: {}",
            brought.join(", ")
        );
    }
    let mut names = ShortNames::default();
    let module = output.wasm_mut();
    for import in module.imports.iter_mut() {
        names.shorten(&mut import.name);
    }
    for export in module.exports.iter_mut().filter(|it| is_internal(&it.name)) {
        names.shorten(&mut export.name);
    }
    let all: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in all {
        hidden_paths::hide(&mut module.data.get_mut(id).value, foreign);
    }
    for helper in HELPERS {
        names.shorten(&mut helper.to_owned());
    }
    output.emit(folder)?;
    let script = folder.join(format!("{stem}.js"));
    let text = names.replaced(&without_sync(&fs::read_to_string(&script)?));
    Ok(fs::write(&script, loader::lean(&text))?)
}
