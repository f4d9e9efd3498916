//! The triage worker: what is said to it, what it says, and both ends of it.
//!
//! The worker's own binary brings the [`Engine`]; the widget only knows the messages, so that none of the model
//! runtime ends up in the widget's download.

use std::cell::RefCell;
use std::rc::Rc;

use deskbell_protocol::{Reading, WriteId};
use gloo_worker::{HandlerId, Spawnable, Worker, WorkerBridge, WorkerDestroyHandle, WorkerScope};
use serde::{Deserialize, Serialize};

use crate::fetch_bytes;

/// What the worker is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToTriage {
    /// Load the model.
    Load {
        /// Address of `model.onnx`.
        model: String,
        /// Address of its manifest.
        manifest: String,
    },
    /// Read a message.
    Read {
        /// Which.
        write: WriteId,
        /// Its text.
        text: String,
    },
}

/// What the worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromTriage {
    /// So many bytes of the model have arrived.
    Progress(usize),
    /// The model can be asked.
    Ready,
    /// The model could not be loaded. Everything works without it.
    Failed(String),
    /// A message was read; `None` if it could not be.
    Read {
        /// Which.
        write: WriteId,
        /// What was read.
        reading: Option<Reading>,
        /// How long it took, in milliseconds.
        millis: f32,
    },
}

/// Something that reads messages.
pub trait Engine: Sized + 'static {
    /// From the bytes of a model and of its manifest.
    ///
    /// # Errors
    /// A sentence that says what is wrong with them.
    fn load(model: &[u8], manifest: &[u8]) -> Result<Self, String>;

    /// Reads one message; `None` if it cannot be read.
    fn read(&self, text: &str) -> Option<Reading>;
}

/// The worker around an engine. Registered by the worker's binary.
pub struct TriageWorker<E> {
    engine: Rc<RefCell<Option<E>>>,
}

impl<E: Engine> Worker for TriageWorker<E> {
    type Message = ();
    type Input = ToTriage;
    type Output = FromTriage;

    fn create(_: &WorkerScope<Self>) -> Self {
        Self {
            engine: Rc::default(),
        }
    }

    fn update(&mut self, _: &WorkerScope<Self>, (): ()) {}

    fn received(&mut self, scope: &WorkerScope<Self>, input: ToTriage, id: HandlerId) {
        match input {
            ToTriage::Load { model, manifest } => {
                let (scope, engine) = (scope.clone(), Rc::clone(&self.engine));
                wasm_bindgen_futures::spawn_local(async move {
                    let progress = |bytes| scope.respond(id, FromTriage::Progress(bytes));
                    let outcome = match load(&model, &manifest, progress).await {
                        Ok(loaded) => {
                            *engine.borrow_mut() = Some(loaded);
                            FromTriage::Ready
                        }
                        Err(reason) => FromTriage::Failed(reason),
                    };
                    scope.respond(id, outcome);
                });
            }
            ToTriage::Read { write, text } => {
                let start = millis();
                let reading = self
                    .engine
                    .borrow()
                    .as_ref()
                    .and_then(|engine| engine.read(&text));
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a duration, far from f32's limits"
                )]
                let millis = (millis() - start) as f32;
                scope.respond(
                    id,
                    FromTriage::Read {
                        write,
                        reading,
                        millis,
                    },
                );
            }
        }
    }

    fn destroy(&mut self, _: &WorkerScope<Self>, _: WorkerDestroyHandle<Self>) {}
}

async fn load<E: Engine>(
    model: &str,
    manifest: &str,
    progress: impl Fn(usize),
) -> Result<E, String> {
    let named = |name: &str, error| format!("{name}: {error}");
    let manifest_bytes = fetch_bytes(manifest, |_| ())
        .await
        .map_err(|it| named(manifest, it))?;
    let model_bytes = fetch_bytes(model, progress)
        .await
        .map_err(|it| named(model, it))?;
    E::load(&model_bytes, &manifest_bytes)
}

/// Milliseconds with fractions, from an arbitrary start.
fn millis() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    performance
        .ok()
        .map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Performance>)
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Stands in for the engine on the widget's side of the worker, where nothing is ever loaded.
enum Elsewhere {}

impl Engine for Elsewhere {
    fn load(_: &[u8], _: &[u8]) -> Result<Self, String> {
        Err("the model runs in the worker".to_owned())
    }

    fn read(&self, _: &str) -> Option<Reading> {
        None
    }
}

/// The worker as the widget reaches it. Dropping it ends the worker.
pub struct Triage {
    bridge: WorkerBridge<TriageWorker<Elsewhere>>,
}

impl Triage {
    /// Starts the worker from its bootstrap script (an ES module) and has it load the model.
    pub fn start(
        script: &str,
        model: String,
        manifest: String,
        told: impl Fn(FromTriage) + 'static,
    ) -> Self {
        let bridge = TriageWorker::<Elsewhere>::spawner()
            .callback(told)
            .with_loader(true)
            .as_module(true)
            .spawn(script);
        bridge.send(ToTriage::Load { model, manifest });
        Self { bridge }
    }

    /// Has a message read. The answer comes as [`FromTriage::Read`], or never if the worker died: whoever asks
    /// waits with a time limit.
    pub fn read(&self, write: WriteId, text: String) {
        self.bridge.send(ToTriage::Read { write, text });
    }
}
