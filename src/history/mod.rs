//! Messages as rows: a projection of what was said, written at its own pace.
//!
//! The hub puts rows into a tail, bounded in bytes, while it applies entries; a thread writes them
//! to a SQLite file of its own. A query gets what is in the file merged with the tail as it stood
//! when the hub took the query, so whoever asks sees all that was applied before.

mod query;
mod row;
mod store;
mod tail;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;
use thiserror::Error;
use tracing::error;

use crate::core::{Millis, Seq};
use crate::log::Epoch;

pub use query::{Bound, Found, Prepared, Query, Span, Target};
pub use row::{Place, Row};
use store::Store;
use tail::Tail;

/// Read connections that are kept open.
const READERS_KEPT: usize = 4;

/// How messages are kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether they are kept at all.
    pub enabled: bool,
    /// How long, in milliseconds; for ever when there is none.
    pub retention_ms: Option<i64>,
    /// How many bytes of rows may wait to be written.
    pub tail_max: usize,
}

/// Why a history cannot be opened.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The file cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// It belongs to another log.
    #[error("{} belongs to another log than the one beside it; put both back from one backup", .0.display())]
    OtherLog(PathBuf),
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
    /// Messages between it and the log are missing.
    #[error("{} ends at entry {ends} and the log begins after {begins}; put both back from one backup", path.display())]
    Gap {
        /// Which.
        path: PathBuf,
        /// The last entry that it knows of.
        ends: Seq,
        /// The entry that the log's snapshot stands for.
        begins: Seq,
    },
    /// No thread could be started.
    #[error("cannot start a thread for the history: {0}")]
    Thread(#[from] std::io::Error),
}

/// The messages of the chat; a handle that may be copied.
#[derive(Clone, Debug)]
pub struct History {
    path: Arc<Path>,
    enabled: bool,
    tail: Arc<Tail>,
    readers: Arc<Mutex<Vec<Connection>>>,
    retention_ms: Option<i64>,
    writer: Arc<Mutex<Option<thread::JoinHandle<()>>>>,
}

impl History {
    /// Opens the history of a file, which is made where there is none, and starts its writer.
    ///
    /// `begins` is the place of the log's snapshot: what is before it is in here or nowhere.
    pub fn open(
        path: &Path,
        epoch: Epoch,
        begins: Seq,
        options: Options,
    ) -> Result<Self, HistoryError> {
        Self::open_within(path, epoch, begins, Seq(u64::MAX), options)
    }

    /// Opens the history as [`Self::open`] does, of a log whose last entry is `ends`. A log that
    /// is not synced at each commit can lose its end with the power while the history does not;
    /// what was said there is dropped, since its places are given to others.
    pub fn open_within(
        path: &Path,
        epoch: Epoch,
        begins: Seq,
        ends: Seq,
        options: Options,
    ) -> Result<Self, HistoryError> {
        let file = |source| HistoryError::File {
            path: path.into(),
            source,
        };
        let mut store = Store::open(path, epoch).map_err(file)?;
        if store.format > store::FORMAT {
            return Err(HistoryError::Newer {
                path: path.into(),
                found: store.format,
                known: store::FORMAT,
            });
        }
        if store.epoch != epoch {
            return Err(HistoryError::OtherLog(path.into()));
        }
        if store.position < begins {
            return Err(HistoryError::Gap {
                path: path.into(),
                ends: store.position,
                begins,
            });
        }
        if store.position > ends {
            store.cut(ends).map_err(file)?;
        }
        let tail = Arc::new(Tail::new(store.position, options.tail_max));
        let writers_tail = tail.clone();
        let retention_ms = options.retention_ms;
        let writer = thread::Builder::new()
            .name("history".into())
            .spawn(move || store::write(store, &writers_tail, retention_ms))?;
        let readers = Arc::default();
        Ok(Self {
            path: path.into(),
            enabled: options.enabled,
            tail,
            readers,
            retention_ms,
            writer: Arc::new(Mutex::new(Some(writer))),
        })
    }

    /// The last entry whose message is in the file.
    pub fn position(&self) -> Seq {
        self.tail.position()
    }

    /// Whether messages are kept.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Adds a message. Rows that are in the file already change nothing.
    pub fn push(&self, row: Row) {
        if self.enabled {
            self.tail.push(row);
        }
    }

    /// Says that all entries up to a place were applied, so that the position can follow although
    /// they said nothing.
    pub fn applied(&self, seq: Seq) {
        self.tail.applied(seq);
    }

    /// Whether no more should be applied before some of it is written.
    pub fn is_full(&self) -> bool {
        self.tail.is_full()
    }

    /// Waits until the tail is not full.
    pub async fn has_room(&self) {
        self.tail.has_room().await;
    }

    /// Waits, blocking, until the tail is not full.
    pub fn wait_for_room(&self) {
        self.tail.wait_for_room();
    }

    /// Why messages cannot be written now, for people.
    pub fn trouble(&self) -> Option<String> {
        let why = self.tail.trouble()?;
        Some(format!(
            "not stored: {}: {why}; make room or see to the disk",
            self.path.display()
        ))
    }

    /// Blocks until all up to a place is in the file and survives a loss of power; false when it
    /// cannot be written.
    pub fn sync(&self, seq: Seq) -> bool {
        self.tail.sync(seq)
    }

    /// Takes a query, with the tail as it stands.
    pub fn prepare(&self, query: Query) -> Prepared {
        Prepared::new(query, &self.tail)
    }

    /// Answers a query; blocking, for a thread of its own.
    pub fn run(&self, prepared: Prepared) -> Result<Found, HistoryError> {
        if !self.enabled {
            // What was kept before is nobody's to read now.
            return Ok(prepared.without_rows());
        }
        let file = |source| HistoryError::File {
            path: self.path.to_path_buf(),
            source,
        };
        let kept = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let reader = match kept {
            Some(reader) => reader,
            None => store::open_reader(&self.path).map_err(file)?,
        };
        let now = Millis(jiff::Timestamp::now().as_millisecond());
        let kept = cutoff(now, self.retention_ms);
        let found = prepared.run(&reader, kept).map_err(file);
        if let Err(error) = &found {
            error!("{error}");
        }
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
        found
    }

    /// Ends the writer once all is written, or once it cannot be.
    pub fn stop(&self) {
        self.tail.stop();
    }

    /// Ends the writer as [`Self::stop`] does, and blocks until the file is closed. What could not
    /// be written is in the log, after [`Self::position`].
    pub fn close(&self) {
        self.stop();
        // The last to close the file takes into it what is beside it, which who only reads cannot.
        self.forget_readers();
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = writer.take()
            && writer.join().is_err()
        {
            error!("the writer of the history has panicked");
        }
        // Those that were reading meanwhile.
        self.forget_readers();
    }

    fn forget_readers(&self) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.clear();
    }
}

/// The moment before which messages are dropped.
fn cutoff(now: Millis, retention_ms: Option<i64>) -> Option<Millis> {
    retention_ms.map(|kept| Millis(now.0.saturating_sub(kept)))
}
