//! From the file's constants to tensors.

use deskbell_onnx::{Constant, FLOAT, INT8, INT64};
use tract_core::internal::*;

use super::ModelError;

/// The most axes of any tensor.
pub(crate) const MAX_RANK: usize = 4;

/// Reads a constant. Nothing larger than the bytes in the file is allocated.
///
/// # Errors
/// If the type is not supported, or there are not as many bytes as the shape needs.
pub(crate) fn read(constant: &Constant) -> Result<Tensor, ModelError> {
    tensor(constant).map_err(|why| ModelError::Value {
        name: constant.name.clone(),
        why,
    })
}

fn tensor(constant: &Constant) -> Result<Tensor, String> {
    let size = match constant.data_type {
        FLOAT => 4,
        INT8 => 1,
        INT64 => 8,
        other => {
            return Err(format!(
                "constants of ONNX's type {other} are not supported"
            ));
        }
    };
    if constant.dims.len() > MAX_RANK {
        return Err(format!("more than {MAX_RANK} axes"));
    }
    let mut shape = TVec::new();
    let mut bytes = Some(size);
    for &dim in &constant.dims {
        if dim <= 0 {
            return Err("an axis without values".into());
        }
        // More than can be counted here is more than there are bytes, too.
        let dim = usize::try_from(dim).unwrap_or(usize::MAX);
        bytes = bytes.and_then(|bytes: usize| bytes.checked_mul(dim));
        shape.push(dim);
    }
    let data = &constant.raw_data;
    if bytes != Some(data.len()) {
        return Err(format!(
            "{} bytes cannot have the shape {:?}",
            data.len(),
            constant.dims
        ));
    }
    let tensor = match constant.data_type {
        FLOAT => {
            let values: Vec<f32> = little_endian(data, f32::from_le_bytes);
            Tensor::from_shape(&shape, &values)
        }
        INT8 => {
            let values: Vec<i8> = little_endian(data, i8::from_le_bytes);
            Tensor::from_shape(&shape, &values)
        }
        _ => {
            let values: Vec<i64> = little_endian(data, i64::from_le_bytes);
            Tensor::from_shape(&shape, &values)
        }
    };
    tensor.map_err(|error| error.to_string())
}

fn little_endian<T, const SIZE: usize>(data: &[u8], value: fn([u8; SIZE]) -> T) -> Vec<T> {
    data.as_chunks::<SIZE>()
        .0
        .iter()
        .map(|bytes| value(*bytes))
        .collect()
}

/// The values of a constant, if it is of this type.
pub(crate) fn values<T: Datum>(tensor: &Tensor) -> Result<&[T], String> {
    tensor
        .try_as_plain_ram()
        .and_then(|view| view.as_slice::<T>())
        .map_err(|_| format!("{:?} instead of {:?}", tensor.datum_type(), T::datum_type()))
}
