//! The server: one hub owns the chat and the sessions, connections move bytes, dialects translate.

mod conn;
mod dialect;
mod identity;
mod lock;
mod outbox;
pub mod settings;
mod sniff;
