//! What comes from others: under which licences, from where, and that none of it is banned. Known weaknesses are not
//! looked up here, because their database is on GitHub: `cargo deny check advisories` does that where it can be reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use cargo_metadata::Metadata;
use serde_json::Value;

/// Licences under which nothing more is asked of us than to pass on the text of the licence.
const LICENCES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// Of tools that are used here and not passed on.
const LICENCES_OF_TOOLS: [&str; 1] = ["MPL-2.0"];

/// Where packages may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The beginnings of names that no package may have, and why.
const BANNED: [(&str, &str); 3] = [
    (
        "openssl",
        "TLS is rustls: one library, without C of the machine's own",
    ),
    (
        "native-tls",
        "TLS is rustls: one library, without C of the machine's own",
    ),
    ("aws-lc", "rustls has ring here, which needs no cmake"),
];

/// Packages whose code may be unsafe, and why. In the others the compiler forbids it.
const UNSAFE: [(&str, &str); 1] = [("tests/fuzz", "libFuzzer is C++ and calls the targets")];

/// What was found.
#[derive(Default)]
pub struct Found {
    /// Must be corrected.
    pub errors: Vec<String>,
    /// Worth a look.
    pub warnings: Vec<String>,
}

/// Looks at every package that is built, and at what npm installs for the tests.
pub fn check(root: &Path, metadata: &Metadata) -> Result<Found> {
    let mut found = Found::default();
    let ours: BTreeSet<_> = metadata.workspace_members.iter().collect();
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in &metadata.packages {
        let (name, version) = (package.name.as_str(), package.version.to_string());
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        let licence = package.license.as_deref();
        found
            .errors
            .extend(errors_of(name, source, ours.contains(&package.id), licence));
        versions.entry(name).or_default().push(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    if !versions.is_empty() {
        let several = versions
            .iter()
            .map(|(name, versions)| format!("{name} {}", versions.join(" and ")));
        let several = several.collect::<Vec<_>>().join(", ");
        found
            .warnings
            .push(format!("in several versions: {several}"));
    }
    let crates = fs::read_dir(root.join("crates"))?.collect::<Result<Vec<_>, _>>()?;
    let folders = crates.iter().map(|entry| entry.path());
    for folder in folders.chain([root.join("tests/fuzz")]) {
        let manifest = folder.join("Cargo.toml");
        if manifest.is_file() {
            let folder = manifest.parent().unwrap_or(root).strip_prefix(root)?;
            found
                .errors
                .extend(without_lints(folder, &fs::read_to_string(&manifest)?));
        }
    }
    let workspace = fs::read_to_string(root.join("Cargo.toml"))?;
    if !workspace.contains("\nunsafe_code = \"forbid\"\n") {
        found
            .errors
            .push("the workspace's lints must forbid unsafe code".to_owned());
    }
    let lock = root.join("tests/package-lock.json");
    let text = fs::read_to_string(&lock).with_context(|| lock.display().to_string())?;
    found
        .errors
        .extend(errors_of_npm(&serde_json::from_str(&text)?));
    Ok(found)
}

/// What is wrong with a package.
fn errors_of(name: &str, source: Option<&str>, ours: bool, licence: Option<&str>) -> Vec<String> {
    let mut errors = Vec::new();
    if !ours && source != Some(REGISTRY) {
        errors.push(format!("{name} does not come from crates.io"));
    }
    for (banned, why) in BANNED {
        if name.starts_with(banned) {
            errors.push(format!("{name} is banned: {why}"));
        }
    }
    match licence {
        Some(licence) if allowed(licence, &LICENCES) => {}
        Some(licence) => errors.push(format!(
            "{name} has the licence {licence}, which is not allowed"
        )),
        None => errors.push(format!("{name} names no licence")),
    }
    errors
}

/// What is wrong with the packages in a `package-lock.json`. Those in a folder of the project are the project's.
fn errors_of_npm(lock: &Value) -> Vec<String> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    let foreign = packages.filter(|(place, _)| place.starts_with("node_modules/"));
    let licences = [&LICENCES[..], &LICENCES_OF_TOOLS[..]].concat();
    let wrong = foreign.filter(|(_, package)| {
        let licence = package["license"].as_str();
        !licence.is_some_and(|licence| allowed(licence, &licences))
    });
    wrong
        .map(|(place, package)| {
            format!(
                "{place} (npm) has the licence {}, which is not allowed",
                package["license"]
            )
        })
        .collect()
}

/// That a crate of ours is exempt from the workspace's lints.
fn without_lints(folder: &Path, manifest: &str) -> Option<String> {
    let exempt = UNSAFE.iter().any(|(known, _)| folder == Path::new(known));
    let inherits = manifest.contains("\n[lints]\nworkspace = true\n");
    (!exempt && !inherits).then(|| {
        let folder = folder.display();
        format!("{folder} must have the workspace's lints, or be named with a reason in tidy/packages.rs")
    })
}

/// Whether an SPDX expression lets us choose among `licences`. An old way to write OR is a slash.
fn allowed(expression: &str, licences: &[&str]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let holds = any(&mut words, licences);
    holds && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, licences: &[&str]) -> bool {
    let mut holds = all(words, licences);
    while words.next_if_eq(&"OR").is_some() {
        holds |= all(words, licences);
    }
    holds
}

fn all(words: &mut Words<'_>, licences: &[&str]) -> bool {
    let mut holds = one(words, licences);
    while words.next_if_eq(&"AND").is_some() {
        holds &= one(words, licences);
    }
    holds
}

fn one(words: &mut Words<'_>, licences: &[&str]) -> bool {
    let Some(word) = words.next() else {
        return false;
    };
    if word == "(" {
        return any(words, licences) & words.next_if_eq(&")").is_some();
    }
    let mut licence = word.to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    licences.contains(&licence.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_allowed_if_one_can_choose_only_what_is_allowed() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT AND ISC", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("(MIT", false),
            ("MIT Apache-2.0", false),
            ("", false),
        ] {
            assert_eq!(allowed(expression, &LICENCES), expected, "{expression}");
        }
    }

    #[test]
    fn a_package_is_named_with_what_is_wrong_with_it() {
        assert!(errors_of("serde", Some(REGISTRY), false, Some("MIT")).is_empty());
        assert!(errors_of("deskbell-desk", None, true, Some("MIT")).is_empty());
        let git = errors_of(
            "openssl-sys",
            Some("git+https://example.org/x"),
            false,
            None,
        );
        assert_eq!(
            git,
            [
                "openssl-sys does not come from crates.io",
                "openssl-sys is banned: TLS is rustls: one library, without C of the machine's own",
                "openssl-sys names no licence",
            ]
        );
    }

    #[test]
    fn what_npm_installs_is_looked_at_too() {
        let lock = serde_json::json!({ "packages": {
            "": { "name": "ours" },
            "node_modules/good": { "license": "MPL-2.0" },
            "node_modules/bad": { "license": "SSPL-1.0" },
            "node_modules/silent": {},
        }});
        let errors = errors_of_npm(&lock);
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(
            errors[0].starts_with("node_modules/bad (npm)"),
            "{errors:?}"
        );
    }

    #[test]
    fn a_crate_that_allows_itself_unsafe_code_is_found() {
        let inherits = "[package]\n\n[lints]\nworkspace = true\n";
        assert!(without_lints(Path::new("crates/desk"), inherits).is_none());
        assert!(without_lints(Path::new("crates/desk"), "[package]\n").is_some());
        assert!(without_lints(Path::new("tests/fuzz"), "[package]\n").is_none());
    }
}
