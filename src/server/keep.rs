//! Snapshots: copied in a turn, written off it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::core::{Record, Seq, State};
use crate::history::History;
use crate::log::Request;

/// Entries between two snapshots.
const ENTRIES: usize = 50_000;
/// How long what was said stands in the log where no history is kept.
const UNKEPT: Duration = Duration::from_secs(60);

/// Sees to it that a start costs the tail and not the past.
pub(super) struct Keeper {
    history: History,
    log: mpsc::Sender<Request>,
    /// Entries since the last snapshot.
    entries: usize,
    /// When the first of them came.
    since: Option<Instant>,
    is_busy: Arc<AtomicBool>,
}

impl Keeper {
    pub(super) fn new(history: History, log: mpsc::Sender<Request>) -> Self {
        Self {
            history,
            log,
            entries: 0,
            since: None,
            is_busy: Arc::default(),
        }
    }

    /// Counts entries that were applied.
    pub(super) fn count(&mut self, entries: usize) {
        self.entries += entries;
        if entries > 0 {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Begins a snapshot when it is time for one.
    pub(super) fn keep_now_and_then(&mut self, state: &State) {
        let is_old = || self.since.is_some_and(|since| since.elapsed() >= UNKEPT);
        let is_due = self.entries >= ENTRIES || !self.history.is_enabled() && is_old();
        if !is_due || self.is_busy.swap(true, Ordering::Relaxed) {
            return;
        }
        (self.entries, self.since) = (0, None);
        let (seq, records) = (state.seq(), state.snapshot());
        let (history, log, is_busy) =
            (self.history.clone(), self.log.clone(), self.is_busy.clone());
        let begun = thread::Builder::new()
            .name("snapshot".into())
            .spawn(move || {
                if let Some(request) = prepare(&history, seq, &records) {
                    // A log that has ended keeps no more.
                    let _ = log.blocking_send(request);
                }
                is_busy.store(false, Ordering::Relaxed);
            });
        if let Err(error) = begun {
            tracing::warn!("no snapshot: no thread could be started: {error}");
            self.is_busy.store(false, Ordering::Relaxed);
        }
    }

    /// Keeps a snapshot before the end, and closes the history.
    pub(super) async fn keep_last(&self, state: &State) {
        let (seq, records) = (state.seq(), state.snapshot());
        let history = self.history.clone();
        let made = spawn_blocking(move || prepare(&history, seq, &records)).await;
        if let Ok(Some(request)) = made {
            // A log that has ended keeps no more.
            let _ = self.log.send(request).await;
        }
        self.close().await;
    }

    /// Ends the history's writer, and waits until its file is closed: after the folder's lock is
    /// gone, another server may open it.
    pub(super) async fn close(&self) {
        let history = self.history.clone();
        if spawn_blocking(move || history.close()).await.is_err() {
            tracing::warn!("the history could not be closed");
        }
    }
}

/// Makes a snapshot ready once the history has what its entries said.
fn prepare(history: &History, seq: Seq, records: &[Record]) -> Option<Request> {
    let mut lines = Vec::new();
    for record in records {
        if let Err(error) = serde_json::to_writer(&mut lines, record) {
            tracing::warn!("no snapshot: a record cannot be written: {error}");
            return None;
        }
        lines.push(b'\n');
    }
    if !history.sync(seq) {
        tracing::warn!("no snapshot: the history cannot be written");
        return None;
    }
    Some(Request::Snapshot {
        seq,
        records: lines,
        wipes: !history.is_enabled(),
    })
}
