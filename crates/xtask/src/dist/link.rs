//! Gives every asset its hashed name and puts those names where `{{asset:NAME}}` stands.
//! A file's hash covers its content after that, so a change anywhere below changes every name above.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};

use crate::dist::{
    sha256,
    sources::{Place, Source},
};

const OPEN: &str = "{{asset:";
const CLOSE: &str = "}}";

/// The web build before it is written.
#[derive(Debug, Default)]
pub struct Linked {
    /// Content by path below the web folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Path of each asset by logical name.
    pub assets: BTreeMap<String, String>,
}

/// Resolves all references.
///
/// # Errors
/// If two files have one name, a reference names no asset, or files refer to each other in a circle.
pub fn link(sources: Vec<Source>) -> Result<Linked> {
    let mut linker = Linker {
        sources: BTreeMap::new(),
        open: Vec::new(),
        linked: Linked::default(),
    };
    let mut names = Vec::new();
    for source in sources {
        names.push(source.name.clone());
        let origin = source.origin.clone();
        if let Some(other) = linker.sources.insert(source.name.clone(), source) {
            let (name, first) = (other.name, other.origin.display());
            bail!("{first} and {} are both named {name}", origin.display());
        }
    }
    for name in names {
        linker.resolve(&name)?;
    }
    Ok(linker.linked)
}

struct Linker {
    sources: BTreeMap<String, Source>,
    /// The chain of files being resolved, to notice a circle.
    open: Vec<String>,
    linked: Linked,
}

impl Linker {
    /// Links one file and all it refers to; does nothing for one that is done.
    fn resolve(&mut self, name: &str) -> Result<()> {
        let Some(source) = self.sources.get(name) else {
            return Ok(());
        };
        if self.open.iter().any(|open| open == name) {
            bail!("{} -> {name} is a circle of assets", self.open.join(" -> "));
        }
        let source = source.clone();
        self.open.push(name.to_owned());
        let content = if is_text(name) {
            self.replace(&source)?
        } else {
            source.content
        };
        self.open.pop();
        self.sources.remove(name);
        let path = match source.place {
            Place::Fixed => name.to_owned(),
            Place::Hashed => {
                let path = format!("assets/{}", hashed(name, &content));
                self.linked.assets.insert(name.to_owned(), path.clone());
                path
            }
        };
        self.linked.files.insert(path, content);
        Ok(())
    }

    fn replace(&mut self, source: &Source) -> Result<Vec<u8>> {
        let origin = source.origin.display();
        let text = std::str::from_utf8(&source.content)
            .map_err(|error| anyhow!("{origin} is not UTF-8: {error}"))?;
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let Some((wanted, after)) = after.split_once(CLOSE) else {
                bail!("{origin}: `{OPEN}` without `{CLOSE}`");
            };
            self.resolve(wanted)?;
            let Some(path) = self.linked.assets.get(wanted) else {
                bail!("{origin} names the asset `{wanted}`, which does not exist");
            };
            out.push_str(before);
            out.push('/');
            out.push_str(path);
            rest = after;
        }
        out.push_str(rest);
        Ok(out.into_bytes())
    }
}

fn is_text(name: &str) -> bool {
    [".html", ".css", ".js"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

/// `widget.js` -> `widget-01234567.js`. Of the hashes, which do not compress, the widget's files hold some forty; they only
/// have to tell the versions of one file apart.
fn hashed(name: &str, content: &[u8]) -> String {
    let hash = &sha256(content)[..8];
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, place: Place, content: &str) -> Source {
        Source {
            name: name.to_owned(),
            place,
            content: content.as_bytes().to_vec(),
            origin: name.into(),
        }
    }

    fn site(wasm: &str) -> Vec<Source> {
        vec![
            source(
                "widget.html",
                Place::Fixed,
                "<script src='{{asset:start.js}}'></script><i>{{left}}</i>",
            ),
            source(
                "start.js",
                Place::Hashed,
                "load('{{asset:widget_bg.wasm}}')",
            ),
            source("widget_bg.wasm", Place::Hashed, wasm),
        ]
    }

    #[test]
    fn references_become_addresses_and_other_braces_stay() {
        let linked = link(site("code")).unwrap();
        let start = &linked.assets["start.js"];
        let page = String::from_utf8(linked.files["widget.html"].clone()).unwrap();
        assert_eq!(
            page,
            format!("<script src='/{start}'></script><i>{{{{left}}}}</i>")
        );
        let script = String::from_utf8(linked.files[start].clone()).unwrap();
        assert_eq!(
            script,
            format!("load('/{}')", linked.assets["widget_bg.wasm"])
        );
    }

    #[test]
    fn a_change_below_changes_every_name_above_and_nothing_else_does() {
        let first = link(site("code")).unwrap();
        assert_eq!(first.files, link(site("code")).unwrap().files);
        let second = link(site("other code")).unwrap();
        for name in ["start.js", "widget_bg.wasm"] {
            assert_ne!(first.assets[name], second.assets[name], "{name}");
        }
        assert!(second.files.contains_key("widget.html"));
    }

    #[test]
    fn an_unknown_asset_is_refused_with_the_file_that_names_it() {
        let error = link(vec![source("a.css", Place::Hashed, "url({{asset:b.png}})")]);
        let text = error.unwrap_err().to_string();
        assert!(text.contains("a.css") && text.contains("b.png"), "{text}");
    }

    #[test]
    fn a_page_with_a_fixed_name_cannot_be_named_as_an_asset() {
        let sources = vec![
            source("embed.js", Place::Fixed, ""),
            source("a.js", Place::Hashed, "{{asset:embed.js}}"),
        ];
        assert!(link(sources).unwrap_err().to_string().contains("embed.js"));
    }

    #[test]
    fn a_circle_and_two_files_of_one_name_are_refused() {
        let circle = vec![
            source("a.js", Place::Hashed, "{{asset:b.js}}"),
            source("b.js", Place::Hashed, "{{asset:a.js}}"),
        ];
        assert!(link(circle).unwrap_err().to_string().contains("circle"));
        let twins = vec![
            source("a.js", Place::Hashed, "1"),
            source("a.js", Place::Hashed, "2"),
        ];
        assert!(link(twins).unwrap_err().to_string().contains("both named"));
    }
}
