//! The order: every command gets its place here, and is stored before anybody hears of it.
//!
//! A backend is a task that joins two channels, requests in and ordered entries out. What is
//! placed, timed and refused is decided by a pure part, [`order`].

pub mod memory;
pub mod order;
pub mod sqlite;

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::core::{Command, Entry, Seq, SessionId};

/// How many requests, and how many answers, may wait.
const QUEUE: usize = 64;

/// Which log this is: random, new at its creation and after a restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch(pub u64);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// By which the hub knows its own proposals again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A command that asks for a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// By which it is known again.
    pub ticket: Ticket,
    /// The session that asked; none for the server itself.
    pub session: Option<SessionId>,
    /// What is asked.
    pub command: Command,
}

/// What a log is asked.
#[derive(Debug)]
pub enum Request {
    /// Give these a place, in this order.
    Propose(Vec<Proposal>),
    /// Keep a snapshot instead of the one before, and drop the entries up to it. The history has
    /// synced what they said.
    Snapshot {
        /// The place that it was taken at.
        seq: Seq,
        /// Its records, one JSON object a line.
        records: Vec<u8>,
        /// Whether the entries are to be overwritten, not dropped alone.
        wipes: bool,
    },
    /// End, when all before is done.
    Stop,
}

/// What a log says.
#[derive(Debug, PartialEq)]
pub enum Ordered {
    /// These are stored.
    Committed(Vec<(Ticket, Entry)>),
    /// These are not, and never will be; others may be.
    Refused {
        /// Which.
        tickets: Vec<Ticket>,
        /// Why, for people.
        why: String,
    },
    /// What is stored is not known any more: the server must end with this sentence.
    Fatal(String),
}

/// The two ends of a log.
#[derive(Debug)]
pub struct Log {
    /// Requests in.
    pub propose: mpsc::Sender<Request>,
    /// Entries out, in order.
    pub ordered: mpsc::Receiver<Ordered>,
}

/// What a log held when it was opened.
#[derive(Debug, Default)]
pub struct Start {
    /// Which log it is.
    pub epoch: Epoch,
    /// The newest snapshot: its place and its records, one JSON object a line.
    pub snapshot: Option<(Seq, Vec<u8>)>,
    /// The entries after it.
    pub tail: Vec<Entry>,
}

/// Why a log cannot be opened.
#[derive(Debug, Error)]
pub enum LogError {
    /// The file cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// It was written by a newer program.
    #[error("{} was written by a newer chatroom (format {found}, this one knows {known}); use that one", path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A row of it cannot be read.
    #[error("{} is damaged at entry {at}: {why}; restore a backup", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// The first place of the row.
        at: i64,
        /// What is wrong with it.
        why: serde_json::Error,
    },
}
