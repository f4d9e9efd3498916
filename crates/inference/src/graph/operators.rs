//! What each operator means to tract.

use deskbell_onnx::FLOAT;
use tract_core::internal::*;
use tract_core::ops::array::{Gather, TypedConcat};
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::change_axes::perm_to_ops;
use tract_core::ops::einsum::EinSum;
use tract_core::ops::nn::{Reduce, Reducer, Softmax, SoftmaxKind, sigmoid};
use tract_core::ops::{cast::cast, element_wise::ElementWiseOp, math};

use super::constant::values;
use super::layer_norm::LayerNorm;
use super::linear::Linear;
use super::node::NodeView;
use super::shape::{self, Dim, Shape, show};
use super::wire::{Source, Wire, Wires};

/// More inputs than this a `Concat` does not have.
const MAX_CONCAT: usize = 64;

/// Adds a node to the graph and gives its result.
pub(crate) fn apply(node: &NodeView<'_>, wires: &mut Wires) -> Result<Source, String> {
    let wire = match node.operator().unwrap_or_default() {
        "DequantizeLinear" => return dequantize(node, wires),
        "Cast" => return cast_to_float(node, wires),
        "Add" => binary(node, wires, math::add()),
        "Sub" => binary(node, wires, math::sub()),
        "Mul" => binary(node, wires, math::mul()),
        "Div" => binary(node, wires, math::div()),
        "Sigmoid" => unary(node, wires, sigmoid()),
        "Tanh" => unary(node, wires, math::tanh()),
        "Relu" => relu(node, wires),
        "Gather" => gather(node, wires),
        "MatMul" => matmul(node, wires),
        "LayerNormalization" => layer_normalization(node, wires),
        "Softmax" => softmax(node, wires),
        "ReduceMean" => reduce_mean(node, wires),
        "Reshape" => reshape(node, wires),
        "Transpose" => transpose(node, wires),
        "Concat" => concat(node, wires),
        _ => Err("this operator is not supported".into()),
    };
    wire.map(Source::Computed)
}

fn float_type() -> DatumType {
    f32::datum_type()
}

fn binary(node: &NodeView<'_>, wires: &mut Wires, op: TypedBinOp) -> Result<Wire, String> {
    node.only_attributes(&[])?;
    let names = node.inputs(2, 2)?;
    let (a, b) = (wires.floats(names[0])?, wires.floats(names[1])?);
    wires.apply_broadcast(op, &a, &b)
}

fn unary(node: &NodeView<'_>, wires: &mut Wires, op: ElementWiseOp) -> Result<Wire, String> {
    node.only_attributes(&[])?;
    let x = wires.floats(node.inputs(1, 1)?[0])?;
    wires.apply(op, &[x.outlet], float_type(), x.shape)
}

fn relu(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&[])?;
    let x = wires.floats(node.inputs(1, 1)?[0])?;
    let zero = wires.add(rctensor0(0f32))?;
    wires.apply_broadcast(math::max(), &x, &zero)
}

/// The scale of each value, as a tensor that broadcasts against `shape`.
fn scale_of(node: &NodeView<'_>, wires: &Wires, shape: &[Dim]) -> Result<Tensor, String> {
    node.only_attributes(&["axis"])?;
    let names = node.inputs(2, 3)?;
    if let Some(name) = names.get(2).filter(|name| !name.is_empty()) {
        let zero_point = wires.constant(name)?;
        if values::<i8>(&zero_point)?.iter().any(|&value| value != 0) {
            return Err("only the zero point 0 is supported".into());
        }
    }
    let scale = wires.constant(names[1])?;
    let scales = values::<f32>(&scale)?;
    let mut dims = vec![1; shape.len()];
    if scales.len() > 1 || scale.rank() > 1 {
        let axis = shape::axis(node.int("axis", 1)?, shape.len())?;
        if scale.rank() != 1 || shape[axis] != Dim::Fixed(scales.len()) {
            let found = scale.shape();
            return Err(format!(
                "a scale {found:?} does not fit axis {axis} of {}",
                show(shape)
            ));
        }
        dims[axis] = scales.len();
    }
    Tensor::from_shape(&dims, scales).map_err(|error| error.to_string())
}

fn dequantize(node: &NodeView<'_>, wires: &mut Wires) -> Result<Source, String> {
    let name = node.inputs(2, 3)?[0];
    match wires.source(name)?.clone() {
        Source::Constant(integers) => {
            let shape: Shape = integers
                .shape()
                .iter()
                .map(|&dim| Dim::Fixed(dim))
                .collect();
            let scale = scale_of(node, wires, &shape)?;
            let scales = values::<f32>(&scale)?;
            // Values between one of the scaled axis and the next.
            let axis = scale.shape().iter().position(|&dim| dim > 1);
            let stride: usize = match axis {
                Some(axis) => integers.shape()[axis + 1..].iter().product(),
                None => integers.len(),
            };
            let rows = values::<i8>(&integers)?
                .chunks(stride)
                .zip(scales.iter().cycle());
            let floats: Vec<f32> = rows
                .flat_map(|(row, scale)| row.iter().map(move |&value| f32::from(value) * scale))
                .collect();
            let tensor = Tensor::from_shape(integers.shape(), &floats);
            Ok(Source::Constant(
                tensor.map_err(|error| error.to_string())?.into(),
            ))
        }
        Source::Computed(wire) if wire.datum_type == i8::datum_type() => {
            let scale = scale_of(node, wires, &wire.shape)?;
            let floats =
                wires.apply(cast(float_type()), &[wire.outlet], float_type(), wire.shape)?;
            let scale = wires.add(scale.into())?;
            wires
                .apply_broadcast(math::mul(), &floats, &scale)
                .map(Source::Computed)
        }
        _ => Err(format!("the input '{name}' is not 8-bit integers")),
    }
}

fn cast_to_float(node: &NodeView<'_>, wires: &mut Wires) -> Result<Source, String> {
    node.only_attributes(&["to"])?;
    if node.int("to", 0)? != i64::from(FLOAT) {
        return Err("only a cast to 32-bit floating-point numbers is supported".into());
    }
    let name = node.inputs(1, 1)?[0];
    match wires.source(name)?.clone() {
        Source::Computed(wire) if wire.datum_type == i8::datum_type() => wires
            .apply(cast(float_type()), &[wire.outlet], float_type(), wire.shape)
            .map(Source::Computed),
        _ => Err(format!(
            "the input '{name}' is not 8-bit integers from a table"
        )),
    }
}

fn gather(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["axis"])?;
    let names = node.inputs(2, 2)?;
    let table = wires.constant(names[0])?;
    let datum_type = table.datum_type();
    if datum_type != float_type() && datum_type != i8::datum_type() {
        return Err("the table is neither 8-bit integers nor 32-bit floating-point numbers".into());
    }
    let Some((&rows, columns)) = table.shape().split_first() else {
        return Err("the table has no rows".into());
    };
    if shape::axis(node.int("axis", 0)?, table.rank())? != 0 {
        return Err("only rows can be looked up".into());
    }
    let columns = columns.iter().map(|&dim| Dim::Fixed(dim));
    let shape = shape::checked(std::iter::once(Dim::Length).chain(columns).collect())?;
    let indices = wires.indices(names[1], rows)?;
    let table = wires.add(table)?;
    let inputs = [table.outlet, indices.outlet];
    wires.apply(Gather::new(0), &inputs, datum_type, shape)
}

fn matmul(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&[])?;
    let names = node.inputs(2, 2)?;
    let a = wires.floats(names[0])?;
    if cfg!(target_arch = "wasm32")
        && let Source::Constant(weights) = wires.source(names[1])?
        && let &[length, columns] = weights.shape()
    {
        let matrix = [Dim::Fixed(length), Dim::Fixed(columns)];
        let shape = shape::matmul(&a.shape, &matrix)?;
        let op = Linear::new(values::<f32>(weights)?, columns);
        return wires.apply(op, &[a.outlet], float_type(), shape);
    }
    let b = wires.floats(names[1])?;
    let shape = shape::matmul(&a.shape, &b.shape)?;
    let axes = match (a.shape.len(), b.shape.len()) {
        (2, 2) => "mk,kn->mn",
        (3, 2) => "bmk,kn->bmn",
        _ => "bmk,bkn->bmn",
    };
    let axes = axes
        .parse()
        .map_err(|error: TractError| error.to_string())?;
    let op = EinSum::new(axes, float_type());
    wires.apply(op, &[a.outlet, b.outlet], float_type(), shape)
}

fn layer_normalization(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    // Stashing in 32 bits is what everything here is computed in anyway.
    node.only_attributes(&["axis", "epsilon", "stash_type"])?;
    let names = node.inputs(2, 3)?;
    let x = wires.floats(names[0])?;
    let rank = x.shape.len();
    let axis = shape::axis(node.int("axis", -1)?, rank)?;
    let Some((axis, &Dim::Fixed(width))) = x
        .shape
        .iter()
        .enumerate()
        .next_back()
        .filter(|(last, _)| *last == axis)
    else {
        return Err(format!(
            "axis {axis} of {} is not the last one, of a fixed length",
            show(&x.shape)
        ));
    };
    let epsilon = node.float("epsilon", 1e-5)?;
    if !(0.0..1.0).contains(&epsilon) || node.int("stash_type", 1)? != i64::from(FLOAT) {
        return Err("a wrong epsilon or stash_type".into());
    }
    let factors = |name: &str| -> Result<Arc<Tensor>, String> {
        let tensor = wires.constant(name)?;
        match values::<f32>(&tensor)?.len() == width && tensor.rank() == 1 {
            true => Ok(tensor),
            false => Err(format!(
                "'{name}' does not fit axis {axis} of {}",
                show(&x.shape)
            )),
        }
    };
    let bias = match names.get(2).filter(|name| !name.is_empty()) {
        Some(name) => factors(name)?,
        None => tensor1(&vec![0f32; width]).into(),
    };
    let op = LayerNorm {
        scale: factors(names[1])?,
        bias,
        epsilon: epsilon.to_bits(),
    };
    wires.apply(op, &[x.outlet], float_type(), x.shape)
}

fn softmax(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["axis"])?;
    let x = wires.floats(node.inputs(1, 1)?[0])?;
    let axis = shape::axis(node.int("axis", -1)?, x.shape.len())?;
    if axis + 1 != x.shape.len() {
        return Err("only the last axis is supported".into());
    }
    let op = Softmax::new(tvec!(axis), None, SoftmaxKind::Softmax);
    wires.apply(op, &[x.outlet], float_type(), x.shape)
}

fn reduce_mean(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["axes", "keepdims"])?;
    let x = wires.floats(node.inputs(1, 1)?[0])?;
    let rank = x.shape.len();
    let mut axes: TVec<usize> = match node.ints("axes")? {
        Some(axes) => axes
            .iter()
            .map(|&axis| shape::axis(axis, rank))
            .collect::<Result<_, _>>()?,
        None => (0..rank).collect(),
    };
    axes.sort_unstable();
    axes.dedup();
    let mut sums = x.shape.clone();
    for &axis in &axes {
        sums[axis] = Dim::Fixed(1);
    }
    let reduce = Reduce::new(axes.clone(), Reducer::Sum);
    let mut wire = wires.apply(reduce, &[x.outlet], float_type(), sums)?;
    let known: Shape = axes.iter().map(|&axis| x.shape[axis]).collect();
    let share = wires.add(rctensor0(1.0 / shape::fixed_volume(&known) as f32))?;
    wire = wires.apply_broadcast(math::mul(), &wire, &share)?;
    for _ in known.iter().filter(|dim| **dim == Dim::Length) {
        let length = wires.length()?;
        wire = wires.apply_broadcast(math::div(), &wire, &length)?;
    }
    if node.int("keepdims", 1)? == 0 {
        for &axis in axes.iter().rev() {
            let mut shape = wire.shape.clone();
            shape.remove(axis);
            wire = wires.apply(AxisOp::Rm(axis), &[wire.outlet], float_type(), shape)?;
        }
    }
    Ok(wire)
}

fn reshape(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["allowzero"])?;
    if node.int("allowzero", 0)? != 0 {
        return Err("axes without values are not supported".into());
    }
    let names = node.inputs(2, 2)?;
    let x = wires.floats(names[0])?;
    let wanted = wires.constant(names[1])?;
    let to = shape::reshape(&x.shape, values::<i64>(&wanted)?)?;
    let same = |pair: &(&Dim, &Dim)| pair.0 == pair.1;
    let front = x.shape.iter().zip(&to).take_while(same).count();
    let (from_rest, to_rest) = (&x.shape[front..], &to[front..]);
    let back = from_rest
        .iter()
        .rev()
        .zip(to_rest.iter().rev())
        .take_while(same)
        .count();
    let from_middle = &from_rest[..from_rest.len() - back];
    let to_middle = &to_rest[..to_rest.len() - back];
    if from_middle.contains(&Dim::Length) || to_middle.contains(&Dim::Length) {
        return Err(format!(
            "{} cannot become {}: the axis n must keep its place",
            show(&x.shape),
            show(&to)
        ));
    }
    let dims = |shape: &[Dim]| shape.iter().map(|&dim| wires.dim(dim)).collect::<TVec<_>>();
    let steps = AxisOp::Reshape(front, dims(from_middle), dims(to_middle)).simplify();
    apply_axis_ops(wires, x, &steps)
}

fn transpose(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["perm"])?;
    let x = wires.floats(node.inputs(1, 1)?[0])?;
    let rank = x.shape.len();
    let perm: Vec<usize> = match node.ints("perm")? {
        Some(perm) => perm
            .iter()
            .map(|&axis| shape::axis(axis, rank))
            .collect::<Result<_, _>>()?,
        None => (0..rank).rev().collect(),
    };
    if perm.len() != rank || !(0..rank).all(|axis| perm.contains(&axis)) {
        return Err(format!("{perm:?} is no order of {rank} axes"));
    }
    apply_axis_ops(wires, x, &perm_to_ops(&perm))
}

/// Moves, adds, removes and regroups axes.
fn apply_axis_ops(wires: &mut Wires, mut wire: Wire, steps: &[AxisOp]) -> Result<Wire, String> {
    for step in steps {
        let mut shape = wire.shape.clone();
        match step {
            AxisOp::Add(at) => shape.insert(*at, Dim::Fixed(1)),
            AxisOp::Rm(at) => drop(shape.remove(*at)),
            AxisOp::Move(from, to) => {
                let dim = shape.remove(*from);
                shape.insert(*to, dim);
            }
            AxisOp::Reshape(at, from, to) => {
                let fixed = to.iter().map(|dim| dim.to_usize().map(Dim::Fixed));
                let fixed: Shape = fixed
                    .collect::<Result<_, _>>()
                    .map_err(|error| error.to_string())?;
                shape.drain(*at..at + from.len());
                shape.insert_many(*at, fixed);
            }
        }
        wire = wires.apply(step.clone(), &[wire.outlet], float_type(), shape)?;
    }
    Ok(wire)
}

fn concat(node: &NodeView<'_>, wires: &mut Wires) -> Result<Wire, String> {
    node.only_attributes(&["axis"])?;
    let names = node.inputs(1, MAX_CONCAT)?;
    let parts = names
        .iter()
        .map(|name| wires.floats(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut shape = parts[0].shape.clone();
    let axis = shape::axis(node.int("axis", 0)?, shape.len())?;
    let mut along = 0usize;
    for part in &parts {
        let mut alike = part.shape.clone();
        match alike.get(axis) {
            Some(&Dim::Fixed(dim)) => along = along.saturating_add(dim),
            _ => {
                return Err(format!(
                    "{} cannot be joined along axis {axis}",
                    show(&part.shape)
                ));
            }
        }
        alike[axis] = shape[axis];
        if alike != shape {
            return Err(format!(
                "{} and {} do not fit",
                show(&parts[0].shape),
                show(&part.shape)
            ));
        }
    }
    shape[axis] = Dim::Fixed(along);
    let shape = shape::checked(shape)?;
    let outlets: Vec<OutletId> = parts.iter().map(|part| part.outlet).collect();
    wires.apply(TypedConcat::new(axis), &outlets, float_type(), shape)
}
