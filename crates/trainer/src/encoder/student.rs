//! A student at its start: some of the teacher's layers, of those the most used units, and the pieces that service
//! chat uses.

use std::collections::HashMap;

use anyhow::{Context, Result};
use candle_core::{Device, IndexOp, Tensor, Var};
use deskbell_triage::normalise::{Token, normalise};
use deskbell_triage::pieces::{INNER, LOUD, SPECIAL, UNKNOWN, Vocabulary};

use super::step::Table;
use super::teacher::Teacher;
use super::{Activation, Encoder, Layer, Linear, Norm, Shape};

/// GELU(x) is nearly SiLU(1.702 x) / 1.702 (Hendrycks and Gimpel 2016, equation 2).
const GELU_AS_SILU: f64 = 1.702;

/// Which of the teacher is kept.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The teacher's layers, in order.
    pub layers: Vec<usize>,
    /// Units of each layer's feed-forward network.
    pub feed: usize,
    /// Pieces of the vocabulary.
    pub pieces: usize,
    /// Most pieces of a message.
    pub positions: usize,
}

/// An encoder, its table and its vocabulary.
#[derive(Clone)]
pub struct Student {
    pub encoder: Encoder,
    pub table: Table,
    pub pieces: Vec<String>,
    pub vocabulary: Vocabulary,
}

impl Student {
    /// The ids of a text's pieces.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let ids = self.vocabulary.encode(text, self.encoder.shape.positions);
        ids.into_iter().map(|id| id as u32).collect()
    }

    /// Cuts a student out of the teacher; `texts` decide which pieces it keeps.
    ///
    /// # Errors
    /// If the teacher has not what is asked for.
    pub fn cut<'a>(
        teacher: &Teacher,
        cut: &Cut,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        let pieces = vocabulary(teacher, cut.pieces, texts);
        let width = teacher.encoder.shape.width;
        let unknown = teacher
            .id(UNKNOWN)
            .context("the teacher's vocabulary lacks [UNK]")?;
        let row = |id: usize| &teacher.table[id * width..(id + 1) * width];
        let mut table = Vec::with_capacity(pieces.len() * width);
        for piece in &pieces {
            let stand_in = match piece.as_str() {
                LOUD => "!",
                "<url>" => "website",
                "<email>" => "email",
                other => other,
            };
            table.extend_from_slice(row(teacher.id(stand_in).unwrap_or(unknown)));
        }
        let layers = cut
            .layers
            .iter()
            .map(|&at| {
                let layer = teacher
                    .encoder
                    .layers
                    .get(at)
                    .context("the teacher has six layers")?;
                narrow(layer, cut.feed)
            })
            .collect::<Result<Vec<_>>>()?;
        let positions = teacher.encoder.positions.i(..cut.positions)?.contiguous()?;
        let norm = &teacher.encoder.norm;
        Ok(Self {
            encoder: Encoder {
                shape: Shape {
                    layers: cut.layers.len(),
                    width,
                    heads: teacher.encoder.shape.heads,
                    feed: cut.feed,
                    pieces: pieces.len(),
                    positions: cut.positions,
                },
                activation: Activation::Silu,
                positions: Var::from_tensor(&positions)?,
                norm: Norm(copy(&norm.0)?, copy(&norm.1)?),
                layers,
                rounding: None,
            },
            table: Table::new(table, width),
            vocabulary: Vocabulary::new(&pieces)?,
            pieces,
        })
    }
}

/// A copy of its own.
fn copy(var: &Var) -> Result<Var> {
    Ok(Var::from_tensor(&var.as_tensor().copy()?)?)
}

/// A layer with the units of its feed-forward network that carry the largest weights, its activation turned from GELU
/// to SiLU.
fn narrow(layer: &Layer, feed: usize) -> Result<Layer> {
    let linear = |l: &Linear| anyhow::Ok(Linear(copy(&l.0)?, copy(&l.1)?));
    let norm = |n: &Norm| anyhow::Ok(Norm(copy(&n.0)?, copy(&n.1)?));
    let into: Vec<f32> = layer.up.0.sqr()?.sum(0)?.to_vec1()?;
    let out_of: Vec<f32> = layer.down.0.sqr()?.sum(1)?.to_vec1()?;
    let mut units: Vec<u32> = (0..into.len() as u32).collect();
    let size = |unit: u32| into[unit as usize] * out_of[unit as usize];
    units.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
    units.truncate(feed);
    units.sort_unstable();
    let kept = Tensor::from_vec(units, feed.min(into.len()), &Device::Cpu)?;
    let scaled = |values: Tensor, by: f64| anyhow::Ok(Var::from_tensor(&(values * by)?)?);
    Ok(Layer {
        query: linear(&layer.query)?,
        key: linear(&layer.key)?,
        value: linear(&layer.value)?,
        mix: linear(&layer.mix)?,
        mix_norm: norm(&layer.mix_norm)?,
        up: Linear(
            scaled(layer.up.0.index_select(&kept, 1)?, GELU_AS_SILU)?,
            scaled(layer.up.1.index_select(&kept, 0)?, GELU_AS_SILU)?,
        ),
        down: Linear(
            scaled(layer.down.0.index_select(&kept, 0)?, 1.0 / GELU_AS_SILU)?,
            copy(&layer.down.1)?,
        ),
        feed_norm: norm(&layer.feed_norm)?,
    })
}

/// How often a sign must occur to get a piece of its own though the teacher has none: emoji, mostly.
const OWN_SIGN: usize = 3;

/// The special pieces, every ASCII letter, digit and sign alone and inside a word, then the commonest.
fn vocabulary<'a>(
    teacher: &Teacher,
    size: usize,
    texts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut words: HashMap<String, usize> = HashMap::new();
    let mut signs: HashMap<char, usize> = HashMap::new();
    for token in texts.flat_map(normalise) {
        match token {
            Token::Word(word) => *words.entry(word).or_default() += 1,
            Token::Sign(run) => {
                for sign in run.chars() {
                    *signs.entry(sign).or_default() += 1;
                }
            }
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (word, count) in words {
        for id in teacher.encode(&word) {
            *counts
                .entry(teacher.pieces[id as usize].clone())
                .or_default() += count;
        }
    }
    for (sign, count) in signs {
        if count >= OWN_SIGN {
            *counts.entry(sign.to_string()).or_default() += count;
        }
    }
    let mut pieces: Vec<String> = SPECIAL.map(str::to_owned).into();
    pieces.extend(
        ('!'..='~')
            .filter(|c| !c.is_ascii_uppercase() && !"',`".contains(*c))
            .map(String::from),
    );
    pieces.extend(('a'..='z').chain('0'..='9').map(|c| format!("{INNER}{c}")));
    let mut common: Vec<_> = counts.into_iter().collect();
    common.sort_by(|(a, m), (b, n)| n.cmp(m).then(a.cmp(b)));
    let mut known: std::collections::HashSet<String> = pieces.iter().cloned().collect();
    for (piece, _) in common {
        if pieces.len() >= size {
            break;
        }
        if known.insert(piece.clone()) {
            pieces.push(piece);
        }
    }
    pieces
}
