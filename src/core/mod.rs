//! The chat itself: pure, synchronous, deterministic.

mod command;
mod event;
mod id;

pub use command::*;
pub use event::*;
pub use id::*;
