//! The ONNX operators that the triage graph uses. tract brings some 150 more, each of them code to download.

use tract_onnx::Onnx;
use tract_onnx::model::OnnxOpRegister;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;
use tract_onnx::tract_hir::ops::{activations, array, cast, math, matmul, nn};

/// An ONNX reader for `Add Cast Gather MatMul Mul Relu Reshape Softmax Transpose` (operator set 13 and later)
/// and nothing else.
pub(crate) fn reader() -> Onnx {
    let mut ops = OnnxOpRegister::default();
    ops.insert("Add", |_, _| Ok((math::Add.into_hir(), vec![])));
    ops.insert("Cast", |_, node| {
        let to = node.get_attr::<DatumType>("to")?;
        Ok((Box::new(cast::cast(to)), vec![]))
    });
    ops.insert("Gather", |_, node| {
        let axis = node.get_attr_opt("axis")?.unwrap_or(0);
        Ok((expand(array::Gather::new(axis)), vec![]))
    });
    ops.insert("MatMul", |_, _| {
        Ok((expand(matmul::MatMulInference::default()), vec![]))
    });
    ops.insert("Mul", |_, _| Ok((math::Mul.into_hir(), vec![])));
    ops.insert("Relu", |_, _| {
        Ok((expand(activations::Clip::new(Some(0.0), None)), vec![]))
    });
    ops.insert("Reshape", |_, node| {
        let allowzero = node.get_attr_opt::<i64>("allowzero")?.unwrap_or(0) != 0;
        Ok((expand(array::Reshape::new(allowzero)), vec![]))
    });
    ops.insert("Softmax", |_, node| {
        let axis = node.get_attr_opt("axis")?.unwrap_or(-1);
        Ok((expand(nn::Softmax::new(axis)), vec![]))
    });
    ops.insert("Transpose", |_, node| {
        let perm: Option<TVec<usize>> = node.get_attr_opt_tvec("perm")?;
        Ok((expand(array::PermuteAxes::new(perm)), vec![]))
    });
    Onnx {
        op_register: ops,
        ..Onnx::default()
    }
}
