//! The chat itself: pure, synchronous, deterministic.
//!
//! [`State::apply`] is a function of the state and an entry: it knows no clock, chance, thread or
//! unordered map, it cannot fail (a refusal is an event), and an entry applied twice changes
//! nothing the second time. Two people who ask for one name are settled by the log's order.

mod account;
mod command;
mod event;
mod id;
mod invite;
mod mode;
mod nonce;
mod people;
mod room;
mod snapshot;
mod state;
mod talk;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use command::*;
pub use event::*;
pub use id::*;
pub use people::{Away, Invitation, SessionState, User};
pub use room::{Ban, Member, Room, Topic};
pub use snapshot::{Record, RestoreError, Snapshot};
pub use state::State;
