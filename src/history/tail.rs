//! What was said and is not in the file yet.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::row::{Place, Row};
use crate::core::Seq;

/// What was said and is not in the file yet, between the hub and the writer.
#[derive(Debug)]
pub(super) struct Tail {
    inner: Mutex<Inner>,
    /// For the writer, and for who waits for it while blocking.
    changed: Condvar,
    /// For the hub.
    room: Notify,
    max: usize,
}

#[derive(Debug, Default)]
struct Inner {
    /// What the writer has not taken yet.
    rows: Vec<Row>,
    /// What the writer has taken and not written yet, so that it is still found here.
    taken: Arc<Vec<Row>>,
    /// The memory of what was written last, for what comes next.
    spare: Vec<Row>,
    /// Bytes of both.
    bytes: usize,
    /// The last entry that was applied.
    applied: Seq,
    /// The last entry that is in the file.
    position: Seq,
    /// The last entry that is in the file whatever happens.
    synced: Seq,
    sync_wanted: Seq,
    trouble: Option<String>,
    stopping: bool,
    /// The writer is no more.
    ended: bool,
}

/// What the writer does next.
pub(super) enum Work {
    /// Write these, then say that the position is there.
    Write {
        rows: Arc<Vec<Row>>,
        position: Seq,
        sync: bool,
    },
    /// Nothing came for a while.
    Idle,
    /// All is written.
    End,
}

impl Tail {
    pub(super) fn new(position: Seq, max: usize) -> Self {
        let inner = Inner {
            position,
            synced: position,
            applied: position,
            ..Inner::default()
        };
        Self {
            inner: Mutex::new(inner),
            changed: Condvar::new(),
            room: Notify::new(),
            max,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn position(&self) -> Seq {
        self.lock().position
    }

    pub(super) fn push(&self, row: Row) {
        let mut inner = self.lock();
        let newest = inner.rows.last().or(inner.taken.last());
        if row.seq <= newest.map_or(inner.position, |row| row.seq) {
            return;
        }
        inner.applied = inner.applied.max(row.seq);
        inner.bytes += row.size();
        inner.rows.push(row);
        // A writer that is at work looks again by itself.
        if inner.rows.len() == 1 {
            self.changed.notify_all();
        }
    }

    pub(super) fn applied(&self, seq: Seq) {
        let mut inner = self.lock();
        inner.applied = inner.applied.max(seq);
    }

    /// Whether the hub must wait. It need not when nothing can be written: then all that would come
    /// in is refused.
    pub(super) fn is_full(&self) -> bool {
        let inner = self.lock();
        inner.bytes >= self.max && inner.trouble.is_none()
    }

    pub(super) async fn has_room(&self) {
        loop {
            let notified = self.room.notified();
            if !self.is_full() {
                return;
            }
            notified.await;
        }
    }

    pub(super) fn wait_for_room(&self) {
        let mut inner = self.lock();
        while inner.bytes >= self.max && inner.trouble.is_none() && !inner.ended {
            inner = self
                .changed
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }

    pub(super) fn sync(&self, seq: Seq) -> bool {
        let mut inner = self.lock();
        inner.applied = inner.applied.max(seq);
        inner.sync_wanted = inner.sync_wanted.max(seq);
        self.changed.notify_all();
        while inner.synced < seq {
            if inner.trouble.is_some() || inner.ended {
                return false;
            }
            inner = self
                .changed
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    pub(super) fn stop(&self) {
        self.lock().stopping = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Says that nobody writes any more, to who waits for it.
    pub(super) fn end(&self) {
        let mut inner = self.lock();
        inner.ended = true;
        if !inner.stopping && inner.trouble.is_none() {
            inner.trouble = Some("its writer has ended".into());
        }
        self.changed.notify_all();
        self.room.notify_waiters();
    }

    /// The rows of some conversations that are not in the file for certain, and the last entry that
    /// was applied.
    pub(super) fn rows(&self, wanted: impl Fn(&Place) -> bool) -> (Vec<Arc<Row>>, Seq) {
        let inner = self.lock();
        let rows = inner.taken.iter().chain(&inner.rows);
        let rows = rows.filter(|row| wanted(&row.place)).cloned();
        (rows.map(Arc::new).collect(), inner.applied)
    }

    /// Waits for something to write, `idle` at most.
    pub(super) fn next(&self, most: usize, idle: Duration) -> Work {
        let mut inner = self.lock();
        loop {
            // The last words are a position that holds, so that the next start has little to do.
            let last_words = inner.stopping && inner.applied > inner.synced;
            let sync = inner.sync_wanted > inner.synced || last_words;
            if inner.taken.is_empty() && !inner.rows.is_empty() {
                let rest = match inner.rows.len() {
                    len if len > most => inner.rows.split_off(most),
                    _ => std::mem::take(&mut inner.spare),
                };
                inner.taken = Arc::new(std::mem::replace(&mut inner.rows, rest));
            }
            if !inner.taken.is_empty() || sync {
                let rows = inner.taken.clone();
                let is_all = inner.rows.is_empty();
                let last = rows.last().map_or(inner.applied, |row| row.seq);
                let position = if is_all { inner.applied } else { last };
                return Work::Write {
                    rows,
                    position,
                    sync: sync && is_all,
                };
            }
            if inner.stopping {
                return Work::End;
            }
            let (woken, timeout) = self
                .changed
                .wait_timeout(inner, idle)
                .unwrap_or_else(PoisonError::into_inner);
            inner = woken;
            if timeout.timed_out() {
                return Work::Idle;
            }
        }
    }

    /// Waits a while, so that the writer does not take a core; less when there is a hurry, but no
    /// hurry helps where nothing can be written.
    pub(super) fn rest(&self, pause: Duration) {
        let inner = self.lock();
        let rests = |inner: &mut Inner| {
            let is_hurry = inner.bytes >= self.max / 2 || inner.sync_wanted > inner.synced;
            !inner.stopping && (inner.trouble.is_some() || !is_hurry)
        };
        // Whether it was woken or not, what comes next is the same.
        let _ = self.changed.wait_timeout_while(inner, pause, rests);
    }

    /// Says that rows are in the file.
    pub(super) fn written(&self, rows: Arc<Vec<Row>>, position: Seq, synced: bool) {
        let bytes: usize = rows.iter().map(Row::size).sum();
        let mut inner = self.lock();
        inner.trouble = None;
        inner.position = inner.position.max(position);
        if synced {
            inner.synced = inner.synced.max(position);
        }
        inner.bytes = inner.bytes.saturating_sub(bytes);
        inner.taken = Arc::default();
        self.changed.notify_all();
        self.room.notify_waiters();
        drop(inner);
        let mut spare = Arc::try_unwrap(rows).unwrap_or_default();
        // After a rush it goes back, too.
        spare.shrink_to(spare.len() * 2);
        spare.clear();
        self.lock().spare = spare;
    }

    /// Says that rows cannot be written now. They stay.
    pub(super) fn failed(&self, why: String) {
        self.lock().trouble = Some(why);
        self.changed.notify_all();
        self.room.notify_waiters();
    }
}
