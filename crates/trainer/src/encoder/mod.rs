//! A small BERT: the teacher and every student are one of these.

pub mod checkpoint;
pub mod distil;
pub mod export;
pub mod fetch;
pub mod heads;
pub mod import;
pub mod neighbours;
pub mod quantise;
pub mod step;
pub mod student;
pub mod teacher;

use candle_core::{D, DType, Device, Result, Tensor, Var};

use crate::random::Random;

/// How large an encoder is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shape {
    /// Transformer layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Attention heads in a layer.
    pub heads: usize,
    /// Units of a layer's feed-forward network.
    pub feed: usize,
    /// Pieces in the vocabulary.
    pub pieces: usize,
    /// Most pieces of a message.
    pub positions: usize,
}

/// The feed-forward networks' activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Gaussian error linear unit by the error function: the teacher's.
    Gelu,
    /// x times sigmoid of x: the students'. GELU(x) is nearly SiLU(1.702 x) / 1.702 (Hendrycks and Gimpel 2016).
    Silu,
}

/// Weights `[inputs, outputs]` and bias.
#[derive(Clone)]
pub struct Linear(pub Var, pub Var);

/// Factor and offset of a layer normalisation.
#[derive(Clone)]
pub struct Norm(pub Var, pub Var);

/// One transformer layer, normalised after each part as in BERT (Devlin et al. 2019).
#[derive(Clone)]
pub struct Layer {
    pub query: Linear,
    pub key: Linear,
    pub value: Linear,
    pub mix: Linear,
    pub mix_norm: Norm,
    pub up: Linear,
    pub down: Linear,
    pub feed_norm: Norm,
}

/// The encoder's weights but for the table of pieces, which is updated row by row (see [`step`]).
#[derive(Clone)]
pub struct Encoder {
    pub shape: Shape,
    pub activation: Activation,
    pub positions: Var,
    pub norm: Norm,
    pub layers: Vec<Layer>,
    /// While training for it: the share of the deviation that the weights are rounded to (see [`quantise`]).
    pub rounding: Option<f32>,
}

/// Messages of one length, so that nothing is padded and nothing masked.
pub struct Batch {
    /// The rows of the table that occur, `[unique, width]`.
    pub rows: Tensor,
    /// Which of them, `[messages * length]`.
    pub index: Tensor,
    pub messages: usize,
    pub length: usize,
}

/// Epsilon of the layer normalisations, BERT's.
pub const EPSILON: f64 = 1e-12;

/// Random dropout while training; nothing otherwise.
pub struct Dropout<'a>(pub Option<(f32, &'a mut Random)>);

impl Dropout<'_> {
    /// Leaves out a share of the values at random and scales the rest up.
    pub fn apply(&mut self, values: &Tensor) -> Result<Tensor> {
        let Some((share, random)) = &mut self.0 else {
            return Ok(values.clone());
        };
        if *share <= 0.0 {
            return Ok(values.clone());
        }
        let kept = 1.0 / (1.0 - *share);
        let mask: Vec<f32> = (0..values.elem_count())
            .map(|_| if random.chance(*share) { 0.0 } else { kept })
            .collect();
        values.mul(&Tensor::from_vec(mask, values.shape(), values.device())?)
    }
}

impl Linear {
    /// Weights drawn at random, no bias.
    pub fn random(inputs: usize, outputs: usize, gain: f32, random: &mut Random) -> Result<Self> {
        let deviation = gain / (inputs as f32).sqrt();
        let values: Vec<f32> = (0..inputs * outputs)
            .map(|_| deviation * random.normal())
            .collect();
        let weights = Tensor::from_vec(values, (inputs, outputs), &Device::Cpu)?;
        Ok(Self(
            Var::from_tensor(&weights)?,
            Var::zeros(outputs, DType::F32, &Device::Cpu)?,
        ))
    }

    /// The same with weights and bias multiplied by a number.
    pub fn scaled(&self, by: f64) -> Result<Self> {
        Ok(Self(
            Var::from_tensor(&(self.0.as_tensor() * by)?)?,
            Var::from_tensor(&(self.1.as_tensor() * by)?)?,
        ))
    }

    /// The product with the weights, rounded if so wished, and the bias.
    pub fn forward(&self, input: &Tensor, rounding: Option<f32>) -> Result<Tensor> {
        let product = match rounding {
            Some(share) => input.matmul(&quantise::rounded(&self.0, share)?)?,
            None => input.matmul(&self.0)?,
        };
        product.broadcast_add(&self.1)
    }
}

impl Norm {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let centred = input.broadcast_sub(&input.mean_keepdim(D::Minus1)?)?;
        let deviation = (centred.sqr()?.mean_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
        centred
            .broadcast_div(&deviation)?
            .broadcast_mul(&self.0)?
            .broadcast_add(&self.1)
    }
}

impl Encoder {
    /// All weights, for the optimiser.
    pub fn vars(&self) -> Vec<Var> {
        let mut vars = vec![self.positions.clone()];
        let norm = |norm: &Norm, vars: &mut Vec<Var>| vars.extend([norm.0.clone(), norm.1.clone()]);
        norm(&self.norm, &mut vars);
        for layer in &self.layers {
            for Linear(weights, bias) in layer.linears() {
                vars.extend([weights.clone(), bias.clone()]);
            }
            norm(&layer.mix_norm, &mut vars);
            norm(&layer.feed_norm, &mut vars);
        }
        vars
    }

    /// The last layer's output for every piece, `[messages * length, width]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Result<Tensor> {
        let positions: Vec<u32> = (0..batch.messages)
            .flat_map(|_| 0..batch.length as u32)
            .collect();
        let positions = Tensor::from_vec(positions, batch.messages * batch.length, &Device::Cpu)?;
        let pieces = batch.rows.index_select(&batch.index, 0)?;
        let mut x = (pieces + self.positions.index_select(&positions, 0)?)?;
        x = self.norm.forward(&x)?;
        x = dropout.apply(&x)?;
        for layer in &self.layers {
            let mixed = dropout.apply(&self.attend(layer, &x, batch)?)?;
            x = layer.mix_norm.forward(&(x + mixed)?)?;
            let up = layer.up.forward(&x, self.rounding)?;
            let active = match self.activation {
                Activation::Gelu => up.gelu_erf()?,
                Activation::Silu => up.silu()?,
            };
            let fed = dropout.apply(&layer.down.forward(&active, self.rounding)?)?;
            x = layer.feed_norm.forward(&(x + fed)?)?;
        }
        Ok(x)
    }

    fn attend(&self, layer: &Layer, x: &Tensor, batch: &Batch) -> Result<Tensor> {
        let (heads, size) = (self.shape.heads, self.shape.width / self.shape.heads);
        let by_head = |linear: &Linear| {
            linear
                .forward(x, self.rounding)?
                .reshape((batch.messages, batch.length, heads, size))?
                .transpose(1, 2)?
                .contiguous()
        };
        let query = (by_head(&layer.query)? * (1.0 / (size as f64).sqrt()))?;
        let key = by_head(&layer.key)?.transpose(2, 3)?.contiguous()?;
        let weights = softmax(&query.matmul(&key)?)?;
        let mixed = weights
            .matmul(&by_head(&layer.value)?)?
            .transpose(1, 2)?
            .reshape((batch.messages * batch.length, self.shape.width))?;
        layer.mix.forward(&mixed, self.rounding)
    }
}

impl Layer {
    /// The layer's matrices.
    pub fn linears(&self) -> [&Linear; 6] {
        [
            &self.query,
            &self.key,
            &self.value,
            &self.mix,
            &self.up,
            &self.down,
        ]
    }
}

/// The mean over each message's pieces, `[messages, width]`.
pub fn mean(states: &Tensor, batch: &Batch) -> Result<Tensor> {
    states.reshape((batch.messages, batch.length, ()))?.mean(1)
}

/// Every row brought to mean 0 and deviation 1: what the graph gives as a message's vector.
pub fn normal(rows: &Tensor) -> Result<Tensor> {
    let centred = rows.broadcast_sub(&rows.mean_keepdim(D::Minus1)?)?;
    let deviation = (centred.sqr()?.mean_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
    centred.broadcast_div(&deviation)
}

/// Every row brought to length 1.
pub fn unit(rows: &Tensor) -> Result<Tensor> {
    let length = (rows.sqr()?.sum_keepdim(D::Minus1)? + 1e-12)?.sqrt()?;
    rows.broadcast_div(&length)
}

/// Softmax over the last dimension; the largest value is subtracted as a constant, which changes no gradient.
pub fn softmax(values: &Tensor) -> Result<Tensor> {
    let powers = values
        .broadcast_sub(&values.max_keepdim(D::Minus1)?.detach())?
        .exp()?;
    powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)
}

/// The logarithm of [`softmax`].
pub fn log_softmax(values: &Tensor) -> Result<Tensor> {
    let shifted = values.broadcast_sub(&values.max_keepdim(D::Minus1)?.detach())?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}
