//! What is to be kept, until it is written: at most once in a while, and at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::Client;
use crate::client::happening::{BufferName, Happening};
use crate::client::kept::Kept;
use crate::client::model::{Input, TALKS_MAX};
use crate::client::rooms::Rooms;
use crate::client::store::{Remains, Store};
use crate::client::terminal::Terminal;

/// How long what is to be kept waits for more.
const PAUSE: Duration = Duration::from_secs(2);
/// Conversations of which is told what was kept: as many as others may begin.
const TOLD_OF_MAX: usize = 2 * TALKS_MAX;
/// Things that wait at most; one more and all are written.
const WAITING_MAX: usize = 200;

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    waiting: BTreeMap<(&'static str, String), Kept>,
    due: Option<Instant>,
    /// Conversations of which has been told what was kept.
    told_of: BTreeSet<String>,
    /// Whether it was said that something cannot be kept.
    has_complained: bool,
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

    /// Writes all that waits, for somebody on a server; the error is the first in this run.
    pub(super) fn write(
        &mut self,
        store: &Store,
        identity: &str,
        name: &str,
        rooms: &Rooms,
    ) -> Result<()> {
        self.due = None;
        let mut written = Ok(());
        for kept in std::mem::take(&mut self.waiting).into_values() {
            // What is not kept is known no longer than this run, which is no reason to stop it.
            let one = store.keep(identity, name, &kept, |name| rooms.fold(name));
            written = written.and(one);
        }
        match written {
            Err(_) if self.has_complained => Ok(()),
            written => {
                self.has_complained |= written.is_err();
                written
            }
        }
    }
}

impl<T: Terminal> Client<'_, T> {
    /// Tells what was kept of a conversation from another run, once.
    pub(super) fn tell_kept(&mut self, buffer: &BufferName) {
        let (Some(identity), BufferName::Room(key) | BufferName::Person(key)) =
            (&self.identity, buffer)
        else {
            return;
        };
        let rooms = self.session.rooms();
        if self.keeper.told_of.len() >= TOLD_OF_MAX {
            return;
        }
        if !self.keeper.told_of.insert(rooms.fold(key)) {
            return;
        }
        let name = self.link.name();
        let kept = self
            .store
            .kept_of(identity, name, buffer, |name| rooms.fold(name));
        self.tell_found(kept);
    }

    /// Tells what was kept beside conversations, once.
    pub(super) fn tell_kept_apart(&mut self) {
        if let Some(identity) = &self.identity
            && self.keeper.told_of.insert(String::new())
        {
            let kept = self.store.kept_apart(identity, self.link.name());
            self.tell_found(kept);
        }
    }

    fn tell_found(&mut self, remains: Remains) {
        let Remains {
            mut kept,
            why_not_all,
        } = remains;
        // Lines that are piped in go to the same place each time.
        kept.retain(|one| !(self.is_plain && matches!(one, Kept::Open(_))));
        if !kept.is_empty() {
            self.update(Input::Happening(Happening::Kept(kept)));
        }
        if let Some(why) = why_not_all {
            self.told(BufferName::Server, (&why).into());
        }
    }

    /// Has something kept. Where nobody looks, nothing is read, and nothing is open.
    pub(super) fn keep(&mut self, kept: Kept) {
        if !(self.is_plain
            && matches!(
                kept,
                Kept::Read { .. } | Kept::Open(_) | Kept::Scrolled { .. }
            ))
        {
            self.keeper.put(kept, self.session.rooms());
        }
    }

    /// Has all drafts kept as they are.
    pub(super) fn keep_drafts(&mut self) {
        for kept in self.model.take_drafts() {
            self.keep(kept);
        }
    }

    pub(super) fn write_kept(&mut self) {
        if let Some(identity) = &self.identity {
            let (name, rooms) = (self.link.name(), self.session.rooms());
            let written = self.keeper.write(&self.store, identity, name, rooms);
            if let Err(why) = written {
                self.told(BufferName::Server, (&why).into());
            }
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
        Kept::Read { buffer, .. } | Kept::Unread { buffer, .. } => ("read", folded(buffer)),
        Kept::Draft { buffer, .. } => ("draft", folded(buffer)),
        Kept::Notify { buffer, .. } => ("notify", folded(buffer)),
        Kept::Scrolled { buffer, .. } => ("scrolled", folded(buffer)),
        Kept::Open(_) => ("open", String::new()),
        Kept::Invited { room, .. } | Kept::Answered { room } => ("invitation", rooms.fold(room)),
    }
}
