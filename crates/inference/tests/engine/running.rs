//! What the engine takes and gives.

use deskbell_inference::{Engine, RunError};

use crate::transformer::{SMALL, message, transformer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn engine() -> Engine {
    Engine::load(&transformer(&SMALL).to_bytes()).expect("a supported model")
}

#[test]
fn a_transformer_gives_its_outputs_for_every_length() {
    let engine = engine();
    assert_eq!(engine.inputs().collect::<Vec<_>>(), ["pieces", "positions"]);
    assert_eq!(engine.rows("pieces"), Some(SMALL.pieces));
    assert_eq!(engine.rows("positions"), Some(SMALL.positions));
    for length in (1..=SMALL.positions).rev() {
        let (pieces, positions) = message(&SMALL, length);
        let mut outputs = engine
            .run(&[("positions", &positions), ("pieces", &pieces)])
            .unwrap();
        for (name, width) in [
            ("embedding", 24),
            ("intent", 5),
            ("sentiment", 3),
            ("own", 2),
        ] {
            assert_eq!(engine.width(name), Some(width));
            let values = outputs.take(name).unwrap();
            assert_eq!(values.len(), width);
            let sum: f32 = values.iter().sum();
            assert!(
                name == "embedding" || (sum - 1.0).abs() < 1e-5,
                "{name}: {sum}"
            );
        }
        assert!(outputs.get("intent").is_none());
    }
}

#[test]
fn the_same_message_gives_the_same_numbers_whatever_ran_before() {
    let engine = engine();
    let run = |length| {
        let (pieces, positions) = message(&SMALL, length);
        engine
            .run(&[("pieces", &pieces), ("positions", &positions)])
            .unwrap()
    };
    let first = run(7);
    for other in [1, 20, 8, 24] {
        assert_ne!(run(other), first);
        assert_eq!(run(7), first);
    }
}

#[test]
fn a_lookup_outside_a_table_never_reaches_it() {
    let engine = engine();
    for (value, rows) in [(50, 50), (-1, 50), (i64::MAX, 50), (i64::MIN, 50)] {
        let error = engine.run(&[("pieces", &[3, value]), ("positions", &[0, 1])]);
        let input = "pieces".into();
        assert_eq!(error, Err(RunError::OutsideTable { input, value, rows }));
    }
    let error = engine.run(&[("pieces", &[3, 4]), ("positions", &[0, 24])]);
    assert!(matches!(
        error,
        Err(RunError::OutsideTable { rows: 24, .. })
    ));
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let engine = engine();
    for wrong in [
        &[("pieces", &[1i64][..])][..],
        &[("pieces", &[1]), ("pieces", &[1])],
        &[("pieces", &[1]), ("positions", &[0]), ("types", &[0])],
        &[("ids", &[1]), ("positions", &[0])],
    ] {
        assert!(matches!(engine.run(wrong), Err(RunError::Inputs { .. })));
    }
    for lengths in [(0, 0), (2, 1), (1, 0)] {
        let zeros = [0; 2];
        let error = engine.run(&[
            ("pieces", &zeros[..lengths.0]),
            ("positions", &zeros[..lengths.1]),
        ]);
        assert!(matches!(error, Err(RunError::Length { .. })));
    }
}
