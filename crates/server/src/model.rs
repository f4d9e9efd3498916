//! The model's files: those that are compiled in, or a folder's.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use deskbell_inference::{Classifier, LoadError};
use deskbell_protocol::IntentId;
use deskbell_triage::Manifest;

/// The name of the model in its folder.
pub(crate) const MODEL: &str = "model.onnx";
/// The name of its manifest.
pub(crate) const MANIFEST: &str = "manifest.json";

/// A model as bytes.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    pub(crate) model: Cow<'static, [u8]>,
    pub(crate) manifest: Cow<'static, [u8]>,
    /// Where they were read; none for those compiled in.
    folder: Option<PathBuf>,
}

impl ModelFiles {
    /// The model that is compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        const MODEL: &[u8] = include_bytes!("../../../models/triage/model.onnx");
        const MANIFEST: &[u8] = include_bytes!("../../../models/triage/manifest.json");
        Self {
            model: MODEL.into(),
            manifest: MANIFEST.into(),
            folder: None,
        }
    }

    /// Reads the files of a folder, or takes those compiled in.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(folder: Option<&Path>) -> anyhow::Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self::built_in());
        };
        let read = |name: &str| {
            let path = folder.join(name);
            let bytes = std::fs::read(&path);
            bytes.with_context(|| format!("{} cannot be read", path.display()))
        };
        Ok(Self {
            model: read(MODEL)?.into(),
            manifest: read(MANIFEST)?.into(),
            folder: Some(folder.to_owned()),
        })
    }

    /// Loads them.
    ///
    /// # Errors
    /// If they are no model that can be used; the tests of the built-in one rule that out for it.
    pub fn classifier(&self) -> anyhow::Result<Classifier> {
        self.load().with_context(|| match &self.folder {
            Some(folder) => format!("the model in {} cannot be used", folder.display()),
            None => "the built-in model cannot be used".to_owned(),
        })
    }

    fn load(&self) -> Result<Classifier, LoadError> {
        Classifier::from_bytes(&self.model, &self.manifest)
    }

    /// Every label that can be read: the built-in ones and the merchant's.
    ///
    /// # Errors
    /// If the manifest is none.
    pub fn labels(&self) -> anyhow::Result<BTreeSet<IntentId>> {
        let manifest: Manifest =
            serde_json::from_slice(&self.manifest).with_context(|| match &self.folder {
                Some(folder) => format!("{} cannot be used", folder.join(MANIFEST).display()),
                None => "the built-in manifest cannot be used".to_owned(),
            })?;
        Ok(labels(&manifest))
    }
}

/// Every label that a model with this manifest can read.
pub(crate) fn labels(manifest: &Manifest) -> BTreeSet<IntentId> {
    let own = manifest.own.iter().flat_map(|own| &own.labels);
    manifest.intents.iter().chain(own).cloned().collect()
}

/// Loads the model that is compiled in.
///
/// # Errors
/// If it cannot be loaded, which the tests of the model rule out.
pub fn built_in_classifier() -> Result<Classifier, LoadError> {
    ModelFiles::built_in().load()
}
