//! What lies where, and what no file may contain.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Everything at the top; dot-named tool configuration and Cargo's `target` come on top of that.
const TOP: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "index.html",
    "models",
    "tests",
    "web",
];

/// More lines than that in one Rust file is worth a thought.
const LONG: usize = 400;

/// A text that must not be in files with one of these extensions, and why.
struct Forbidden {
    text: &'static str,
    extensions: &'static [&'static str],
    below: &'static str,
    why: &'static str,
}

const CODE: &[&str] = &["css", "html", "js", "mjs", "rs", "ts"];

/// Split, so that this file does not find itself.
const FORBIDDEN: [Forbidden; 5] = [
    Forbidden {
        text: concat!("#[al", "low("),
        extensions: &["rs"],
        below: "crates",
        why: "use #[expect(lint, reason = \"…\")], which tells when it is no longer needed",
    },
    Forbidden {
        text: concat!("TO", "DO"),
        extensions: CODE,
        below: "",
        why: "write an issue or do it",
    },
    Forbidden {
        text: concat!("FIX", "ME"),
        extensions: CODE,
        below: "",
        why: "write an issue or fix it",
    },
    Forbidden {
        text: concat!("waitFor", "Timeout"),
        extensions: &["ts"],
        below: "tests",
        why: "wait for a condition, not for time",
    },
    Forbidden {
        text: concat!("from '@playwright", "/test'"),
        extensions: &["ts"],
        below: "tests/story",
        why: "import from '../support/deskbell', which fails a story on any console error",
    },
];

/// What was found.
#[derive(Default)]
pub struct Found {
    /// How many files were read.
    pub files: usize,
    /// Must be corrected.
    pub errors: Vec<String>,
    /// Worth a look.
    pub warnings: Vec<String>,
}

/// Looks at everything below `root` but what tools make.
pub fn check(root: &Path) -> Result<Found> {
    let mut found = Found::default();
    for entry in fs::read_dir(root)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && name != "target" && !TOP.contains(&name.as_ref()) {
            found
                .errors
                .push(format!("{name} does not belong at the top level"));
        }
    }
    let mut paths = Vec::new();
    for top in ["crates", "index.html", "tests", "web"] {
        walk(&root.join(top), &mut paths)?;
    }
    paths.sort();
    for path in paths {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        if !CODE.contains(&extension.as_ref()) {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let shown = path.strip_prefix(root)?;
        found.files += 1;
        for (number, line) in (1..).zip(text.lines()) {
            for forbidden in &FORBIDDEN {
                if line.contains(forbidden.text)
                    && forbidden.extensions.contains(&extension.as_ref())
                    && shown.starts_with(forbidden.below)
                {
                    let (text, why) = (forbidden.text, forbidden.why);
                    found
                        .errors
                        .push(format!("{}:{number}: `{text}`: {why}", shown.display()));
                }
            }
        }
        let lines = text.lines().count();
        if extension == "rs" && lines > LONG {
            found
                .warnings
                .push(format!("{} has {lines} lines", shown.display()));
        }
    }
    Ok(found)
}

fn walk(path: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        into.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != "node_modules" && name != "target" {
                walk(&entry.path(), into)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_with(path: &str, content: &str) -> Found {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        check(root.path()).unwrap()
    }

    #[test]
    fn what_does_not_belong_at_the_top_is_named() {
        assert_eq!(
            check_with("notes.txt", "").errors,
            ["notes.txt does not belong at the top level"]
        );
        assert!(check_with(".clippy.toml", "").errors.is_empty());
        assert!(check_with("target/debug/x.txt", "").errors.is_empty());
    }

    #[test]
    fn a_forbidden_text_is_found_with_its_place_and_only_where_it_is_forbidden() {
        let errors = check_with("crates/a/src/b.rs", concat!("\n// TO", "DO: later")).errors;
        assert!(errors[0].starts_with("crates/a/src/b.rs:2: "), "{errors:?}");
        let import = concat!("import { test } from '@playwright", "/test';");
        assert_eq!(
            check_with("tests/story/bell.spec.ts", import).errors.len(),
            1
        );
        assert!(
            check_with("tests/support/deskbell.ts", import)
                .errors
                .is_empty()
        );
    }

    #[test]
    fn a_long_file_is_a_warning() {
        let found = check_with("crates/a/src/b.rs", &"\n".repeat(LONG + 1));
        assert_eq!((found.errors.len(), found.warnings.len()), (0, 1));
    }
}
