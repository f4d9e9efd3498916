//! From which probability a merchant's label is believed.

/// The range that a limit is chosen in: below, a guess would be answered; above, hardly anything.
const LOWEST: f32 = 0.2;
const HIGHEST: f32 = 0.9;
/// Where nothing shows what is none of the labels, this share of what is read rightly is still believed.
const KEPT: f32 = 0.95;

/// Chooses the limit by predictions of a head that did not see the example (`Head::held_out`). The first `own` labels are
/// the merchant's, what has a later one is none of theirs. It is the limit at which most of both are decided rightly, a
/// merchant's message counting as much as another however many there are; in the middle where several are as good, to
/// stay away from either mistake.
#[must_use]
pub fn in_scope(held_out: &[Vec<f32>], labels: &[usize], own: usize) -> f32 {
    let mut right = Vec::new();
    let mut others = Vec::new();
    for (probabilities, &label) in held_out.iter().zip(labels) {
        let best = probabilities
            .iter()
            .take(own)
            .enumerate()
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        match best {
            Some((_, &probability)) if label >= own => others.push(probability),
            Some((at, &probability)) if at == label => right.push(probability),
            _ => {}
        }
    }
    if others.is_empty() {
        right.sort_by(f32::total_cmp);
        let left_out = (right.len() as f32 * (1.0 - KEPT)) as usize;
        let limit = right.get(left_out).copied().unwrap_or(LOWEST);
        return limit.clamp(LOWEST, HIGHEST);
    }
    let examples = labels.iter().filter(|&&label| label < own).count().max(1);
    let score = |limit: f32| {
        let taken = right
            .iter()
            .filter(|&&probability| probability >= limit)
            .count();
        let left = others
            .iter()
            .filter(|&&probability| probability < limit)
            .count();
        taken as f64 / examples as f64 + left as f64 / others.len() as f64
    };
    let limits: Vec<f32> = (0..=60)
        .map(|step| LOWEST + step as f32 / 60.0 * (HIGHEST - LOWEST))
        .collect();
    let best = limits.iter().map(|&limit| score(limit)).fold(0.0, f64::max);
    let as_good: Vec<f32> = limits
        .into_iter()
        .filter(|&limit| score(limit) >= best - 1e-9)
        .collect();
    as_good.get(as_good.len() / 2).copied().unwrap_or(LOWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_lies_between_what_is_the_merchants_and_what_is_not() {
        let held_out = [
            vec![0.9, 0.0, 0.1],
            vec![0.1, 0.8, 0.1],
            vec![0.45, 0.05, 0.5],
            vec![0.1, 0.2, 0.7],
        ];
        let limit = in_scope(&held_out, &[0, 1, 2, 2], 2);
        assert!((0.55..0.7).contains(&limit), "{limit}");
    }

    #[test]
    fn without_anything_else_nearly_all_that_is_read_rightly_is_believed() {
        let held_out: Vec<_> = (0..100)
            .map(|at| vec![0.5 + at as f32 / 250.0, 0.0])
            .collect();
        let limit = in_scope(&held_out, &[0; 100], 2);
        assert!((limit - 0.52).abs() < 1e-6, "{limit}");
        assert!((in_scope(&[], &[], 2) - LOWEST).abs() < f32::EPSILON);
    }
}
