//! The model that devices get in place of the built-in one, under addresses that change with its content.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::Response;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::ModelFiles;
use crate::assets::{self, Cache};
use crate::model::{MANIFEST, MODEL};

/// Brotli's level for a file that is compressed once at each start: a tenth larger than at the highest, in a fraction
/// of a second instead of ten.
const LEVEL: u32 = 9;
/// The largest window that browsers take, as a power of two.
const WINDOW: u32 = 24;

/// Both files of a model.
pub(crate) struct ServedModel([File; 2]);

struct File {
    /// Its name in the build.
    name: &'static str,
    /// Its path below the root.
    path: String,
    hash: [u8; 32],
    plain: Bytes,
    /// Not there until it is compressed.
    packed: Arc<OnceLock<Bytes>>,
}

impl ServedModel {
    /// Needs a runtime: the files are compressed on one of its threads, and sent as they are until that is done.
    pub(crate) fn new(files: &ModelFiles) -> Self {
        let model = File::new(MODEL, files.model.to_vec());
        let manifest = File::new(MANIFEST, files.manifest.to_vec());
        for file in [&manifest, &model] {
            let (plain, packed) = (file.plain.clone(), Arc::clone(&file.packed));
            tokio::task::spawn_blocking(move || match pack(&plain) {
                Ok(small) => drop(packed.set(small.into())),
                Err(error) => tracing::warn!(%error, "the model is sent uncompressed"),
            });
        }
        Self([model, manifest])
    }

    /// One of the files; nothing if none has this path.
    pub(crate) fn file(&self, path: &str, request: &HeaderMap) -> Option<Response> {
        let file = self.0.iter().find(|file| file.path == path)?;
        let plain = || Body::from(file.plain.clone());
        let packed = || file.packed.get().cloned().map(Body::from);
        Some(assets::respond(
            path,
            request,
            Cache::Immutable,
            &file.hash,
            plain,
            packed,
        ))
    }

    /// The addresses of the built-in files and what stands in their place.
    pub(crate) fn replaced(&self) -> Vec<(String, String)> {
        let pairs = self.0.iter().filter_map(|file| {
            let built_in = assets::address(file.name)?;
            Some((built_in, format!("/{}", file.path)))
        });
        pairs.collect()
    }
}

impl File {
    fn new(name: &'static str, plain: Vec<u8>) -> Self {
        let hash: [u8; 32] = Sha256::digest(&plain).into();
        let short = HEXLOWER.encode(&hash[..8]);
        let path = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("assets/{stem}-{short}.{extension}"),
            None => format!("assets/{name}-{short}"),
        };
        Self {
            name,
            path,
            hash,
            plain: plain.into(),
            packed: Arc::default(),
        }
    }
}

fn pack(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, LEVEL, WINDOW);
    packer.write_all(plain)?;
    packer.flush()?;
    Ok(packer.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_file_comes_back_whole() {
        let plain = b"a model ".repeat(1000);
        let packed = pack(&plain).unwrap();
        assert!(packed.len() < plain.len() / 10);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut back).unwrap();
        assert_eq!(back, plain);
    }

    #[test]
    fn an_address_is_one_of_a_content() {
        let path = |content: &[u8]| File::new(MODEL, content.to_vec()).path;
        assert_eq!(path(b"x"), path(b"x"));
        assert_ne!(path(b"x"), path(b"y"));
        assert!(path(b"x").starts_with("assets/model-") && path(b"x").ends_with(".onnx"));
    }
}
