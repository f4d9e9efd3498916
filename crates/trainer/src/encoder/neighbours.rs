//! Sharpens the teacher: a text's target is the mean of its vector and of those of its nearest texts, so that what one
//! person means by many wordings moves together. No label plays a part.
//!
//! It is kernel smoothing (Nadaraya 1964; Watson 1964) over the whole corpus. On the training splits of BANKING77 and
//! CLINC150, with ten examples a label and the others asked, it lifts the teacher from 84.3 to 86.3 and from 92.9 to
//! 93.3 per cent; twenty neighbours or a wider kernel gave less.

use anyhow::{Result, ensure};
use candle_core::{Device, Tensor};

use super::step::parallel;
use crate::progress::Progress;

/// Neighbours that count.
const NEIGHBOURS: usize = 10;
/// How fast they count less: a vector at cosine `c` has the weight exp((c - 1) / WIDTH), the text itself 1.
const WIDTH: f32 = 0.1;
/// Texts whose neighbours are looked for at once.
const CHUNK: usize = 256;

/// The vectors, each of length 1 and `width` long, drawn to their neighbours; again of length 1.
///
/// # Errors
/// If `vectors` are not of that width, or a tensor operation fails.
pub fn smoothed(vectors: &[f32], width: usize, progress: &Progress) -> Result<Vec<f32>> {
    ensure!(
        width > 0 && vectors.len().is_multiple_of(width),
        "the vectors have not this width"
    );
    let count = vectors.len() / width;
    let all = Tensor::from_slice(vectors, (count, width), &Device::Cpu)?;
    let turned = all.t()?;
    let starts: Vec<usize> = (0..count).step_by(CHUNK).collect();
    let mut found = Vec::with_capacity(vectors.len());
    // A few chunks at a time, so that progress can be told.
    for starts in starts.chunks(16) {
        let parts = parallel(starts.to_vec(), |start| {
            let asked = CHUNK.min(count - start);
            let cosines = all.narrow(0, start, asked)?.matmul(&turned)?;
            let mut part = Vec::with_capacity(asked * width);
            for (row, cosines) in cosines.to_vec2::<f32>()?.iter().enumerate() {
                part.extend(drawn(vectors, width, start + row, cosines));
            }
            Ok(part)
        })?;
        found.extend(parts.into_iter().flatten());
        progress.at(found.len() / width, count, "");
    }
    progress.end();
    Ok(found)
}

/// One vector drawn to those nearest by `cosines`.
fn drawn(vectors: &[f32], width: usize, own: usize, cosines: &[f32]) -> Vec<f32> {
    let of = |at: usize| &vectors[at * width..(at + 1) * width];
    // Falling by cosine. Nearly all texts fall short of the last one at a glance.
    let mut nearest: Vec<(f32, usize)> = Vec::with_capacity(NEIGHBOURS + 1);
    for (at, &cosine) in cosines.iter().enumerate() {
        let full = nearest.len() == NEIGHBOURS;
        if at == own || (full && cosine <= nearest[NEIGHBOURS - 1].0) {
            continue;
        }
        let place = nearest.partition_point(|near| near.0 >= cosine);
        nearest.insert(place, (cosine, at));
        nearest.truncate(NEIGHBOURS);
    }
    let mut sum = of(own).to_vec();
    for (cosine, at) in nearest {
        let weight = ((cosine - 1.0) / WIDTH).exp();
        for (sum, value) in sum.iter_mut().zip(of(at)) {
            *sum += weight * value;
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    for value in &mut sum {
        *value /= length.max(f32::MIN_POSITIVE);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(degrees: f32) -> [f32; 2] {
        [degrees.to_radians().cos(), degrees.to_radians().sin()]
    }

    #[test]
    fn near_texts_come_nearer_and_a_lone_one_stays() {
        let vectors = [at(0.0), at(10.0), at(180.0)].concat();
        let found = smoothed(&vectors, 2, &Progress::new("test")).expect("two values each");
        let cosine =
            |a: usize, b: usize| found[2 * a] * found[2 * b] + found[2 * a + 1] * found[2 * b + 1];
        assert!(cosine(0, 1) > at(10.0)[0]);
        assert!((found[4] + 1.0).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn only_the_nearest_count() {
        // Eleven at 20 degrees leave no place for those at 40.
        let mut vectors: Vec<[f32; 2]> = vec![at(0.0)];
        vectors.extend([at(20.0); 11]);
        let few = smoothed(&vectors.concat(), 2, &Progress::new("test")).expect("two values");
        vectors.extend([at(40.0); 5]);
        let more = smoothed(&vectors.concat(), 2, &Progress::new("test")).expect("two values");
        assert_eq!(few[..2], more[..2]);
    }

    #[test]
    fn another_width_is_an_error() {
        assert!(smoothed(&[1.0, 0.0, 1.0], 2, &Progress::new("test")).is_err());
    }
}
