//! The history of a simulated server: rows in memory, or the real one in a file.

use std::path::PathBuf;

use chatroom::core::*;
use chatroom::history::{Found, History, Options, Place, Query, Row, Span};
use chatroom::log::Epoch;

use crate::dice::Dice;

/// What the history keeps of an entry.
pub(crate) fn row(entry: &Entry, said: &Said) -> Option<Row> {
    if said.kind == Kind::Tags {
        return None;
    }
    let (place, to) = match &said.to {
        SaidTo::Room(room) => (Place::Room(room.id), room.name.clone()),
        SaidTo::Person(person) => (
            Place::direct(said.from.id, person.id),
            person.name.shown.clone(),
        ),
    };
    Some(Row {
        seq: entry.seq,
        at: entry.at,
        place,
        from: said.from.id,
        nick: said.from.name.shown.clone(),
        username: said.from.username.clone(),
        host: said.from.host.clone(),
        account: said.from.account.clone(),
        to,
        kind: said.kind,
        text: said.text.clone(),
        tags: said.tags.clone(),
    })
}

/// The row of what an entry said, if it said something.
pub(crate) fn row_of(entry: &Entry, notices: &[Notice]) -> Option<Row> {
    notices.iter().find_map(|notice| match &*notice.event {
        Event::Said(said) => row(entry, said),
        _ => None,
    })
}

/// What a simulated server does with its history.
pub(crate) trait Past {
    /// The last entry that is in the file.
    fn position(&self) -> Seq;
    fn push(&mut self, row: Row);
    fn applied(&mut self, seq: Seq);
    /// Some of what waits is written; it may be lost yet.
    fn write(&mut self, dice: &mut Dice);
    /// All up to a place is written, and cannot be lost.
    fn sync(&mut self, seq: Seq);
    /// What waits is lost, and any number of the commits since the last sync.
    fn crash(&mut self, dice: &mut Dice);
    /// All rows of a conversation.
    fn rows(&self, place: Place) -> Vec<Row>;
}

/// Rows in memory, as the contract of [`History`] has it.
#[derive(Default)]
pub(crate) struct Model {
    tail: Vec<Row>,
    file: Vec<Row>,
    applied: Seq,
    /// Each commit's rows and position; the first one is synced.
    commits: Vec<(usize, Seq)>,
}

impl Model {
    fn last(&self) -> (usize, Seq) {
        self.commits.last().copied().unwrap_or_default()
    }

    fn commit(&mut self, count: usize) {
        let rows: Vec<Row> = self.tail.drain(..count).collect();
        let last = rows.last().map(|row| row.seq);
        self.file.extend(rows);
        let position = match last {
            Some(seq) if !self.tail.is_empty() => seq,
            _ if self.tail.is_empty() => self.applied,
            _ => self.position(),
        };
        self.commits.push((self.file.len(), position));
    }
}

impl Past for Model {
    fn position(&self) -> Seq {
        self.last().1
    }

    fn push(&mut self, row: Row) {
        let newest = self.tail.last().map_or(self.position(), |row| row.seq);
        if row.seq > newest {
            self.tail.push(row);
        }
    }

    fn applied(&mut self, seq: Seq) {
        self.applied = self.applied.max(seq);
    }

    fn write(&mut self, dice: &mut Dice) {
        self.commit(dice.below(self.tail.len() + 1));
    }

    fn sync(&mut self, _: Seq) {
        self.commit(self.tail.len());
        self.commits = vec![self.last()];
    }

    fn crash(&mut self, dice: &mut Dice) {
        self.tail.clear();
        let kept = if self.commits.is_empty() {
            // Nothing was ever synced, so that all may be gone.
            (0, Seq(0))
        } else {
            dice.pick(&self.commits)
        };
        self.file.truncate(kept.0);
        self.commits = vec![kept];
        self.applied = kept.1;
    }

    fn rows(&self, place: Place) -> Vec<Row> {
        let rows = self.file.iter().chain(&self.tail);
        rows.filter(|row| row.place == place).cloned().collect()
    }
}

/// The real history in a file.
pub(crate) struct Real {
    folder: tempfile::TempDir,
    starts: u32,
    history: History,
    path: PathBuf,
    /// A copy of the file as it was at the last sync.
    synced: Option<PathBuf>,
}

fn open(path: &std::path::Path) -> History {
    let options = Options {
        enabled: true,
        retention_ms: None,
        tail_max: 4000,
    };
    History::open(path, Epoch(1), Seq(0), options).unwrap()
}

impl Real {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.sqlite");
        Self {
            history: open(&path),
            folder,
            starts: 0,
            path,
            synced: None,
        }
    }

    fn file(&mut self) -> PathBuf {
        self.starts += 1;
        self.folder.path().join(format!("{}.sqlite", self.starts))
    }

    fn copy(&mut self) -> PathBuf {
        let copy = self.file();
        let db = rusqlite::Connection::open(&self.path).unwrap();
        db.execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
            .unwrap();
        copy
    }
}

impl Past for Real {
    fn position(&self) -> Seq {
        self.history.position()
    }

    fn push(&mut self, row: Row) {
        self.history.push(row);
        self.history.wait_for_room();
    }

    fn applied(&mut self, seq: Seq) {
        self.history.applied(seq);
    }

    /// It writes at its own pace.
    fn write(&mut self, _: &mut Dice) {}

    fn sync(&mut self, seq: Seq) {
        assert!(self.history.sync(seq));
        self.synced = Some(self.copy());
    }

    fn crash(&mut self, dice: &mut Dice) {
        // The file as the writer happens to have it now, or as it was when it was last synced.
        let now = self.copy();
        self.history.close();
        let synced = self.synced.take();
        self.path = if dice.happens(50) {
            now
        } else {
            match synced {
                Some(synced) => synced,
                None => self.file(),
            }
        };
        self.history = open(&self.path);
        // What the file has now is all that a later crash can fall back to.
        self.synced = Some(self.copy());
    }

    fn rows(&self, place: Place) -> Vec<Row> {
        let query = Query::Messages {
            place,
            from: Seq(0),
            span: Span::Latest(None),
            limit: 100_000,
        };
        match self.history.run(self.history.prepare(query)).unwrap() {
            Found::Messages(rows) => rows.iter().map(|row| (**row).clone()).collect(),
            Found::Targets(targets) => panic!("{targets:?}"),
        }
    }
}
