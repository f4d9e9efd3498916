//! Writes the web build, touching only what changed and removing what is no longer part of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::dist::{compress::Packed, link::Linked, sha256};

/// Makes `folder` hold exactly the linked files, each with its `.br`, and `manifest.json`: the path below the folder
/// of every asset by logical name. The manifest is written last. Gives the number of files that changed.
pub fn folder(folder: &Path, linked: &Linked, packed: &Packed) -> Result<usize> {
    let manifest = serde_json::to_vec_pretty(&linked.assets)?;
    let mut wanted: BTreeMap<PathBuf, &[u8]> = BTreeMap::new();
    for (path, plain) in &linked.files {
        let small = packed
            .get(&sha256(plain))
            .with_context(|| format!("{path} was not compressed"))?;
        wanted.insert(folder.join(path), plain);
        wanted.insert(folder.join(format!("{path}.br")), small);
    }
    let manifest_path = folder.join("manifest.json");
    let mut changed = 0;
    for (path, content) in &wanted {
        changed += usize::from(write(path, content)?);
    }
    let folders: BTreeSet<_> = wanted.keys().filter_map(|path| path.parent()).collect();
    for below in folders {
        for entry in fs::read_dir(below)? {
            let path = entry?.path();
            if path.is_file() && path != manifest_path && !wanted.contains_key(&path) {
                fs::remove_file(&path)?;
                changed += 1;
            }
        }
    }
    changed += usize::from(write(&manifest_path, &manifest)?);
    Ok(changed)
}

/// Writes one file with its folders unless it has that content already; whether it was written.
pub fn write(path: &Path, content: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::{
        link::link,
        sources::{Place, Source},
    };

    fn build(into: &Path, script: &str) -> usize {
        let source = |name: &str, place, text: &str| Source {
            name: name.to_owned(),
            place,
            content: text.as_bytes().to_vec(),
            origin: name.into(),
        };
        let linked = link(vec![
            source("embed.js", Place::Fixed, "loader"),
            source("app.js", Place::Hashed, script),
        ])
        .unwrap();
        let packed = linked
            .files
            .values()
            .map(|plain| (sha256(plain), b"small".to_vec()))
            .collect();
        folder(into, &linked, &packed).unwrap()
    }

    #[test]
    fn an_unchanged_build_touches_nothing_and_a_changed_one_leaves_no_old_file() {
        let web = tempfile::tempdir().unwrap();
        assert_eq!(build(web.path(), "1"), 5);
        assert_eq!(build(web.path(), "1"), 0);
        // Two files new, two gone, and the manifest.
        assert_eq!(build(web.path(), "2"), 5);
        assert_eq!(fs::read_dir(web.path().join("assets")).unwrap().count(), 2);
    }
}
