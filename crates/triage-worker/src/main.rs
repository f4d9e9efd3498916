//! The web worker that reads messages on the customer's device.

use deskbell_browser::triage::{self, Engine};
use deskbell_inference::Classifier;
use deskbell_protocol::Reading;

struct Tract(Classifier);

impl Engine for Tract {
    fn load(model: &[u8], manifest: &[u8]) -> Result<Self, String> {
        Classifier::from_bytes(model, manifest)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    fn read(&self, text: &str) -> Option<Reading> {
        self.0.classify(text).ok()
    }
}

fn main() {
    triage::serve::<Tract>();
}
