//! Where a trained model goes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::model::{MANIFEST, MODEL};

/// Whether a model may be written to `folder`: if it is not there, empty, or has a model that was trained before.
/// Nothing else is ever overwritten.
pub(super) fn check(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("--out {shown}: no folder")),
    };
    if entries.next().is_none() {
        return Ok(());
    }
    let manifest = fs::read(folder.join(MANIFEST)).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    if !folder.join(MODEL).is_file() || manifest["own"].is_null() {
        bail!(
            "--out {shown}: is not empty and has no model of `deskbell train`; choose a new folder"
        );
    }
    Ok(())
}

/// Writes files so that at no moment half of one is there under its name, in the order given.
pub(super) fn write<const N: usize>(
    folder: &Path,
    files: [(&str, &[u8]); N],
) -> anyhow::Result<()> {
    let context = || format!("{} cannot be written", folder.display());
    fs::create_dir_all(folder).with_context(context)?;
    let partial = |name: &str| folder.join(format!(".{name}.partial"));
    let write = |name: &str, content: &[u8]| -> io::Result<()> {
        let mut file = File::create(partial(name))?;
        file.write_all(content)?;
        file.sync_all()
    };
    // All are there before the first takes its place.
    let written = files
        .iter()
        .try_for_each(|(name, content)| write(name, content));
    let written = written.and_then(|()| {
        let mut names = files.iter().map(|(name, _)| name);
        names.try_for_each(|name| fs::rename(partial(name), folder.join(name)))
    });
    if written.is_err() {
        for (name, _) in files {
            let _ = fs::remove_file(partial(name));
        }
    }
    written.with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_an_empty_and_a_trained_folder_are_taken_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(&folder.path().join("new")).is_ok());
        assert!(check(folder.path()).is_ok());
        fs::write(folder.path().join(MODEL), "x").unwrap();
        let refused = check(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("is not empty"), "{refused}");
        fs::write(folder.path().join(MANIFEST), "{\"format\": 1}").unwrap();
        assert!(check(folder.path()).is_err());
        fs::write(folder.path().join(MANIFEST), "{\"own\": {}}").unwrap();
        assert!(check(folder.path()).is_ok());
        assert!(check(&folder.path().join(MODEL)).is_err());
    }

    #[test]
    fn files_take_their_place_whole_and_leave_nothing_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/model");
        for content in [&b"one"[..], b"two"] {
            write(&folder, [(MODEL, content), (MANIFEST, content)]).unwrap();
            assert_eq!(fs::read(folder.join(MODEL)).unwrap(), content);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }
}
