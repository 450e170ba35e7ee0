//! The server: one hub owns the chat and the sessions, connections move bytes, dialects translate.

mod conn;
mod dialect;
mod feed;
mod identity;
mod lock;
mod outbox;
mod roster;
pub mod settings;
mod sniff;
