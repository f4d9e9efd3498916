//! What the UI crates need of a browser, and nothing of a UI: requests, event streams, storage, the triage worker,
//! clock, randomness, and listeners that take themselves off when dropped.

mod clock;
mod fetch;
mod frame;
mod http;
mod listen;
mod random;
mod shelf;
mod storage;
mod stream;
pub mod triage;

pub use clock::{WakeUp, now};
pub use fetch::{FetchError, fetch_bytes};
pub use frame::{FromLoader, Loader, ToLoader};
pub use http::{call_agent, get_site, send};
pub use listen::{Listeners, on_came_back};
pub use random::{new_visitor_token, new_write_id};
pub use shelf::Shelf;
pub use storage::Kept;
pub use stream::{EventStream, Signal};
