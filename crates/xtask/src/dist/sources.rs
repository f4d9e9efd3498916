//! What goes into the web build.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    dist::{loader, locales, styles},
    workspace::Workspace,
};

/// Where a file is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Under its own name, which others link to: `embed.js` and the HTML pages.
    Fixed,
    /// Below `assets/`, under a name with its hash, cached for ever.
    Hashed,
}

/// One file before its references are resolved.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name by which others refer to it, unique; the path of a file with a fixed place.
    pub name: String,
    /// Where it will be.
    pub place: Place,
    /// Its content, in which `{{asset:NAME}}` may stand if it is HTML, CSS or JavaScript.
    pub content: Vec<u8>,
    /// Where it comes from, for messages.
    pub origin: PathBuf,
}

const FIXED: [(&str, &str); 3] = [
    ("web/loader/embed.js", "embed.js"),
    ("web/widget/index.html", "widget.html"),
    ("web/console/index.html", "console.html"),
];

/// Every file in these folders is an asset, but for the pages in [`FIXED`].
const FOLDERS: [&str; 5] = [
    "web/css",
    "web/icons",
    "web/worker",
    "web/widget",
    "web/console",
];

/// Scripts that are sent as one with the only one that imports them: together they compress better, and it is a request
/// less. Their names must not be the same.
const PARTS: [(&str, &str); 3] = [
    ("words.js", "tabs.js"),
    ("widget-boot.js", "words.js"),
    ("widget-boot.js", "ring.js"),
];

const MODEL: [&str; 2] = ["models/triage/model.onnx", "models/triage/manifest.json"];

/// Reads all sources; `programs` are the files that wasm-bindgen made.
pub fn collect(workspace: &Workspace, programs: &[(String, Vec<u8>)]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for (path, name) in FIXED {
        sources.push(read(workspace, Path::new(path), name, Place::Fixed)?);
    }
    for folder in FOLDERS {
        let mut paths = Vec::new();
        let entries = workspace.path(folder);
        for entry in fs::read_dir(&entries).with_context(|| entries.display().to_string())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = Path::new(folder).join(&name);
            let page = FIXED.iter().any(|(fixed, _)| Path::new(fixed) == path);
            if entry.file_type()?.is_file() && !page && !name.starts_with('.') {
                paths.push((path, name));
            }
        }
        paths.sort();
        for (path, name) in paths {
            sources.push(read(workspace, &path, &name, Place::Hashed)?);
        }
    }
    for (whole, part) in PARTS {
        put_into(&mut sources, whole, part)?;
    }
    let panel = Path::new("web/loader/panel.js");
    sources.push(read(workspace, panel, "panel.js", Place::Hashed)?);
    sources.push(styles::widget(workspace)?);
    sources.extend(loader::words(workspace)?);
    let words = locales::sources(workspace)?;
    locales::put_addresses(&mut sources, &words);
    sources.extend(words);
    for path in MODEL {
        let path = Path::new(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        sources.push(read(workspace, path, &name, Place::Hashed)?);
    }
    for (name, content) in programs {
        sources.push(Source {
            name: name.clone(),
            place: Place::Hashed,
            content: content.clone(),
            origin: PathBuf::from(format!("wasm-bindgen's {name}")),
        });
    }
    Ok(sources)
}

/// Puts the script `part` in the place of its import in `whole`.
fn put_into(sources: &mut Vec<Source>, whole: &str, part: &str) -> Result<()> {
    let position = |name: &str| sources.iter().position(|source| source.name == name);
    let at = position(part).with_context(|| format!("there is no {part}"))?;
    let part_source = sources.remove(at);
    let wanted = |source: &&mut Source| source.name == whole;
    let whole_source = sources.iter_mut().find(wanted);
    let whole_source = whole_source.with_context(|| format!("there is no {whole}"))?;
    let text = std::str::from_utf8(&whole_source.content)?;
    let address = format!(" from '{{{{asset:{part}}}}}';");
    let (before, after) = text
        .split_once(&address)
        .with_context(|| format!("{whole} does not import {part}"))?;
    let start = before.rfind("import ").unwrap_or(before.len());
    let inner = std::str::from_utf8(&part_source.content)?.replace("export const ", "const ");
    whole_source.content = [&before[..start], &inner, after].concat().into_bytes();
    Ok(())
}

/// Reads one file.
pub fn read(workspace: &Workspace, path: &Path, name: &str, place: Place) -> Result<Source> {
    let mut content = fs::read(workspace.path(path)).with_context(|| path.display().to_string())?;
    let lean = match path.extension().and_then(|it| it.to_str()) {
        Some("js") => Some(loader::lean as fn(&str) -> String),
        Some("css") => Some(styles::lean as fn(&str) -> String),
        _ => None,
    };
    if let Some(lean) = lean {
        content = lean(&String::from_utf8(content)?).into_bytes();
    }
    Ok(Source {
        name: name.to_owned(),
        place,
        content,
        origin: path.to_owned(),
    })
}
