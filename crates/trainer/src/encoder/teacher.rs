//! The teacher: all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), read from its files.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use candle_core::{Device, Tensor, Var, safetensors};
use unicode_normalization::UnicodeNormalization;

use super::{Activation, Encoder, Layer, Linear, Norm, Shape};

/// Most pieces of a text that the teacher reads here; chat messages are shorter.
const MAX_PIECES: usize = 96;

/// The teacher and its own way of cutting text.
pub struct Teacher {
    pub encoder: Encoder,
    /// `[pieces, width]`.
    pub table: Vec<f32>,
    /// In the order of the table's rows.
    pub pieces: Vec<String>,
    ids: HashMap<String, u32>,
}

impl Teacher {
    /// Reads `model.safetensors` and `vocab.txt`.
    ///
    /// # Errors
    /// If a file or a tensor is missing.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("model.safetensors");
        let tensors = safetensors::load(&path, &Device::Cpu)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let get = |name: &str| {
            tensors
                .get(name)
                .cloned()
                .with_context(|| format!("{} lacks {name}", path.display()))
        };
        let var = |name: &str| anyhow::Ok(Var::from_tensor(&get(name)?)?);
        let linear = |name: &str| {
            let weights = get(&format!("{name}.weight"))?.t()?.contiguous()?;
            anyhow::Ok(Linear(
                Var::from_tensor(&weights)?,
                var(&format!("{name}.bias"))?,
            ))
        };
        let norm = |name: &str| {
            anyhow::Ok(Norm(
                var(&format!("{name}.weight"))?,
                var(&format!("{name}.bias"))?,
            ))
        };
        let layers = (0..6)
            .map(|at| {
                let name = |part: &str| format!("encoder.layer.{at}.{part}");
                Ok(Layer {
                    query: linear(&name("attention.self.query"))?,
                    key: linear(&name("attention.self.key"))?,
                    value: linear(&name("attention.self.value"))?,
                    mix: linear(&name("attention.output.dense"))?,
                    mix_norm: norm(&name("attention.output.LayerNorm"))?,
                    up: linear(&name("intermediate.dense"))?,
                    down: linear(&name("output.dense"))?,
                    feed_norm: norm(&name("output.LayerNorm"))?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        // Every piece here is of the first of BERT's two segments: its vector is part of the position's.
        let segment = get("embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
        let positions = get("embeddings.position_embeddings.weight")?.broadcast_add(&segment)?;
        let table = get("embeddings.word_embeddings.weight")?;
        let (rows, width) = table.dims2()?;
        let path = dir.join("vocab.txt");
        let pieces: Vec<String> = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?
            .lines()
            .map(str::to_owned)
            .collect();
        anyhow::ensure!(
            pieces.len() == rows,
            "the teacher's vocabulary does not fit its table"
        );
        Ok(Self {
            encoder: Encoder {
                shape: Shape {
                    layers: 6,
                    width,
                    heads: 12,
                    feed: 1_536,
                    pieces: rows,
                    positions: 512,
                },
                activation: Activation::Gelu,
                positions: Var::from_tensor(&positions)?,
                norm: norm("embeddings.LayerNorm")?,
                layers,
                rounding: None,
            },
            table: table.flatten_all()?.to_vec1()?,
            ids: pieces
                .iter()
                .enumerate()
                .map(|(id, piece)| (piece.clone(), id as u32))
                .collect(),
            pieces,
        })
    }

    /// The row of a piece.
    pub fn id(&self, piece: &str) -> Option<usize> {
        self.ids.get(piece).map(|&id| id as usize)
    }

    /// Cuts a text as the teacher was trained to: lower case, no accents, every punctuation mark by itself.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = vec![self.ids["[CLS]"]];
        let plain: String = text
            .nfd()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
            .flat_map(char::to_lowercase)
            .collect();
        for chunk in plain.split(|c: char| c.is_whitespace() || c.is_control()) {
            let mut rest = chunk;
            while let Some(first) = rest.chars().next() {
                let is_sign = |c: char| !c.is_alphanumeric();
                let end = if is_sign(first) {
                    first.len_utf8()
                } else {
                    rest.find(is_sign).unwrap_or(rest.len())
                };
                self.split(&rest[..end], &mut ids);
                rest = &rest[end..];
            }
        }
        ids.truncate(MAX_PIECES - 1);
        ids.push(self.ids["[SEP]"]);
        ids
    }

    fn split(&self, word: &str, ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut start = 0;
        while start < word.len() {
            let prefix = if start == 0 { "" } else { "##" };
            let ends: Vec<usize> = word[start..]
                .char_indices()
                .map(|(at, c)| start + at + c.len_utf8())
                .collect();
            let found = ends.into_iter().rev().find_map(|end| {
                let id = self.ids.get(&format!("{prefix}{}", &word[start..end]))?;
                Some((*id, end))
            });
            let Some((id, end)) = found else {
                ids.truncate(before);
                ids.push(self.ids["[UNK]"]);
                return;
            };
            ids.push(id);
            start = end;
        }
    }
}

/// A tensor from values.
pub fn tensor(values: Vec<f32>, rows: usize, columns: usize) -> Result<Tensor> {
    Ok(Tensor::from_vec(values, (rows, columns), &Device::Cpu)?)
}
