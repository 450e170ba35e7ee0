//! The server: one hub owns the chat and the sessions, connections move bytes, dialects translate.

mod dialect;
mod irc;
mod legacy;
pub mod names;
pub mod settings;
