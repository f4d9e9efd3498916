//! A standard ONNX file's student, read back.

use anyhow::{Context, Result, ensure};
use candle_core::{Tensor, Var};
use deskbell_onnx::Model;

use super::student::Student;
use super::{Layer, Linear, Norm};

/// The encoder of a file that [`super::export::onnx`] wrote, to go on training from it.
///
/// # Errors
/// If the file is not such a one.
pub fn student(file: &[u8], pieces: &[String]) -> Result<Student> {
    let graph = Model::from_bytes(file)?
        .graph
        .context("the file has no graph")?;
    let constant = |name: &str| {
        graph
            .initializer
            .iter()
            .find(|c| c.name == name)
            .with_context(|| format!("the file lacks {name}"))
    };
    let floats = |name: &str| -> Result<Vec<f32>> {
        let bytes = &constant(name)?.raw_data;
        Ok(bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    };
    let matrix = |integers: &str, steps: &str| -> Result<(Vec<f32>, usize, usize)> {
        let steps = floats(steps)?;
        let found = constant(integers)?;
        let columns = steps.len();
        let values: Vec<f32> = found
            .raw_data
            .iter()
            .zip(steps.iter().cycle())
            .map(|(&byte, step)| f32::from(byte as i8) * step)
            .collect();
        let rows = values.len() / columns.max(1);
        Ok((values, rows, columns))
    };
    let weights = |name: &str| -> Result<Var> {
        let (values, rows, columns) =
            matrix(&format!("{name}.integers"), &format!("{name}.steps"))?;
        Ok(Var::from_tensor(&super::teacher::tensor(
            values, rows, columns,
        )?)?)
    };
    let vector = |name: &str| -> Result<Var> {
        Ok(Var::from_tensor(&Tensor::new(
            floats(name)?,
            &candle_core::Device::Cpu,
        )?)?)
    };
    let linear = |name: &str| {
        anyhow::Ok(Linear(
            weights(&format!("{name}.weights"))?,
            vector(&format!("{name}.bias"))?,
        ))
    };
    let norm = |name: &str| {
        anyhow::Ok(Norm(
            vector(&format!("{name}.scale"))?,
            vector(&format!("{name}.offset"))?,
        ))
    };

    let (table, rows, width) = matrix("table", "table.steps")?;
    // The shape that a layer's rows are split by: any, heads, size of a head.
    let heads = match constant("layer0.by_head") {
        Ok(split) => split.raw_data.get(8).map_or(1, |&heads| usize::from(heads)),
        Err(_) => 1,
    };
    ensure!(
        rows == pieces.len(),
        "the table and the vocabulary do not belong together"
    );
    let mut layers = Vec::new();
    while constant(&format!("layer{}.up.bias", layers.len())).is_ok() {
        let name = format!("layer{}", layers.len());
        let part = |part: &str| format!("{name}.{part}");
        let size = (width / heads) as f64;
        let Linear(weights, bias) = linear(&part("query"))?;
        let query = Linear(
            Var::from_tensor(&(weights.as_tensor() * size.sqrt())?)?,
            Var::from_tensor(&(bias.as_tensor() * size.sqrt())?)?,
        );
        layers.push(Layer {
            query,
            key: linear(&part("key"))?,
            value: linear(&part("value"))?,
            mix: linear(&part("mix"))?,
            mix_norm: norm(&part("mix_norm"))?,
            up: linear(&part("up"))?,
            down: linear(&part("down"))?,
            feed_norm: norm(&part("feed_norm"))?,
        });
    }
    let positions = weights("places")?;
    let feed = layers.first().map_or(0, |layer| layer.up.1.elem_count());
    Ok(Student {
        encoder: super::Encoder {
            shape: super::Shape {
                layers: layers.len(),
                width,
                heads,
                feed,
                pieces: rows,
                positions: positions.dims2()?.0,
            },
            activation: super::Activation::Silu,
            positions,
            norm: norm("rows.norm")?,
            layers,
            rounding: None,
        },
        table: super::step::Table::new(table, width),
        vocabulary: deskbell_triage::pieces::Vocabulary::new(pieces)?,
        pieces: pieces.to_vec(),
    })
}
