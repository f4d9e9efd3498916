//! A transformer with random weights, of the form of the triage model and of any size: 8-bit weights, learnt positions,
//! attention with several heads, and the outputs `embedding`, `intent`, `sentiment` and `own`.

use deskbell_onnx::{Attribute, Constant, Extent, FLOAT, Graph, INT64, Model, Node, Value};

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows of the table of pieces.
    pub pieces: usize,
    /// Rows of the table of positions.
    pub positions: usize,
    /// Layers of attention and feed-forward.
    pub layers: usize,
    /// Values per piece: `heads` times `head`.
    pub heads: usize,
    /// Values per head.
    pub head: usize,
    /// Values of the feed-forward layer between.
    pub feed_forward: usize,
    /// Values of the outputs `intent`, `sentiment` and `own`.
    pub labels: [usize; 3],
}

/// Small enough to compute thousands of times without optimisation.
pub const SMALL: Size = Size {
    pieces: 50,
    positions: 24,
    layers: 2,
    heads: 3,
    head: 8,
    feed_forward: 40,
    labels: [5, 3, 2],
};

/// The ids of a message of this length: pieces spread over the table, and positions from 0.
pub fn message(size: &Size, length: usize) -> (Vec<i64>, Vec<i64>) {
    let pieces = (0..length).map(|place| (place * 7919 + length) % size.pieces);
    let positions = 0..length;
    (
        pieces.map(|piece| piece as i64).collect(),
        positions.map(|place| place as i64).collect(),
    )
}

/// The file, always the same for the same size.
pub fn transformer(size: &Size) -> Model {
    let mut to = Builder::default();
    let width = size.heads * size.head;
    let labels = size.labels;

    to.constant(Constant::floats("half", &[], &[0.5]));
    to.table("piece_table", size.pieces, width, 0);
    to.node(
        "Gather",
        &["piece_table", "pieces"],
        "piece_integers",
        vec![Attribute::int("axis", 0)],
    );
    to.node(
        "DequantizeLinear",
        &["piece_integers", "piece_table_scale", "piece_table_zero"],
        "piece_rows",
        vec![Attribute::int("axis", 1)],
    );
    to.weights("position_rows_of", size.positions, width);
    to.node(
        "Gather",
        &["position_rows_of", "positions"],
        "position_rows",
        vec![],
    );
    to.node("Add", &["piece_rows", "position_rows"], "sum", vec![]);
    to.layer_norm("sum", "layer_0", width);
    for layer in 0..size.layers {
        to.layer(
            size,
            &format!("layer_{layer}"),
            &format!("layer_{}", layer + 1),
        );
    }
    let last = format!("layer_{}", size.layers);
    to.node(
        "ReduceMean",
        &[&last],
        "mean",
        vec![Attribute::ints("axes", &[0]), Attribute::int("keepdims", 1)],
    );
    to.reshape("mean", "embedding", &[-1]);
    for (name, labels) in ["intent", "sentiment", "own"].into_iter().zip(labels) {
        to.linear("mean", &format!("{name}_logits"), width, labels);
        to.node(
            "Softmax",
            &[&format!("{name}_logits")],
            &format!("{name}_row"),
            vec![Attribute::int("axis", -1)],
        );
        to.reshape(&format!("{name}_row"), name, &[labels as i64]);
    }
    let input = |name| Value::new(name, INT64, vec![Extent::Named("n".into())]);
    let output = |name, width: usize| Value::new(name, FLOAT, vec![Extent::Fixed(width as i64)]);
    let graph = Graph {
        node: to.nodes,
        name: "transformer".into(),
        initializer: to.constants,
        input: vec![input("pieces"), input("positions")],
        output: vec![
            output("embedding", width),
            output("intent", labels[0]),
            output("sentiment", labels[1]),
            output("own", labels[2]),
        ],
    };
    Model::new("deskbell-inference's tests", "Random weights.", graph)
}

#[derive(Default)]
struct Builder {
    constants: Vec<Constant>,
    nodes: Vec<Node>,
    state: u64,
}

impl Builder {
    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.state;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// From -1 to 1.
    fn floats(&mut self, count: usize) -> Vec<f32> {
        let unit = |bits: u64| (bits >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
        (0..count).map(|_| unit(self.random())).collect()
    }

    fn constant(&mut self, constant: Constant) {
        self.constants.push(constant);
    }

    fn node(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: Vec<Attribute>) {
        self.nodes
            .push(Node::new(operator, inputs, output, attributes));
    }

    /// 8-bit integers with one scale per column and the zero point that quantisers write.
    fn table(&mut self, name: &str, rows: usize, columns: usize, zero: i8) {
        let integers: Vec<i8> = (0..rows * columns).map(|_| self.random() as i8).collect();
        let scales = self.floats(columns);
        let scales: Vec<f32> = scales
            .iter()
            .map(|value| (1.5 + value) / 150.0 / (rows as f32).sqrt())
            .collect();
        self.constant(Constant::bytes(name, &[rows, columns], &integers));
        self.constant(Constant::floats(
            &format!("{name}_scale"),
            &[columns],
            &scales,
        ));
        self.constant(Constant::bytes(
            &format!("{name}_zero"),
            &[columns],
            &vec![zero; columns],
        ));
    }

    /// A matrix stored in 8 bits.
    fn weights(&mut self, name: &str, rows: usize, columns: usize) {
        let table = format!("{name}_8");
        self.table(&table, rows, columns, 0);
        let inputs = [
            table.as_str(),
            &format!("{table}_scale"),
            &format!("{table}_zero"),
        ];
        self.node(
            "DequantizeLinear",
            &inputs,
            name,
            vec![Attribute::int("axis", 1)],
        );
    }

    fn linear(&mut self, from: &str, to: &str, rows: usize, columns: usize) {
        let [weights, bias, sum] = ["weights", "bias", "sum"].map(|part| format!("{to}_{part}"));
        self.weights(&weights, rows, columns);
        let values = self.floats(columns);
        self.constant(Constant::floats(&bias, &[columns], &values));
        self.node("MatMul", &[from, &weights], &sum, vec![]);
        self.node("Add", &[&sum, &bias], to, vec![]);
    }

    fn layer_norm(&mut self, from: &str, to: &str, width: usize) {
        let [scale, bias] = ["scale", "bias"].map(|part| format!("{to}_{part}"));
        let (scales, biases) = (self.floats(width), self.floats(width));
        self.constant(Constant::floats(&scale, &[width], &scales));
        self.constant(Constant::floats(&bias, &[width], &biases));
        let attributes = vec![
            Attribute::int("axis", -1),
            Attribute::float("epsilon", 1e-12),
        ];
        self.node("LayerNormalization", &[from, &scale, &bias], to, attributes);
    }

    fn reshape(&mut self, from: &str, to: &str, shape: &[i64]) {
        let name = format!("{to}_shape");
        self.constant(Constant::integers(&name, &[shape.len()], shape));
        self.node("Reshape", &[from, &name], to, vec![]);
    }

    fn layer(&mut self, size: &Size, from: &str, to: &str) {
        let width = size.heads * size.head;
        let part = |name: &str| format!("{to}_{name}");
        for (name, perm) in [("q", [1, 0, 2]), ("k", [1, 2, 0]), ("v", [1, 0, 2])] {
            let [rows, split, heads] =
                ["rows", "split", "heads"].map(|step| part(&format!("{name}_{step}")));
            self.linear(from, &rows, width, width);
            self.reshape(&rows, &split, &[-1, size.heads as i64, size.head as i64]);
            self.node(
                "Transpose",
                &[&split],
                &heads,
                vec![Attribute::ints("perm", &perm)],
            );
        }
        self.node(
            "MatMul",
            &[&part("q_heads"), &part("k_heads")],
            &part("scores"),
            vec![],
        );
        self.node("Mul", &[&part("scores"), "half"], &part("scaled"), vec![]);
        self.node(
            "Softmax",
            &[&part("scaled")],
            &part("attention"),
            vec![Attribute::int("axis", -1)],
        );
        self.node(
            "MatMul",
            &[&part("attention"), &part("v_heads")],
            &part("mixed"),
            vec![],
        );
        self.node(
            "Transpose",
            &[&part("mixed")],
            &part("by_place"),
            vec![Attribute::ints("perm", &[1, 0, 2])],
        );
        self.reshape(&part("by_place"), &part("joined"), &[-1, width as i64]);
        self.linear(&part("joined"), &part("attended"), width, width);
        self.node("Add", &[&part("attended"), from], &part("residual"), vec![]);
        self.layer_norm(&part("residual"), &part("middle"), width);

        self.linear(&part("middle"), &part("wide"), width, size.feed_forward);
        let gelu = part("gelu_factor");
        self.constant(Constant::floats(&gelu, &[], &[1.702]));
        self.node("Mul", &[&part("wide"), &gelu], &part("gelu_input"), vec![]);
        self.node("Sigmoid", &[&part("gelu_input")], &part("gate"), vec![]);
        self.node(
            "Mul",
            &[&part("wide"), &part("gate")],
            &part("gated"),
            vec![],
        );
        self.linear(&part("gated"), &part("narrow"), size.feed_forward, width);
        self.node(
            "Add",
            &[&part("narrow"), &part("middle")],
            &part("out"),
            vec![],
        );
        self.layer_norm(&part("out"), to, width);
    }
}
