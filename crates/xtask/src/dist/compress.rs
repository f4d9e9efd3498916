//! Brotli at its best and slowest, once per content: results are kept by hash.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use indicatif::ProgressBar;

use crate::dist::sha256;

/// Compressed contents by the SHA-256 of the plain ones.
pub type Packed = HashMap<String, Vec<u8>>;

/// Compresses what is not in the `cache` yet, on all processors; afterwards the cache holds exactly these contents.
pub fn all<'a>(
    contents: impl Iterator<Item = &'a [u8]>,
    cache: &Path,
    bar: &ProgressBar,
) -> Result<Packed> {
    fs::create_dir_all(cache)?;
    let contents: BTreeMap<String, &[u8]> = contents.map(|plain| (sha256(plain), plain)).collect();
    let mut packed = Packed::new();
    let mut missing = Vec::new();
    for (hash, plain) in &contents {
        match fs::read(cache.join(hash)) {
            Ok(old) => drop(packed.insert(hash.clone(), old)),
            Err(_) => missing.push((hash, *plain)),
        }
    }
    // The largest first, so that the last to finish is a small one.
    missing.sort_by_key(|(_, plain)| std::cmp::Reverse(plain.len()));
    bar.set_length(missing.len() as u64);
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(String, Vec<u8>)>> {
        let mut done = Vec::new();
        while let Some((hash, plain)) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
            let small = brotli(plain)?;
            fs::write(cache.join(hash), &small)?;
            bar.inc(1);
            done.push(((*hash).clone(), small));
        }
        Ok(done)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        running
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    for result in results {
        packed.extend(result.map_err(|_| anyhow!("a compressing thread panicked"))??);
    }
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        if !contents.contains_key(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path())?;
        }
    }
    bar.set_message(match missing.len() {
        0 => "unchanged".to_owned(),
        n => format!("{n} files"),
    });
    Ok(packed)
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    // A window of 2^24 bytes is the largest that browsers accept.
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &params).context("brotli")?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_come_back_whole_and_the_cache_keeps_only_what_is_used() {
        let cache = tempfile::tempdir().unwrap();
        let bar = ProgressBar::hidden();
        let (old, new) = (b"old ".repeat(100), b"new ".repeat(100));
        all([&old[..], &new[..]].into_iter(), cache.path(), &bar).unwrap();
        let packed = all([&new[..]].into_iter(), cache.path(), &bar).unwrap();
        assert_eq!(bar.message(), "unchanged");
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &packed[&sha256(&new)][..], &mut plain).unwrap();
        assert_eq!(plain, new);
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
    }
}
