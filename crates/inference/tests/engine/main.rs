//! The engine: it computes what ONNX says, and refuses whatever it cannot compute.

mod corruption;
#[cfg(not(target_arch = "wasm32"))]
mod onnxruntime;
mod operators;
mod running;
mod transformer;
