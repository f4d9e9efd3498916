//! People who use the desk through a network that does what it wants.

mod agent;
mod inbox;
mod probe;
mod reader;
mod sending;
mod visitor;

pub use agent::{Account, sign_in, work};
pub use probe::probe;
pub use reader::Reader;
pub use visitor::{Visit, visit};
