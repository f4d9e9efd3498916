use super::*;

/// Points around `count` corners of a space, the same on every run; the further `spread` the more they overlap.
fn clouds(count: usize, each: usize, spread: f32) -> (Vec<Vec<f32>>, Vec<usize>) {
    let mut state = 1_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    };
    let labels: Vec<usize> = (0..count * each).map(|at| at % count).collect();
    let vectors = labels.iter().map(|&label| {
        let noise: Vec<f32> = (0..count + 4).map(|_| random() * spread).collect();
        noise
            .iter()
            .enumerate()
            .map(|(at, value)| if at == label { value + 1.0 } else { *value })
            .collect()
    });
    (vectors.collect(), labels)
}

fn fitted(vectors: &[Vec<f32>], labels: &[usize], count: usize) -> Head {
    fit(vectors, labels, &[], count, &mut |_, _| ()).unwrap()
}

fn best(probabilities: &[f32]) -> usize {
    (0..probabilities.len())
        .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
        .unwrap()
}

#[test]
fn what_can_be_told_apart_is() {
    let (vectors, labels) = clouds(4, 10, 0.3);
    let head = fitted(&vectors, &labels, 4);
    for (vector, &label) in vectors.iter().zip(&labels) {
        let probabilities = head.probabilities(vector);
        assert_eq!(best(&probabilities), label);
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    assert!(
        head.held_out
            .iter()
            .zip(&labels)
            .all(|(held_out, &label)| best(held_out) == label)
    );
}

#[test]
fn the_same_examples_give_the_same_head_and_progress_is_told_to_the_end() {
    let (vectors, labels) = clouds(3, 8, 1.0);
    let mut told = Vec::new();
    let first = fit(&vectors, &labels, &[], 3, &mut |done, all| {
        told.push((done, all))
    })
    .unwrap();
    assert_eq!(first, fitted(&vectors, &labels, 3));
    assert_eq!(told.last(), Some(&(5, 5)));
    assert_eq!(told.len(), 5);
}

#[test]
fn the_length_of_all_vectors_makes_no_difference() {
    let (vectors, labels) = clouds(3, 8, 0.8);
    let long: Vec<Vec<f32>> = vectors
        .iter()
        .map(|vector| vector.iter().map(|value| value * 16.0).collect())
        .collect();
    let (short_head, long_head) = (fitted(&vectors, &labels, 3), fitted(&long, &labels, 3));
    for (short, long) in vectors.iter().zip(&long) {
        let (a, b) = (
            short_head.probabilities(short),
            long_head.probabilities(long),
        );
        assert!(
            a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-3),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn where_labels_overlap_a_probability_is_about_how_often_it_is_right() {
    let (vectors, labels) = clouds(3, 150, 2.0);
    let head = fitted(&vectors, &labels, 3);
    let right = head
        .held_out
        .iter()
        .zip(&labels)
        .filter(|(held_out, label)| best(held_out) == **label)
        .count();
    let sure: f32 = head
        .held_out
        .iter()
        .map(|held_out| held_out[best(held_out)])
        .sum();
    let (right, sure) = (right as f32 / 450.0, sure / 450.0);
    assert!((0.4..0.9).contains(&right), "{right}");
    assert!((right - sure).abs() < 0.05, "{right} {sure}");
}

#[test]
fn two_examples_of_each_label_are_enough() {
    let (vectors, labels) = clouds(2, 2, 0.1);
    let head = fitted(&vectors, &labels, 2);
    assert_eq!(best(&head.probabilities(&vectors[0])), 0);
}

#[test]
fn a_label_that_is_never_likely_changes_nothing_for_the_others() {
    let (vectors, labels) = clouds(3, 8, 0.5);
    let head = fitted(&vectors, &labels, 3);
    let wider = head.with_unlikely();
    let (narrow, wide) = (
        head.probabilities(&vectors[0]),
        wider.probabilities(&vectors[0]),
    );
    assert_eq!(
        (narrow.len(), wide.len(), wider.held_out[0].len()),
        (3, 4, 4)
    );
    assert!(wide[3] < 1e-6);
    assert!(narrow.iter().zip(&wide).all(|(a, b)| (a - b).abs() < 1e-6));
}

#[test]
fn what_no_head_can_be_fitted_to_is_refused() {
    let (vectors, labels) = clouds(2, 3, 0.1);
    let refused = |vectors: &[Vec<f32>], labels: &[usize], count| {
        fit(vectors, labels, &[], count, &mut |_, _| ()).unwrap_err()
    };
    assert_eq!(refused(&vectors, &labels[1..], 2), FitError::Labels(2));
    assert_eq!(refused(&vectors, &labels, 1), FitError::Labels(1));
    assert_eq!(refused(&vectors, &labels, 3), FitError::TooFew);
    assert_eq!(refused(&vectors[..1], &labels[..1], 2), FitError::TooFew);
    assert_eq!(refused(&[], &[], 2), FitError::Vectors);
    let mut damaged = vectors.clone();
    damaged[1][0] = f32::NAN;
    assert_eq!(refused(&damaged, &labels, 2), FitError::Vectors);
    damaged[1].clear();
    assert_eq!(refused(&damaged, &labels, 2), FitError::Vectors);
}

#[test]
fn a_label_is_told_apart_by_what_it_is_called_where_examples_say_little() {
    // All examples of both labels alike, in the first value; their names tell the second value.
    let vectors = vec![
        vec![1.0, 0.0, 0.1],
        vec![1.0, 0.0, -0.1],
        vec![1.0, 0.0, 0.1],
        vec![1.0, 0.0, -0.1],
    ];
    let labels = [0, 0, 1, 1];
    let names = [(vec![0.0, 1.0, 0.0], 0), (vec![0.0, -1.0, 0.0], 1)];
    let head = fit(&vectors, &labels, &names, 2, &mut |_, _| ()).unwrap();
    assert_eq!(best(&head.probabilities(&[0.5, 0.6, 0.0])), 0);
    assert_eq!(best(&head.probabilities(&[0.5, -0.6, 0.0])), 1);
    assert_eq!(head.held_out.len(), 4, "names are not examples");
    assert_eq!(
        fit(&vectors, &labels, &[(vec![1.0; 3], 2)], 2, &mut |_, _| ()).unwrap_err(),
        FitError::Labels(2)
    );
}
