//! The triage worker: what is said to it, what it says, and both ends of it.
//!
//! The worker's own binary brings the [`Engine`]; the widget only knows the messages, so that none of the model
//! runtime ends up in the widget's download. A message is a text of JSON.

use std::cell::RefCell;
use std::rc::Rc;

use deskbell_client::json;
use deskbell_protocol::{Reading, WriteId};
use gloo_events::EventListener;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::{Listeners, fetch_bytes};

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
    /// The worker listens. Comes first, and only to [`Triage`] itself.
    Started,
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

/// Serves an engine in the worker that this runs in, for as long as the worker lives. Called by the worker's binary.
pub fn serve<E: Engine>() {
    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let tell = {
        let worker = worker.clone();
        // A message that cannot be posted is one that never comes: whoever asks waits with a time limit.
        move |said: &FromTriage| {
            if let Ok(json) = json::to_string(said) {
                let _ = worker.post_message(&json.into());
            }
        }
    };
    let engine: Rc<RefCell<Option<E>>> = Rc::default();
    tell(&FromTriage::Started);
    let hear = move |event: &Event| match heard(event) {
        Some(ToTriage::Load { model, manifest }) => {
            let (tell, engine) = (tell.clone(), Rc::clone(&engine));
            wasm_bindgen_futures::spawn_local(async move {
                let progress = |bytes| tell(&FromTriage::Progress(bytes));
                match load(&model, &manifest, progress).await {
                    Ok(loaded) => {
                        *engine.borrow_mut() = Some(loaded);
                        tell(&FromTriage::Ready);
                    }
                    Err(reason) => tell(&FromTriage::Failed(reason)),
                }
            });
        }
        Some(ToTriage::Read { write, text }) => {
            let start = millis();
            let engine = engine.borrow();
            let reading = engine.as_ref().and_then(|engine| engine.read(&text));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a duration, far from f32's limits"
            )]
            let millis = (millis() - start) as f32;
            tell(&FromTriage::Read {
                write,
                reading,
                millis,
            });
        }
        None => {}
    };
    EventListener::new(&worker, "message", hear).forget();
}

/// What a message says, if it is one of ours.
fn heard<M: DeserializeOwned>(event: &Event) -> Option<M> {
    let json = event.dyn_ref::<MessageEvent>()?.data().as_string()?;
    json::from_str(&json).ok()
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
        .map(JsCast::unchecked_into::<web_sys::Performance>)
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// The worker as the widget reaches it. Dropping it ends the worker.
pub struct Triage {
    worker: Option<Rc<Worker>>,
    _listeners: Listeners,
}

impl Triage {
    /// Starts the worker from its bootstrap script (an ES module) and has it load the model. Where there can be no worker,
    /// or its script fails, it is told to have [failed](FromTriage::Failed).
    pub fn start(
        script: &str,
        model: String,
        manifest: String,
        told: impl Fn(FromTriage) + Clone + 'static,
    ) -> Self {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options(script, &options).map(Rc::new) else {
            told(FromTriage::Failed("there can be no worker".to_owned()));
            return Self {
                worker: None,
                _listeners: Listeners::default(),
            };
        };
        let failed = told.clone();
        let load = ToTriage::Load { model, manifest };
        let loading = Rc::clone(&worker);
        let listeners = Listeners::default()
            .and(&worker, "message", move |event| match heard(event) {
                // What is posted before the worker listens is lost.
                Some(FromTriage::Started) => post(&loading, &load),
                Some(said) => told(said),
                None => {}
            })
            .and(&worker, "error", move |_| {
                failed(FromTriage::Failed("the worker stopped".to_owned()));
            });
        Self {
            worker: Some(worker),
            _listeners: listeners,
        }
    }

    /// Has a message read. The answer comes as [`FromTriage::Read`], or never if the worker died: whoever asks
    /// waits with a time limit.
    pub fn read(&self, write: WriteId, text: String) {
        if let Some(worker) = &self.worker {
            post(worker, &ToTriage::Read { write, text });
        }
    }
}

impl Drop for Triage {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.terminate();
        }
    }
}

fn post(worker: &Worker, message: &ToTriage) {
    if let Ok(json) = json::to_string(message) {
        let _ = worker.post_message(&json.into());
    }
}
