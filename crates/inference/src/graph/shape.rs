//! Shapes, with the length of the message as the only unknown.

use tract_core::internal::TVec;

use super::constant::MAX_RANK;

/// The most values that something computed may have for each value of the message's length. Ours have a few thousand.
const MAX_VOLUME: usize = 1 << 22;

/// One dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dim {
    /// Known when the model is loaded.
    Fixed(usize),
    /// As long as the message.
    Length,
}

/// The dimensions of a tensor, outermost first; none of them is 0.
pub(crate) type Shape = TVec<Dim>;

/// As a person writes it: `[n, 384]`.
pub(crate) fn show(shape: &[Dim]) -> String {
    let dims = shape.iter().map(|dim| match dim {
        Dim::Fixed(dim) => dim.to_string(),
        Dim::Length => "n".into(),
    });
    format!("[{}]", dims.collect::<Vec<_>>().join(", "))
}

/// The values of a shape for a message of length 1. Meaningful for shapes that passed [`checked`].
pub(crate) fn fixed_volume(shape: &[Dim]) -> usize {
    shape.iter().fold(1, |volume: usize, dim| match dim {
        Dim::Fixed(dim) => volume.saturating_mul(*dim),
        Dim::Length => volume,
    })
}

/// The shape, unless nothing sensible is that large.
pub(crate) fn checked(shape: Shape) -> Result<Shape, String> {
    let lengths = shape.iter().filter(|dim| **dim == Dim::Length).count();
    if shape.len() > MAX_RANK || fixed_volume(&shape) > MAX_VOLUME || lengths > 2 {
        return Err(format!("the result {} is too large", show(&shape)));
    }
    Ok(shape)
}

/// An axis counted from the front, where negative ones count from the back.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let from_front = if axis < 0 {
        axis.checked_add_unsigned(rank as u64)
    } else {
        Some(axis)
    };
    from_front
        .and_then(|axis| usize::try_from(axis).ok())
        .filter(|&axis| axis < rank)
        .ok_or_else(|| format!("there is no axis {axis} among {rank}"))
}

/// The shape of an operation on two tensors, value by value.
pub(crate) fn broadcast(a: &[Dim], b: &[Dim]) -> Result<Shape, String> {
    let rank = a.len().max(b.len());
    let at = |shape: &[Dim], place: usize| {
        let place = (place + shape.len()).checked_sub(rank);
        place.map_or(Dim::Fixed(1), |place| shape[place])
    };
    let dims = (0..rank).map(|place| match (at(a, place), at(b, place)) {
        (a, b) if a == b => Ok(a),
        (Dim::Fixed(1), other) | (other, Dim::Fixed(1)) => Ok(other),
        _ => Err(format!("{} and {} do not fit", show(a), show(b))),
    });
    checked(dims.collect::<Result<_, _>>()?)
}

/// The shape of a matrix product, both sides of two or three axes.
pub(crate) fn matmul(a: &[Dim], b: &[Dim]) -> Result<Shape, String> {
    let shape = match (a, b) {
        ([m, k], [l, n]) if k == l => [*m, *n].into_iter().collect(),
        ([batch, m, k], [l, n]) if k == l => [*batch, *m, *n].into_iter().collect(),
        ([batch, m, k], [other, l, n]) if k == l && batch == other => {
            [*batch, *m, *n].into_iter().collect()
        }
        _ => return Err(format!("{} and {} cannot be multiplied", show(a), show(b))),
    };
    checked(shape)
}

/// The shape that ONNX's `Reshape` asks for: 0 keeps a dimension, -1 is what remains.
pub(crate) fn reshape(from: &[Dim], wanted: &[i64]) -> Result<Shape, String> {
    let impossible = || format!("{} cannot become {wanted:?}", show(from));
    if wanted.len() > MAX_RANK {
        return Err(impossible());
    }
    let mut to: TVec<Option<Dim>> = TVec::new();
    for (place, &dim) in wanted.iter().enumerate() {
        to.push(match dim {
            -1 => None,
            0 => Some(*from.get(place).ok_or_else(impossible)?),
            dim => Some(Dim::Fixed(usize::try_from(dim).map_err(|_| impossible())?)),
        });
    }
    let known: Shape = to.iter().flatten().copied().collect();
    let lengths = |shape: &[Dim]| shape.iter().filter(|dim| **dim == Dim::Length).count();
    let (volume, have) = (fixed_volume(&known), fixed_volume(from));
    let rest = match (lengths(from).checked_sub(lengths(&known)), have % volume) {
        (Some(0), 0) => Dim::Fixed(have / volume),
        (Some(1), 0) if have == volume => Dim::Length,
        _ => return Err(impossible()),
    };
    let open = to.len() - known.len();
    if open > 1 || (open == 0 && rest != Dim::Fixed(1)) {
        return Err(impossible());
    }
    checked(to.into_iter().map(|dim| dim.unwrap_or(rest)).collect())
}

#[cfg(test)]
mod tests {
    use super::Dim::{Fixed, Length};
    use super::*;

    #[test]
    fn shapes_are_broadcast_from_the_right() {
        let fits = broadcast(&[Length, Fixed(1), Fixed(4)], &[Fixed(3), Fixed(1)]).unwrap();
        assert_eq!(fits[..], [Length, Fixed(3), Fixed(4)]);
        assert!(broadcast(&[Length], &[Fixed(3)]).is_err());
        assert!(broadcast(&[Fixed(2)], &[Fixed(3)]).is_err());
    }

    #[test]
    fn the_open_dimension_of_a_reshape_is_what_remains() {
        let rows = [Length, Fixed(384)];
        assert_eq!(
            reshape(&rows, &[-1, 6, 64]).unwrap()[..],
            [Length, Fixed(6), Fixed(64)]
        );
        assert_eq!(
            reshape(&rows, &[0, 6, -1]).unwrap()[..],
            [Length, Fixed(6), Fixed(64)]
        );
        assert_eq!(
            reshape(&[Fixed(4)], &[1, 4]).unwrap()[..],
            [Fixed(1), Fixed(4)]
        );
        for impossible in [
            &[-1, 5, 64][..],
            &[-1, -1],
            &[20, 384],
            &[384],
            &[0, 0, 0],
            &[-2, 0],
        ] {
            assert!(reshape(&rows, impossible).is_err(), "{impossible:?}");
        }
    }

    #[test]
    fn axes_count_from_either_end() {
        assert_eq!(axis(-1, 3), Ok(2));
        assert_eq!(axis(0, 3), Ok(0));
        for outside in [3, -4, i64::MIN, i64::MAX] {
            assert!(axis(outside, 3).is_err());
        }
    }
}
