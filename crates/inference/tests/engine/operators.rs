//! Each operator by itself: the numbers that ONNX's specification asks for, and a clear refusal of the rest.

use deskbell_inference::Engine;
use deskbell_onnx::{
    Attribute, Constant, Extent, FLOAT, Graph, INT64, Model, Node, OperatorSet, Value,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A graph that looks rows of `table` up as `x`, applies `nodes`, and gives `y`.
fn model(table: Constant, constants: Vec<Constant>, nodes: Vec<Node>) -> Model {
    let mut all = vec![Node::new("Gather", &["table", "ids"], "x", vec![])];
    all.extend(nodes);
    let mut initializer = vec![Constant {
        name: "table".into(),
        ..table
    }];
    initializer.extend(constants);
    let graph = Graph {
        node: all,
        name: "one".into(),
        initializer,
        input: vec![Value::new("ids", INT64, vec![Extent::Named("n".into())])],
        output: vec![Value::new("y", FLOAT, vec![])],
    };
    Model::new("test", "", graph)
}

/// Two rows: 1 2 3 and -1 0 5.
fn rows() -> Constant {
    Constant::floats("", &[2, 3], &[1.0, 2.0, 3.0, -1.0, 0.0, 5.0])
}

fn run(model: &Model, ids: &[i64]) -> Vec<f32> {
    let engine = Engine::load(&model.to_bytes()).expect("a supported model");
    let outputs = engine.run(&[("ids", ids)]);
    outputs
        .expect("ids within the table")
        .take("y")
        .expect("the output")
}

#[track_caller]
fn computes(constants: Vec<Constant>, nodes: Vec<Node>, expected: &[f32]) {
    let found = run(&model(rows(), constants, nodes), &[0, 1]);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-5,
            "{found} instead of {expected}"
        );
    }
}

#[track_caller]
fn refused(model: &Model) -> String {
    match Engine::load(&model.to_bytes()) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

fn vector(name: &str, values: &[f32]) -> Constant {
    Constant::floats(name, &[values.len()], values)
}

#[test]
fn arithmetic_works_value_by_value() {
    let c = || vec![vector("c", &[2.0, 4.0, -1.0])];
    let node = |operator, inputs: [&str; 2]| vec![Node::new(operator, &inputs, "y", vec![])];
    computes(
        c(),
        node("Add", ["x", "c"]),
        &[3.0, 6.0, 2.0, 1.0, 4.0, 4.0],
    );
    computes(
        c(),
        node("Sub", ["c", "x"]),
        &[1.0, 2.0, -4.0, 3.0, 4.0, -6.0],
    );
    computes(
        c(),
        node("Mul", ["c", "x"]),
        &[2.0, 8.0, -3.0, -2.0, 0.0, -5.0],
    );
    computes(
        c(),
        node("Div", ["x", "c"]),
        &[0.5, 0.5, -3.0, -0.5, 0.0, -5.0],
    );
    computes(
        vec![],
        node("Mul", ["x", "x"]),
        &[1.0, 4.0, 9.0, 1.0, 0.0, 25.0],
    );
}

#[test]
fn activations_are_what_they_are_called() {
    let node = |operator| vec![Node::new(operator, &["x"], "y", vec![])];
    computes(vec![], node("Relu"), &[1.0, 2.0, 3.0, 0.0, 0.0, 5.0]);
    let each = |f: fn(f32) -> f32| [1.0, 2.0, 3.0, -1.0, 0.0, 5.0].map(f);
    computes(vec![], node("Tanh"), &each(f32::tanh));
    computes(vec![], node("Sigmoid"), &each(|x| 1.0 / (1.0 + (-x).exp())));
}

#[test]
fn softmax_is_over_the_last_axis() {
    let node = Node::new("Softmax", &["x"], "y", vec![Attribute::int("axis", 1)]);
    let row = |values: [f32; 3]| {
        let sum: f32 = values.iter().map(|x| x.exp()).sum();
        values.map(|x| x.exp() / sum)
    };
    let expected = [row([1.0, 2.0, 3.0]), row([-1.0, 0.0, 5.0])].concat();
    computes(vec![], vec![node], &expected);
}

#[test]
fn means_are_of_the_axes_named() {
    let node = |attributes| vec![Node::new("ReduceMean", &["x"], "y", attributes)];
    let axes = |axes: &[i64]| Attribute::ints("axes", axes);
    computes(vec![], node(vec![axes(&[0])]), &[0.0, 1.0, 4.0]);
    computes(
        vec![],
        node(vec![axes(&[-1]), Attribute::int("keepdims", 0)]),
        &[2.0, 4.0 / 3.0],
    );
    computes(vec![], node(vec![]), &[10.0 / 6.0]);
}

#[test]
fn axes_can_be_moved_regrouped_and_joined() {
    let node = |operator, inputs: &[&str], output, attributes| {
        Node::new(operator, inputs, output, attributes)
    };
    computes(
        vec![],
        vec![node("Transpose", &["x"], "y", vec![])],
        &[1.0, -1.0, 2.0, 0.0, 3.0, 5.0],
    );
    let shape = Constant::integers("shape", &[3], &[-1, 1, 3]);
    let reshape = node("Reshape", &["x", "shape"], "r", vec![]);
    let joined = node("Concat", &["r", "r"], "y", vec![Attribute::int("axis", 1)]);
    let twice = [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, -1.0, 0.0, 5.0, -1.0, 0.0, 5.0];
    computes(vec![shape], vec![reshape, joined], &twice);
}

#[test]
fn matrices_are_multiplied_with_and_without_a_batch() {
    let c = Constant::floats("c", &[3, 2], &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    let product = Node::new("MatMul", &["x", "c"], "y", vec![]);
    computes(vec![c], vec![product], &[4.0, 5.0, 4.0, 5.0]);
    let constants = vec![
        Constant::integers("columns", &[3], &[-1, 3, 1]),
        Constant::integers("rows", &[3], &[-1, 1, 3]),
    ];
    let nodes = vec![
        Node::new("Reshape", &["x", "columns"], "column", vec![]),
        Node::new("Reshape", &["x", "rows"], "row", vec![]),
        Node::new("MatMul", &["row", "column"], "y", vec![]),
    ];
    computes(constants, nodes, &[14.0, 26.0]);
}

#[test]
fn layers_are_normalised_with_or_without_a_bias() {
    let constants = vec![
        vector("scale", &[1.0, 1.0, 2.0]),
        vector("bias", &[0.0, 10.0, 0.0]),
    ];
    let node = |inputs: &[&str]| vec![Node::new("LayerNormalization", inputs, "y", vec![])];
    let third = (2.0f32 / 3.0 + 1e-5).sqrt().recip();
    let found = run(
        &model(rows(), constants.clone(), node(&["x", "scale", "bias"])),
        &[0],
    );
    let expected = [-third, 10.0, 2.0 * third];
    assert!(
        found
            .iter()
            .zip(expected)
            .all(|(a, b)| (a - b).abs() < 1e-5),
        "{found:?}"
    );
    let found = run(&model(rows(), constants, node(&["x", "scale", ""])), &[0]);
    assert!(found[1].abs() < 1e-5, "{found:?}");
}

#[test]
fn integers_become_numbers_by_one_scale_or_one_per_axis() {
    let table = || Constant::bytes("", &[2, 3], &[1, 2, -3, 127, 0, -128]);
    let constants = vec![
        Constant::floats("one", &[], &[0.5]),
        vector("each", &[1.0, 10.0, 0.1]),
        vector("each_row", &[1.0, 10.0]),
        Constant::bytes("zero", &[], &[0]),
        Constant::bytes("c", &[2, 3], &[1, 2, -3, 127, 0, -128]),
    ];
    let dequantize = |inputs: &[&str], attributes| {
        let node = Node::new("DequantizeLinear", inputs, "y", attributes);
        run(&model(table(), constants.clone(), vec![node]), &[1, 0])
    };
    assert_eq!(
        dequantize(&["x", "one", "zero"], vec![]),
        [63.5, 0.0, -64.0, 0.5, 1.0, -1.5]
    );
    let each = dequantize(&["x", "each"], vec![Attribute::int("axis", -1)]);
    assert_eq!(each[..3], [127.0, 0.0, -12.8]);
    let cast = Node::new("Cast", &["x"], "y", vec![Attribute::int("to", 1)]);
    assert_eq!(
        run(&model(table(), vec![], vec![cast]), &[0]),
        [1.0, 2.0, -3.0]
    );
    // A constant: per row, and then added to numbers so that it is part of the computation.
    let nodes = vec![
        Node::new(
            "DequantizeLinear",
            &["c", "each_row"],
            "d",
            vec![Attribute::int("axis", 0)],
        ),
        Node::new("Gather", &["d", "ids"], "e", vec![]),
        Node::new("Cast", &["x"], "f", vec![Attribute::int("to", 1)]),
        Node::new("Add", &["e", "f"], "y", vec![]),
    ];
    assert_eq!(
        run(&model(table(), constants.clone(), nodes), &[1]),
        [1397.0, 0.0, -1408.0]
    );
}

#[test]
fn what_is_not_supported_is_refused_with_the_name_of_the_node() {
    let with = |constants, node| refused(&model(rows(), constants, vec![node]));
    let c = |values: &[f32]| vec![vector("c", values)];
    let cases = [
        (
            vec![],
            Node::new("Erf", &["x"], "y", vec![]),
            "node 'y' (Erf): this operator is not supported",
        ),
        (
            vec![],
            Node::new("Add", &["x", "z"], "y", vec![]),
            "'z' is neither a constant nor computed",
        ),
        (
            vec![],
            Node::new("Add", &["x"], "y", vec![]),
            "it has 1 inputs",
        ),
        (
            vec![],
            Node::new("Add", &["x", ""], "y", vec![]),
            "input 1 is missing",
        ),
        (
            vec![],
            Node::new("Add", &["x", "ids"], "y", vec![]),
            "'ids' can only be looked up",
        ),
        (
            c(&[1.0, 2.0]),
            Node::new("Add", &["x", "c"], "y", vec![]),
            "[n, 3] and [2] do not fit",
        ),
        (
            c(&[1.0, 2.0]),
            Node::new("MatMul", &["x", "c"], "y", vec![]),
            "cannot be multiplied",
        ),
        (
            vec![],
            Node::new("Relu", &["x"], "y", vec![Attribute::int("slope", 1)]),
            "'slope' is not supported",
        ),
        (
            vec![],
            Node::new("Softmax", &["x"], "y", vec![Attribute::int("axis", 0)]),
            "only the last axis",
        ),
        (
            vec![],
            Node::new("Softmax", &["x"], "y", vec![Attribute::float("axis", 1.0)]),
            "has a wrong type",
        ),
        (
            vec![],
            Node::new(
                "Transpose",
                &["x"],
                "y",
                vec![Attribute::ints("perm", &[0, 0])],
            ),
            "no order of 2 axes",
        ),
        (
            c(&[1.0]),
            Node::new("Reshape", &["x", "c"], "y", vec![]),
            "F32 instead of I64",
        ),
        (
            c(&[1.0]),
            Node::new("Gather", &["x", "ids"], "y", vec![]),
            "'x' must be a constant",
        ),
        (
            c(&[1.0]),
            Node::new("DequantizeLinear", &["x", "c"], "y", vec![]),
            "is not 8-bit integers",
        ),
        (
            c(&[1.0]),
            Node::new("LayerNormalization", &["x", "c"], "y", vec![]),
            "'c' does not fit axis 1 of [n, 3]",
        ),
        (
            vec![],
            Node::new("Relu", &["x"], "x", vec![]),
            "there are two values of this name",
        ),
        (
            vec![],
            Node::new("Relu", &["x"], "w", vec![]),
            "an output must be computed",
        ),
    ];
    for (constants, node, expected) in cases {
        let error = with(constants, node);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn constants_that_contradict_themselves_are_refused() {
    let relu = || vec![Node::new("Relu", &["x"], "y", vec![])];
    let with = |change: fn(&mut Constant)| {
        let mut table = rows();
        change(&mut table);
        refused(&model(table, vec![], relu()))
    };
    for error in [
        with(|table| table.dims = vec![2, 4]),
        with(|table| table.dims = vec![i64::MAX, i64::MAX]),
        with(|table| table.raw_data.truncate(23)),
        with(|table| table.raw_data.clear()),
    ] {
        assert!(
            error.contains("value 'table'") && error.contains("bytes cannot have the shape"),
            "{error}"
        );
    }
    assert!(with(|table| table.dims = vec![-2, -3]).contains("an axis without values"));
    assert!(with(|table| table.dims = vec![0, 3]).contains("an axis without values"));
    assert!(with(|table| table.dims = vec![1, 1, 1, 2, 3]).contains("more than 4 axes"));
    assert!(with(|table| table.data_type = 11).contains("type 11"));
}

#[test]
fn results_that_nothing_sensible_needs_are_refused_before_they_are_allocated() {
    let constants = vec![
        Constant::floats("column", &[3_000, 1], &[0.0; 3_000]),
        vector("row", &[0.0; 3_000]),
    ];
    let nodes = vec![
        Node::new("Add", &["column", "row"], "square", vec![]),
        Node::new("ReduceMean", &["square"], "y", vec![]),
    ];
    let error = refused(&model(rows(), constants, nodes));
    assert!(error.contains("[3000, 3000] is too large"), "{error}");
}

#[test]
fn other_versions_and_other_peoples_operators_are_refused() {
    let mut newer = model(rows(), vec![], vec![Node::new("Relu", &["x"], "y", vec![])]);
    newer.opset_import = vec![OperatorSet {
        domain: String::new(),
        version: 18,
    }];
    assert!(refused(&newer).contains("set 18"));
    let mut theirs = model(rows(), vec![], vec![Node::new("Relu", &["x"], "y", vec![])]);
    theirs.graph.as_mut().unwrap().node[1].domain = "com.example".into();
    assert!(refused(&theirs).contains("not supported"));
}
