//! What is to be kept, until it is written: at most once in a while, and at the end. A disk may be slow, so
//! a thread writes it while keys are heard, one at a time; only who leaves or changes the name waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::oneshot;
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
    under_way: Option<UnderWay>,
    /// Conversations of which has been told what was kept.
    told_of: BTreeSet<String>,
    /// Whether it was said that something cannot be kept.
    has_complained: bool,
}

/// What a thread is writing.
#[derive(Debug)]
struct UnderWay {
    thread: JoinHandle<Result<()>>,
    /// Ends with the thread.
    end: oneshot::Receiver<()>,
}

/// Things and the folded names of what they belong to, for somebody on a server.
struct Batch {
    store: Store,
    identity: String,
    name: String,
    things: Vec<(String, Kept)>,
}

impl Batch {
    /// Writes them all; the error is the first.
    fn write(&self) -> Result<()> {
        let mut written = Ok(());
        for (folded, kept) in &self.things {
            // What is not kept is known no longer than this run, which is no reason to stop it.
            let fold = |_: &str| folded.clone();
            let one = self.store.keep(&self.identity, &self.name, kept, fold);
            written = written.and(one);
        }
        written
    }
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

    /// When something is to be written; what is being written is waited for first.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.under_way.is_none())
    }

    /// Waits until what is being written is; for ever where nothing is. Dropped, it has done nothing.
    pub(super) async fn written(&mut self) {
        match &mut self.under_way {
            // That the thread has gone is all there is to hear.
            Some(one) => _ = (&mut one.end).await,
            None => std::future::pending().await,
        }
    }

    /// Has a thread write all that waits, for somebody on a server.
    fn begin(&mut self, store: &Store, identity: &str, name: &str, rooms: &Rooms) -> Result<()> {
        let batch = Arc::new(self.take(store, identity, name, rooms));
        let (alive, end) = oneshot::channel::<()>();
        let theirs = Arc::clone(&batch);
        let thread = Builder::new().name("keeper".to_owned()).spawn(move || {
            let written = theirs.write();
            drop(alive);
            written
        });
        match thread {
            Ok(thread) => {
                self.under_way = Some(UnderWay { thread, end });
                Ok(())
            }
            // No thread to be had: then as if there was no hurry.
            Err(_) => self.first(batch.write()),
        }
    }

    /// Waits for the thread, if there is one; the error is the first in this run.
    fn end(&mut self) -> Result<()> {
        let under_way = self.under_way.take();
        let written = under_way.map(|one| one.thread.join());
        // A thread that broke down has said why.
        self.first(written.and_then(Result::ok).unwrap_or(Ok(())))
    }

    /// Writes all that waits at once, for somebody on a server; the error is the first in this run.
    fn write(&mut self, store: &Store, identity: &str, name: &str, rooms: &Rooms) -> Result<()> {
        let before = self.end();
        let written = self.take(store, identity, name, rooms).write();
        before.and(self.first(written))
    }

    fn take(&mut self, store: &Store, identity: &str, name: &str, rooms: &Rooms) -> Batch {
        self.due = None;
        let things = std::mem::take(&mut self.waiting).into_values();
        Batch {
            store: store.clone(),
            identity: identity.to_owned(),
            name: name.to_owned(),
            things: things.map(|kept| (place(&kept, rooms).1, kept)).collect(),
        }
    }

    /// An error, unless one was said.
    fn first(&mut self, written: Result<()>) -> Result<()> {
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

    /// Has what waits written while the loop goes on.
    pub(super) fn begin_to_write(&mut self) {
        if let Some(identity) = &self.identity {
            let (name, rooms) = (self.link.name(), self.session.rooms());
            if let Err(why) = self.keeper.begin(&self.store, identity, name, rooms) {
                self.cannot_keep(&why);
            }
        }
    }

    /// What was being written is, or could not be.
    pub(super) fn end_writing(&mut self) {
        if let Err(why) = self.keeper.end() {
            self.cannot_keep(&why);
        }
    }

    /// Writes what waits, after what is being written.
    pub(super) fn write_kept(&mut self) {
        if let Some(identity) = &self.identity {
            let (name, rooms) = (self.link.name(), self.session.rooms());
            let written = self.keeper.write(&self.store, identity, name, rooms);
            if let Err(why) = written {
                self.cannot_keep(&why);
            }
        }
    }

    fn cannot_keep(&mut self, why: &anyhow::Error) {
        self.told(BufferName::Server, why.into());
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

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: fn(&str) -> Kept = |text| Kept::Draft {
        buffer: BufferName::Room("#a".into()),
        text: text.into(),
    };

    fn kept(store: &Store) -> Vec<Kept> {
        let buffer = BufferName::Room("#a".into());
        store.kept_of("server", "bob", &buffer, str::to_owned).kept
    }

    #[tokio::test]
    async fn what_comes_while_a_thread_writes_is_written_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, rooms) = (Store::open(folder.path()).unwrap(), Rooms::default());
        let mut keeper = Keeper::default();
        keeper.put(DRAFT("one"), &rooms);
        assert!(keeper.due().is_some());
        keeper.begin(&store, "server", "bob", &rooms).unwrap();
        keeper.put(DRAFT("two"), &rooms);
        assert_eq!(keeper.due(), None, "one thread at a time");
        keeper.written().await;
        keeper.end().unwrap();
        assert_eq!(kept(&store), [DRAFT("one")]);
        assert!(keeper.due().is_some());
        keeper.begin(&store, "server", "bob", &rooms).unwrap();
        keeper.put(DRAFT("three"), &rooms);
        // Whoever leaves waits for the thread, and for what came after it.
        keeper.write(&store, "server", "bob", &rooms).unwrap();
        assert_eq!(kept(&store), [DRAFT("three")]);
        assert_eq!(keeper.due(), None);
    }

    #[tokio::test]
    async fn that_nothing_can_be_kept_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let (store, rooms) = (Store::open(folder.path()).unwrap(), Rooms::default());
        std::fs::write(folder.path().join("servers"), "no folder").unwrap();
        let mut keeper = Keeper::default();
        for is_said in [true, false] {
            keeper.put(DRAFT("one"), &rooms);
            keeper.begin(&store, "server", "bob", &rooms).unwrap();
            keeper.written().await;
            assert_eq!(keeper.end().is_err(), is_said);
        }
    }
}
