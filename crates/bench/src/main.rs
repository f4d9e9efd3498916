//! The inference engine with a door for JavaScript: what `cargo xtask bench inference` measures.
//!
//! The triage worker ships the same engine behind messages that carry texts. Here are numbers in and numbers out, as
//! onnxruntime-web has them, so that both can be timed alike. Nothing of this is shipped.

use wasm_bindgen::prelude::wasm_bindgen;

/// A loaded model.
#[wasm_bindgen]
pub struct Engine(deskbell_inference::Engine);

#[wasm_bindgen]
impl Engine {
    /// Loads an ONNX file.
    ///
    /// # Errors
    /// A sentence that says why it cannot be loaded.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Self, String> {
        deskbell_inference::Engine::load(file)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Rows of the table that an input is looked up in; 0 if there is no such input.
    #[must_use]
    pub fn rows(&self, input: &str) -> usize {
        self.0.rows(input).unwrap_or(0)
    }

    /// The names of the outputs.
    #[must_use]
    pub fn outputs(&self) -> Vec<String> {
        self.0.outputs().map(str::to_owned).collect()
    }

    /// The values of all outputs, one output behind the other in the order of `outputs`.
    ///
    /// # Errors
    /// A sentence that says why the model gave no result.
    pub fn run(&self, pieces: &[i64], positions: &[i64]) -> Result<Vec<f32>, String> {
        let inputs = [("pieces", pieces), ("positions", positions)];
        let results = self.0.run(&inputs).map_err(|error| error.to_string())?;
        let values = self.0.outputs().filter_map(|name| results.get(name));
        Ok(values.flatten().copied().collect())
    }
}

fn main() {}
