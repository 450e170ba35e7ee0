//! The client of any IRCv3 server: a session without I/O, a model, a view, and one loop.

pub mod action;
mod errand;
pub mod happening;
mod holder;
pub mod kept;
pub mod key;
mod link;
pub mod local;
pub mod model;
mod modes;
mod naming;
pub mod net;
mod pace;
mod piped;
pub mod plain;
pub mod rooms;
mod run;
mod sentence;
pub mod session;
pub mod source;
pub mod store;
pub mod terminal;
pub mod view;
mod words;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use tokio::io::DuplexStream;

use crate::config::Keys;
use crate::text::Texts;
use local::Local;
use source::Source;

pub use errand::{TailOptions, send, tail};
pub use holder::{Holder, Unanswered};
pub use run::run;
pub use sentence::Sentence;

/// Opens a connection to a server in this process, as somebody who holds the key with this
/// fingerprint.
pub type Open = Box<dyn FnOnce([u8; 32]) -> Result<DuplexStream>>;

/// How many sessions there are on a server in this process, one's own too.
pub type Present = Box<dyn Fn() -> usize>;

/// Looks for the server anew at each dialling, or starts one. It is told which one the client has
/// talked to before, if any: it must find that one, or fail.
pub type Find = Box<dyn FnMut(Option<String>) -> Finding>;

/// A search that is under way.
pub type Finding = Pin<Box<dyn Future<Output = Result<Found>>>>;

/// Where the server is.
pub enum Dial {
    /// At an address: `host`, `host:port`, `ircs://…` or `irc://…`.
    Address(String),
    /// Wherever it is found.
    Find(Find),
}

/// What was found.
pub struct Found {
    /// Where the server is.
    pub place: Place,
    /// What a person should know of it, told in the first room that opens.
    pub notes: Vec<Sentence>,
}

/// Where a server was found.
pub enum Place {
    /// At an address.
    Address(String),
    /// At the address that whoever holds the data folder gives.
    Held(Holder),
    /// In this process: one hosts it.
    Here {
        /// The fingerprint of the server's key.
        server: [u8; 32],
        /// Connects to it.
        open: Open,
        /// How many are on it.
        present: Present,
    },
}

/// How to join.
pub struct JoinOptions {
    /// Where the server is.
    pub dial: Dial,
    /// The name to go by; none for the one last used there, else the user's, else one that is asked for.
    pub name: Option<String>,
    /// Rooms to be in beside the lobby.
    pub rooms: Vec<String>,
    /// The server's password.
    pub password: Option<String>,
    /// The folder of what a client keeps.
    pub data: PathBuf,
    /// The texts of the interface.
    pub texts: Arc<Texts>,
    /// What the client may touch on its machine; none where that is somebody else's.
    pub local: Option<Local>,
    /// Whether to tell an event a line, without a screen.
    pub plain: bool,
    /// Whether lines are drawn with ASCII alone.
    pub ascii: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Keys that do something else than by themselves.
    pub keys: Keys,
    /// The config file, to be read again; none where there is none to read.
    pub source: Option<Source>,
}

/// How a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done,
    /// Something that was typed into a pipe failed.
    Failed,
    /// All was done, and the server in this process is to go on.
    KeepHosting,
}
