//! The client of any IRCv3 server: a session without I/O, a model, a view, and one loop.

pub mod action;
mod errand;
pub mod happening;
pub mod key;
mod link;
pub mod model;
pub mod net;
mod pace;
pub mod plain;
pub mod rooms;
mod run;
mod sentence;
pub mod session;
pub mod store;
pub mod terminal;
pub mod view;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use tokio::io::DuplexStream;

use crate::config::Keys;
use crate::text::Texts;
use store::{Store, hex};

pub use errand::{TailOptions, send, tail};
pub use run::run;
pub use sentence::Sentence;

/// The name of somebody who has none anywhere.
const NAMELESS: &str = "guest";

/// Opens a connection to a server in this process, as somebody who holds the key with this
/// fingerprint.
pub type Open = Box<dyn FnMut([u8; 32]) -> Result<DuplexStream>>;

/// Where the server is.
pub enum Dial {
    /// At an address: `host`, `host:port`, `ircs://…` or `irc://…`.
    Address(String),
    /// In this process.
    Here {
        /// The fingerprint of the server's key.
        server: [u8; 32],
        /// Connects to it; asked again after a loss.
        open: Open,
    },
}

/// How to join.
pub struct JoinOptions {
    /// Where the server is.
    pub dial: Dial,
    /// The name to go by; none for the one last used there, else the system's.
    pub name: Option<String>,
    /// Rooms to be in beside the lobby.
    pub rooms: Vec<String>,
    /// The server's password.
    pub password: Option<String>,
    /// The folder of what a client keeps.
    pub data: PathBuf,
    /// The texts of the interface.
    pub texts: Arc<Texts>,
    /// Whether to tell an event a line, without a screen.
    pub plain: bool,
    /// Whether lines are drawn with ASCII alone.
    pub ascii: bool,
    /// What is shown first.
    pub notes: Vec<String>,
    /// Keys that do something else than by themselves.
    pub keys: Keys,
}

/// How a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done,
    /// Something that was typed into a pipe failed.
    Failed,
}

impl JoinOptions {
    /// The name to go by.
    fn name_to_use(&self, store: &Store) -> Result<String> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        let identity = match &self.dial {
            Dial::Here { server, .. } => Some(hex(server)),
            Dial::Address(address) => {
                let address: net::Address = address.parse()?;
                net::known_identity(&address, store)?
            }
        };
        let known = identity.map(|identity| store.last_name(&identity));
        if let Some(name) = known.transpose()?.flatten() {
            return Ok(name);
        }
        let user = std::env::var("USER").or_else(|_unset| std::env::var("USERNAME"));
        let user = user.unwrap_or_default();
        let is_name = user
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        Ok(match is_name && !user.is_empty() && user != "root" {
            true => user,
            false => NAMELESS.to_owned(),
        })
    }
}
