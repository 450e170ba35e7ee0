//! What is to be kept, until it is written: at most once in a while, and at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::happening::BufferName;
use super::kept::Kept;
use super::rooms::Rooms;
use super::store::Store;

/// How long what is to be kept waits for more.
const PAUSE: Duration = Duration::from_secs(2);
/// Things that wait at most; one more and all are written.
const WAITING_MAX: usize = 200;

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    waiting: BTreeMap<(&'static str, String), Kept>,
    due: Option<Instant>,
}

impl Keeper {
    /// Takes a thing; what was to be kept before in its place is forgotten.
    pub(super) fn put(&mut self, kept: Kept, rooms: &Rooms) {
        self.waiting.insert(place(&kept, rooms), kept);
        let pause = match self.waiting.len() >= WAITING_MAX {
            true => Duration::ZERO,
            false => PAUSE,
        };
        let due = Instant::now() + pause;
        self.due = Some(self.due.map_or(due, |before| before.min(due)));
    }

    /// When something is to be written.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Writes all that waits, for somebody on a server.
    pub(super) fn write(&mut self, store: &Store, identity: &str, name: &str, rooms: &Rooms) {
        self.due = None;
        for kept in std::mem::take(&mut self.waiting).into_values() {
            // What is not kept is known no longer than this run, which is no reason to stop it.
            let _ = store.keep(identity, name, &kept, |name| rooms.fold(name));
        }
    }
}

/// Of things with the same place the last one counts.
fn place(kept: &Kept, rooms: &Rooms) -> (&'static str, String) {
    let folded = |buffer: &BufferName| match buffer {
        BufferName::Server => String::new(),
        BufferName::Room(name) | BufferName::Person(name) => rooms.fold(name),
    };
    match kept {
        Kept::Read { buffer, .. } => ("read", folded(buffer)),
        Kept::Draft { buffer, .. } => ("draft", folded(buffer)),
        Kept::Notify { buffer, .. } => ("notify", folded(buffer)),
        Kept::Open(_) => ("open", String::new()),
        Kept::Invited { room, .. } | Kept::Answered { room } => ("invitation", rooms.fold(room)),
    }
}
