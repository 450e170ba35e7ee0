//! What waits to be written to one client: bounded in bytes, and nobody waits for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use bytes::Bytes;

/// What waits to be written to one client.
#[derive(Debug)]
pub(super) struct Outbox {
    inner: Mutex<Inner>,
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct Inner {
    pieces: Vec<Bytes>,
    /// Bytes of `pieces`.
    queued: usize,
    /// Bytes that the connection took and has not written yet.
    taken: usize,
    /// Whether too much waited: then only the last words are kept, which are what came last.
    is_over: bool,
    /// Whether the connection must hear that what it took is not wanted any more.
    is_cut: bool,
    /// Whether all that is queued came when nothing else was left to write.
    keeps_up: bool,
    end: End,
    paused: bool,
    waker: Option<Waker>,
    /// Whether the connection has nothing to write, and pieces are what it waits for.
    wants_pieces: bool,
}

/// How the connection goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// It stays.
    #[default]
    Open,
    /// It ends when all is written.
    Finishing,
    /// It ends now.
    Dropped,
}

/// What a connection finds in its outbox.
#[derive(Debug)]
pub(super) struct Look {
    /// What to write now, in order.
    pub(super) pieces: Vec<Bytes>,
    /// Whether it is to read no more for a while.
    pub(super) is_paused: bool,
    /// How it goes on.
    pub(super) end: End,
    /// Whether it is to write no more of what it took before than the line that it is in; said
    /// once.
    pub(super) is_cut: bool,
}

impl Outbox {
    /// An empty one. Who has left more than `bytes_max` to wait, beside what is being written, gets
    /// no more; what comes at once for who keeps up is taken whole, however much it is.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            inner: Mutex::default(),
            bytes_max,
        }
    }

    /// Adds pieces; false when too much waits already, and then all that waits is dropped, and the
    /// connection ends with what is pushed last: the reason, if the client still reads it in time.
    pub(super) fn push(&self, pieces: impl IntoIterator<Item = Bytes>) -> bool {
        let mut woken = VecDeque::new();
        let has_room = self.lay(pieces, &mut woken);
        woken.into_iter().for_each(Waker::wake);
        has_room
    }

    /// The same, but a connection that is to write them is not woken: that is for the caller, by
    /// `to_wake`.
    pub(super) fn lay(
        &self,
        pieces: impl IntoIterator<Item = Bytes>,
        to_wake: &mut VecDeque<Waker>,
    ) -> bool {
        let mut inner = self.lock();
        if inner.is_over {
            inner.pieces = pieces.into_iter().collect();
            return true;
        }
        if inner.end != End::Open {
            return true;
        }
        if inner.queued + inner.taken == 0 {
            inner.keeps_up = true;
        }
        if inner.queued > self.bytes_max && !inner.keeps_up {
            inner.pieces = Vec::new();
            inner.queued = 0;
            inner.is_over = true;
            inner.is_cut = true;
            inner.end = End::Finishing;
            inner.wake();
            return false;
        }
        for piece in pieces {
            inner.queued += piece.len();
            inner.pieces.push(piece);
        }
        if inner.wants_pieces && !inner.pieces.is_empty() {
            inner.wants_pieces = false;
            to_wake.extend(inner.waker.take());
        }
        true
    }

    /// Lets the connection end when all is written.
    pub(super) fn finish(&self) {
        let mut inner = self.lock();
        if inner.end == End::Open {
            inner.end = End::Finishing;
            inner.wake();
        }
    }

    /// Lets the connection end now.
    pub(super) fn drop_all(&self) {
        self.lock().drop_all();
    }

    /// Lets the connection read no more, or again.
    pub(super) fn pause(&self, is_paused: bool) {
        let mut inner = self.lock();
        let resumes = inner.paused && !is_paused;
        inner.paused = is_paused;
        if resumes {
            inner.wake();
        }
    }

    /// What the connection is to do. Pieces come only when it is `idle`, having written all that it
    /// took before. It is woken when that changes.
    pub(super) fn look(&self, cx: &Context<'_>, idle: bool) -> Look {
        let mut inner = self.lock();
        let mut pieces = Vec::new();
        if idle {
            inner.taken = inner.queued;
            inner.queued = 0;
            inner.keeps_up = false;
            pieces = std::mem::take(&mut inner.pieces);
        }
        inner.wants_pieces = idle && pieces.is_empty();
        match &inner.waker {
            Some(waker) if waker.will_wake(cx.waker()) => {}
            _ => inner.waker = Some(cx.waker().clone()),
        }
        Look {
            pieces,
            is_paused: inner.paused,
            end: inner.end,
            is_cut: std::mem::take(&mut inner.is_cut),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn drop_all(&mut self) {
        self.pieces = Vec::new();
        self.queued = 0;
        self.end = End::Dropped;
        self.wake();
    }

    fn wake(&mut self) {
        self.wants_pieces = false;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(len: usize) -> [Bytes; 1] {
        [Bytes::from(vec![b'x'; len])]
    }

    fn look(outbox: &Outbox, idle: bool) -> (usize, End) {
        let look = outbox.look(&Context::from_waker(Waker::noop()), idle);
        (look.pieces.iter().map(Bytes::len).sum(), look.end)
    }

    #[test]
    fn it_is_bounded_in_bytes_beside_what_is_being_written() {
        let outbox = Outbox::new(10);
        assert!(outbox.push(piece(6)));
        assert_eq!(look(&outbox, true), (6, End::Open));
        assert!(outbox.push(piece(11)));
        assert!(!outbox.push(piece(1)), "6 are being written and 11 wait");
        assert_eq!(look(&outbox, false), (0, End::Finishing));
        assert!(outbox.push(piece(100)) && outbox.push(piece(7)));
        outbox.finish();
        assert_eq!(
            look(&outbox, true),
            (7, End::Finishing),
            "of what comes after that only the last is kept"
        );
        outbox.drop_all();
        assert_eq!(look(&outbox, true), (0, End::Dropped));
    }

    #[test]
    fn what_comes_at_once_for_who_keeps_up_is_taken_whole() {
        let outbox = Outbox::new(10);
        assert_eq!(look(&outbox, true), (0, End::Open));
        assert!(outbox.push(piece(100)) && outbox.push(piece(1)));
        assert_eq!(look(&outbox, true), (101, End::Open));
        assert!(
            outbox.push(piece(1)),
            "the next may wait until it is written"
        );
    }

    #[test]
    fn what_was_written_makes_room() {
        let outbox = Outbox::new(10);
        for _ in 0..5 {
            assert!(outbox.push(piece(10)));
            assert_eq!(look(&outbox, true), (10, End::Open));
            assert_eq!(look(&outbox, true), (0, End::Open));
        }
    }

    #[test]
    fn the_last_words_are_written_and_nothing_comes_after_them() {
        let outbox = Outbox::new(10);
        assert!(outbox.push(piece(3)));
        outbox.finish();
        assert!(outbox.push(piece(3)));
        assert_eq!(look(&outbox, true), (3, End::Finishing));
    }
}
