//! Damaged files are refused, or give numbers or an error when they run; none stops the program.

use deskbell_inference::Engine;
use deskbell_onnx::Model;

use crate::transformer::{Size, transformer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Few enough bytes that the names and shapes are a large part of them.
const TINY: Size = Size {
    pieces: 4,
    positions: 3,
    layers: 1,
    heads: 2,
    head: 2,
    feed_forward: 3,
    labels: [2, 3, 2],
};

/// Each takes milliseconds without optimisation.
const ROUNDS: usize = 300;

/// Loads the file and, if it is accepted, runs it.
fn survives(file: &[u8]) -> bool {
    let Ok(engine) = Engine::load(file) else {
        return false;
    };
    let inputs: Vec<String> = engine.inputs().map(str::to_owned).collect();
    for ids in [&[0i64][..], &[0, 0, 0]] {
        let given: Vec<_> = inputs.iter().map(|name| (name.as_str(), ids)).collect();
        if let Ok(outputs) = engine.run(&given) {
            let all = engine.outputs().filter_map(|name| outputs.get(name));
            assert!(all.flatten().all(|value| value.is_finite()));
        }
    }
    true
}

/// Xorshift.
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 16) as usize
}

#[test]
fn no_beginning_of_a_file_is_taken_for_the_whole() {
    let file = transformer(&TINY).to_bytes();
    assert!(survives(&file));
    for end in (0..file.len()).step_by(13) {
        assert!(
            !survives(&file[..end]),
            "the first {end} of {} bytes",
            file.len()
        );
    }
}

#[test]
fn flipped_bits_stop_nothing() {
    let file = transformer(&TINY).to_bytes();
    let mut state = 0x1234_5678_9abc_def1;
    for _ in 0..ROUNDS {
        let mut damaged = file.clone();
        for _ in 0..1 + random(&mut state) % 3 {
            let at = random(&mut state) % damaged.len();
            damaged[at] ^= 1 << (random(&mut state) % 8);
        }
        survives(&damaged);
    }
}

#[test]
fn files_that_are_whole_but_say_something_else_stop_nothing() {
    let model = transformer(&TINY);
    let mut state = 0xfeed_5678_9abc_def1;
    let mut accepted = 0;
    for _ in 0..ROUNDS {
        let mut changed = model.clone();
        for _ in 0..1 + random(&mut state) % 3 {
            mutate(&mut changed, &mut state);
        }
        accepted += usize::from(survives(&changed.to_bytes()));
    }
    // Otherwise the changes are so coarse that nothing behind the checks is reached.
    assert!(accepted > ROUNDS / 10, "{accepted} accepted");
}

/// Changes one thing that the checks, not the file format, have to find.
fn mutate(model: &mut Model, state: &mut u64) {
    let graph = model.graph.as_mut().expect("a graph");
    let node = random(state) % graph.node.len();
    let other = random(state) % graph.node.len();
    let constant = random(state) % graph.initializer.len();
    let small = random(state) as i64 % 5 - 2;
    match random(state) % 10 {
        0 => graph.node[node].op_type = graph.node[other].op_type.clone(),
        1 => graph.node.swap(node, other),
        2 => drop(graph.node.remove(node)),
        3 => {
            let output = graph.node[other].output[0].clone();
            let input = random(state) % graph.node[node].input.len();
            graph.node[node].input[input] = output;
        }
        4 => {
            let name = graph.initializer[constant].name.clone();
            let input = random(state) % graph.node[node].input.len();
            graph.node[node].input[input] = name;
        }
        5 => {
            for attribute in &mut graph.node[node].attribute {
                attribute.int = small;
                for value in &mut attribute.ints {
                    *value = (*value + small).rem_euclid(3);
                }
            }
        }
        6 => graph.initializer[constant].dims.reverse(),
        7 => graph.initializer[constant].dims.insert(0, 1),
        8 => {
            // Another shape to become, or other values.
            let data = &mut graph.initializer[constant].raw_data;
            let at = random(state) % data.len();
            data[at] = data[at].wrapping_add(small as u8);
        }
        _ => {
            let output = graph.node[node].output[0].clone();
            let last = graph.output.len() - 1;
            graph.output[last].name = output;
        }
    }
}
