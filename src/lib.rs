//! `chatroom`: a chat room that you own, in one program.
//!
//! A line becomes a command, the log gives it a place, the core decides what it means, dialects
//! tell whoever must hear.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod cli;
pub mod client;
pub mod config;
pub mod core;
pub mod history;
pub mod irc;
pub mod log;
pub mod server;
pub mod term;
pub mod text;
