//! The runtime of the read models: who owns a projection, where it stands,
//! how it moves, how fresh it is and how it is built anew.

mod checkpoint;
mod decoded;
mod error;
pub(crate) mod folded;
pub mod freshness;
pub mod history;
mod kinds;
mod pace;
mod page;
mod projection;
mod projector;
mod reader;
pub mod rebuild;
mod registry;
mod seat;
mod shadow;
pub mod status;
mod streams;
mod wake;
mod worker;

pub use error::RuntimeError;
pub use kinds::Fact;
#[cfg(test)]
pub(crate) use kinds::known;
pub use projection::{ApplyError, BoxFuture, Projection, Recorded, Tables};
pub use projector::{Projector, ProjectorSettings};
pub use registry::{find, registry};
