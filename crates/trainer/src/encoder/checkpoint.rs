//! A student on disk: its weights in a safetensors file, the vocabulary and the shape in the file's header.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use candle_core::{Device, Tensor, Var, safetensors};
use deskbell_triage::pieces::Vocabulary;

use super::step::Table;
use super::student::Student;
use super::{Activation, Encoder, Layer, Linear, Norm, Shape};

impl Student {
    /// Writes the student to a folder, in two files, in place of one that is there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir)?;
        let mut tensors: HashMap<String, Tensor> = HashMap::new();
        for (at, var) in self.encoder.vars().iter().enumerate() {
            tensors.insert(format!("{at:03}"), var.as_tensor().clone());
        }
        let (rows, width) = (self.pieces.len(), self.table.width);
        let table = Tensor::from_vec(self.table.values.clone(), (rows, width), &Device::Cpu)?;
        tensors.insert("table".into(), table);
        let partial = dir.join("weights.partial");
        safetensors::save(&tensors, &partial)?;
        fs::write(
            dir.join("shape.json"),
            serde_json::to_vec(&(&self.encoder.shape, &self.pieces))?,
        )?;
        fs::rename(partial, dir.join("weights.safetensors")).context("cannot write the checkpoint")
    }

    /// Reads a student back.
    ///
    /// # Errors
    /// If it is not there or damaged.
    pub fn load(dir: &Path) -> Result<Self> {
        let (shape, pieces): (Shape, Vec<String>) =
            serde_json::from_slice(&fs::read(dir.join("shape.json"))?)?;
        let tensors = safetensors::load(dir.join("weights.safetensors"), &Device::Cpu)?;
        let mut next = 0;
        let mut var = || {
            let name = format!("{next:03}");
            next += 1;
            let tensor = tensors
                .get(&name)
                .with_context(|| format!("the checkpoint lacks {name}"))?;
            anyhow::Ok(Var::from_tensor(tensor)?)
        };
        // The order of `Encoder::vars`.
        let positions = var()?;
        let norm = Norm(var()?, var()?);
        let mut layers = Vec::new();
        for _ in 0..shape.layers {
            let mut linear = || anyhow::Ok(Linear(var()?, var()?));
            let (query, key, value, mix, up, down) = (
                linear()?,
                linear()?,
                linear()?,
                linear()?,
                linear()?,
                linear()?,
            );
            let mix_norm = Norm(var()?, var()?);
            let feed_norm = Norm(var()?, var()?);
            layers.push(Layer {
                query,
                key,
                value,
                mix,
                mix_norm,
                up,
                down,
                feed_norm,
            });
        }
        let table = tensors
            .get("table")
            .context("the checkpoint lacks its table")?;
        Ok(Self {
            table: Table::new(table.flatten_all()?.to_vec1()?, shape.width),
            vocabulary: Vocabulary::new(&pieces)?,
            pieces,
            encoder: Encoder {
                shape,
                activation: Activation::Silu,
                positions,
                norm,
                layers,
                rounding: None,
            },
        })
    }
}
