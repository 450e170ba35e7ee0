//! The log in a SQLite file: one writer thread, group commit.
//!
//! What is queued becomes one transaction and one row; then its entries go on. Times and pragmas
//! are as measured to matter: WAL, FULL, a checkpoint every 1,000 pages, which no entry waits for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::mpsc;

use super::order::{BATCH_MAX, Order};
use super::{Epoch, Log, LogError, Ordered, Proposal, QUEUE, Request, Start, Unconfirmed};
use crate::core::{Entry, Millis, Seq};

/// The format of the file, in `PRAGMA user_version`.
const FORMAT: i64 = 1;

/// Pages of the WAL from which on they go to the file itself.
const CHECKPOINT: i32 = 1000;

const SCHEMA: &str = "
CREATE TABLE log (epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE batch (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, entries TEXT NOT NULL) STRICT;
CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, records BLOB NOT NULL) STRICT;
";

/// What survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A loss of power, where the disk keeps what it says it keeps.
    Full,
    /// A killed server.
    Normal,
}

/// Opens the log of a file, which is made where there is none, and starts its writer.
///
/// `epoch` names a log that is made anew.
pub fn open(path: &Path, durability: Durability, epoch: Epoch) -> Result<(Log, Start), LogError> {
    let file = |source| LogError::File {
        path: path.into(),
        source,
    };
    let mut db = Connection::open(path).map_err(file)?;
    prepare(&mut db, durability, epoch).map_err(file)?;
    let found: i64 = db
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(file)?;
    if found > FORMAT {
        return Err(LogError::Newer {
            path: path.into(),
            found,
            known: FORMAT,
        });
    }
    let start = read(&db, path)?;
    let snapshot_at: i64 = db
        .query_row("SELECT at FROM log", [], |row| row.get(0))
        .map_err(file)?;
    let last = start.tail.last().map(|entry| (entry.seq, entry.at));
    let (seq, at) = last.unwrap_or((
        start.snapshot.as_ref().map_or(Seq(0), |(seq, _)| *seq),
        Millis(snapshot_at),
    ));
    // In place of SQLite's own checkpoint, which is part of a commit.
    let wal_pages = Arc::new(AtomicI32::new(0));
    let count = wal_pages.clone();
    db.wal_hook(Some(move |_: &mut _, pages| {
        count.store(pages, Ordering::Relaxed);
        Ok(())
    }))
    .map_err(file)?;
    let (propose, requests) = mpsc::channel(QUEUE);
    let (ordered, entries) = mpsc::channel(QUEUE);
    let writer = Writer {
        db,
        path: path.into(),
        wal_pages,
        order: Order::after(seq, at),
        requests,
        ordered,
    };
    thread::Builder::new()
        .name("log".into())
        .spawn(move || writer.run())
        .map_err(|error| file(rusqlite::Error::ToSqlConversionFailure(error.into())))?;
    Ok((
        Log {
            propose,
            ordered: entries,
        },
        start,
    ))
}

fn prepare(db: &mut Connection, durability: Durability, epoch: Epoch) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    db.pragma_update(None, "synchronous", synchronous)?;
    let format: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format == 0 {
        let making = db.transaction()?;
        making.execute_batch(SCHEMA)?;
        making.execute(
            "INSERT INTO log (epoch, at) VALUES (?1, 0)",
            [epoch.0.cast_signed()],
        )?;
        making.pragma_update(None, "user_version", FORMAT)?;
        making.commit()?;
    }
    Ok(())
}

fn read(db: &Connection, path: &Path) -> Result<Start, LogError> {
    let file = |source| LogError::File {
        path: path.into(),
        source,
    };
    let epoch: i64 = db
        .query_row("SELECT epoch FROM log", [], |row| row.get(0))
        .map_err(file)?;
    let snapshot: Option<(i64, Vec<u8>)> = db
        .query_row("SELECT seq, records FROM snapshot", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(file)?;
    let after = snapshot.as_ref().map_or(0, |(seq, _)| *seq);
    let mut rows = db
        .prepare("SELECT first, entries FROM batch WHERE last > ?1 ORDER BY first")
        .map_err(file)?;
    let rows = rows
        .query_map([after], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .map_err(file)?;
    let mut tail = Vec::new();
    for row in rows {
        let (at, lines) = row.map_err(file)?;
        for line in lines.lines() {
            let damaged = |why| LogError::Damaged {
                path: path.into(),
                at,
                why,
            };
            let entry: Entry = serde_json::from_str(line).map_err(damaged)?;
            if entry.seq.0.cast_signed() > after {
                tail.push(entry);
            }
        }
    }
    let snapshot = snapshot.map(|(seq, records)| (Seq(seq.cast_unsigned()), records));
    Ok(Start {
        epoch: Epoch(epoch.cast_unsigned()),
        snapshot,
        tail,
    })
}

/// The thread that alone writes the file.
struct Writer {
    db: Connection,
    path: PathBuf,
    /// Pages in the WAL after the last commit.
    wal_pages: Arc<AtomicI32>,
    order: Order,
    requests: mpsc::Receiver<Request>,
    ordered: mpsc::Sender<Ordered>,
}

/// What became of a commit.
enum Outcome {
    Stored,
    Refused(String),
    Fatal(Unconfirmed),
}

impl Writer {
    fn run(mut self) {
        let mut kept = None;
        while let Some(request) = kept.take().or_else(|| self.requests.blocking_recv()) {
            let is_written = match request {
                Request::Propose(mut proposals) => {
                    kept = self.take_queued(&mut proposals);
                    self.commit(proposals)
                }
                Request::Snapshot {
                    seq,
                    records,
                    wipes,
                } => {
                    let goes_on = self.keep_snapshot(seq, &records, wipes);
                    if wipes {
                        self.wipe();
                    }
                    goes_on
                }
                Request::Stop => false,
            };
            if !is_written || !self.checkpoint() {
                return;
            }
        }
    }

    /// Adds what else is queued to one commit; gives the first request that is none of it.
    fn take_queued(&mut self, proposals: &mut Vec<Proposal>) -> Option<Request> {
        while proposals.len() < BATCH_MAX {
            match self.requests.try_recv().ok()? {
                Request::Propose(more) => proposals.extend(more),
                other @ (Request::Snapshot { .. } | Request::Stop) => return Some(other),
            }
        }
        None
    }

    fn commit(&mut self, proposals: Vec<Proposal>) -> bool {
        let before = self.order;
        let now = Millis(jiff::Timestamp::now().as_millisecond());
        let placed = self.order.place(proposals, now);
        let outcome = self.store(&placed);
        let ordered = match outcome {
            Outcome::Stored => Ordered::Committed(placed),
            Outcome::Refused(why) => {
                self.order = before;
                Ordered::Refused {
                    tickets: placed.into_iter().map(|(ticket, _)| ticket).collect(),
                    why,
                }
            }
            Outcome::Fatal(why) => return self.break_off(why),
        };
        self.ordered.blocking_send(ordered).is_ok()
    }

    /// Takes what has gathered in the WAL to the file itself, once that is told which was committed.
    fn checkpoint(&mut self) -> bool {
        if self.wal_pages.load(Ordering::Relaxed) < CHECKPOINT {
            return true;
        }
        let done = self
            .db
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        match done.map_err(|error| self.judge(&error)) {
            Ok(()) => {
                self.wal_pages.store(0, Ordering::Relaxed);
                true
            }
            Err(Outcome::Fatal(why)) => self.break_off(why),
            // All is stored in the WAL, and the next commit tries again.
            Err(Outcome::Stored | Outcome::Refused(_)) => true,
        }
    }

    /// Says that what is stored is not known any more. The hub ends on this, and with it this thread.
    fn break_off(&self, why: Unconfirmed) -> bool {
        let _ = self.ordered.blocking_send(Ordered::Fatal(why));
        false
    }

    fn store(&mut self, placed: &[(super::Ticket, Entry)]) -> Outcome {
        let (Some((_, first)), Some((_, last))) = (placed.first(), placed.last()) else {
            return Outcome::Stored;
        };
        let mut lines = Vec::with_capacity(placed.len() * 160);
        for (_, entry) in placed {
            if let Err(error) = serde_json::to_writer(&mut lines, entry) {
                return Outcome::Refused(format!("an entry cannot be written: {error}"));
            }
            lines.push(b'\n');
        }
        let lines = String::from_utf8(lines).unwrap_or_default();
        let stored = self
            .db
            .prepare_cached("INSERT INTO batch (first, last, entries) VALUES (?1, ?2, ?3)")
            .and_then(|mut insert| {
                insert.execute(params![
                    first.seq.0.cast_signed(),
                    last.seq.0.cast_signed(),
                    lines
                ])
            });
        match stored {
            Ok(_) => Outcome::Stored,
            Err(error) => self.judge(&error),
        }
    }

    /// Tells a disk that is full, which may have room again, from one whose word is worth nothing.
    fn judge(&self, error: &rusqlite::Error) -> Outcome {
        let path = self.path.display();
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(rusqlite::ffi::SQLITE_IOERR_FSYNC | rusqlite::ffi::SQLITE_IOERR_DIR_FSYNC) => {
                Outcome::Fatal(Unconfirmed {
                    path: self.path.clone(),
                    why: error.to_string(),
                })
            }
            _ => Outcome::Refused(format!(
                "not stored: {path}: {error}; make room or see to the disk"
            )),
        }
    }

    fn keep_snapshot(&mut self, seq: Seq, records: &[u8], wipes: bool) -> bool {
        let (seq, at) = (seq.0.cast_signed(), self.order.at().0);
        let kept = self.db.transaction().and_then(|keeping| {
            keeping.pragma_update(None, "secure_delete", wipes)?;
            keeping.execute(
                "INSERT INTO snapshot (one, seq, records) VALUES (1, ?1, ?2) ON CONFLICT DO \
                 UPDATE SET seq = excluded.seq, records = excluded.records WHERE excluded.seq > seq",
                params![seq, records],
            )?;
            keeping.execute("DELETE FROM batch WHERE last <= ?1", [seq])?;
            keeping.execute("UPDATE log SET at = ?1", [at])?;
            keeping.commit()
        });
        if let Err(error) = kept {
            // The one before still holds, with all entries after it.
            tracing::warn!("no snapshot kept: {}: {error}", self.path.display());
        }
        true
    }

    /// Empties the file beside the log, in which entries that were dropped stand as well.
    fn wipe(&self) {
        let wiped = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = wiped {
            let path = self.path.display();
            tracing::warn!("what was said still stands beside {path}: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Command;
    use crate::log::Ticket;

    fn proposal(ticket: u64) -> Proposal {
        let command = Command::SignOff {
            reason: format!("reason {ticket}").into(),
        };
        Proposal {
            ticket: Ticket(ticket),
            session: None,
            command,
        }
    }

    fn propose(log: &mut Log, tickets: &[u64]) -> Ordered {
        let proposals = tickets.iter().map(|ticket| proposal(*ticket)).collect();
        log.propose
            .blocking_send(Request::Propose(proposals))
            .unwrap();
        log.ordered.blocking_recv().unwrap()
    }

    fn open_in(folder: &Path) -> (Log, Start) {
        open(&folder.join("log.sqlite"), Durability::Full, Epoch(7)).unwrap()
    }

    fn committed(ordered: &Ordered) -> Vec<(u64, u64)> {
        match ordered {
            Ordered::Committed(entries) => entries
                .iter()
                .map(|(ticket, entry)| (ticket.0, entry.seq.0))
                .collect(),
            Ordered::Refused { why, .. } => panic!("{why}"),
            Ordered::Fatal(why) => panic!("{why}"),
        }
    }

    #[test]
    fn entries_keep_their_places_over_a_restart_without_a_farewell() {
        let folder = tempfile::tempdir().unwrap();
        let (mut log, start) = open_in(folder.path());
        assert!(start.tail.is_empty());
        assert_eq!(committed(&propose(&mut log, &[1, 2])), [(1, 1), (2, 2)]);
        assert_eq!(committed(&propose(&mut log, &[3])), [(3, 3)]);
        drop(log);
        let (mut log, start) = open_in(folder.path());
        assert_eq!(start.epoch, Epoch(7));
        assert_eq!(
            start
                .tail
                .iter()
                .map(|entry| entry.seq.0)
                .collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!(committed(&propose(&mut log, &[9])), [(9, 4)]);
    }

    #[test]
    fn a_snapshot_replaces_what_is_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let (mut log, _) = open_in(folder.path());
        propose(&mut log, &[1, 2, 3]);
        propose(&mut log, &[4]);
        log.propose
            .blocking_send(Request::Snapshot {
                seq: Seq(3),
                records: b"x".to_vec(),
                wipes: false,
            })
            .unwrap();
        propose(&mut log, &[5]);
        drop(log);
        let (_, start) = open_in(folder.path());
        assert_eq!(start.snapshot, Some((Seq(3), b"x".to_vec())));
        assert_eq!(
            start
                .tail
                .iter()
                .map(|entry| entry.seq.0)
                .collect::<Vec<_>>(),
            [4, 5]
        );
        let db = Connection::open(folder.path().join("log.sqlite")).unwrap();
        let rows: i64 = db
            .query_row("SELECT count(*) FROM batch", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 2);
    }

    #[test]
    fn an_older_snapshot_replaces_nothing_and_time_goes_on_from_a_log_that_is_all_snapshot() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.sqlite");
        let mut db = Connection::open(&path).unwrap();
        prepare(&mut db, Durability::Full, Epoch(1)).unwrap();
        let (_, requests) = mpsc::channel(1);
        let (ordered, mut entries) = mpsc::channel(8);
        let ahead = Millis(jiff::Timestamp::now().as_millisecond() + 30_000);
        let mut writer = Writer {
            db,
            path: path.clone(),
            wal_pages: Arc::default(),
            order: Order::after(Seq(0), ahead),
            requests,
            ordered,
        };
        assert!(writer.commit(vec![proposal(1), proposal(2)]));
        assert!(writer.keep_snapshot(Seq(2), b"new", false));
        assert!(writer.keep_snapshot(Seq(1), b"old", false));
        assert_eq!(
            committed(&entries.blocking_recv().unwrap()),
            [(1, 1), (2, 2)]
        );
        drop(writer);
        let (mut log, start) = open_in(folder.path());
        assert_eq!(start.snapshot, Some((Seq(2), b"new".to_vec())));
        assert_eq!(start.tail, []);
        let Ordered::Committed(placed) = propose(&mut log, &[3]) else {
            panic!("it was not stored")
        };
        let times: Vec<_> = placed
            .iter()
            .map(|(_, entry)| (entry.seq.0, entry.at))
            .collect();
        assert_eq!(times, [(3, ahead)]);
    }

    #[test]
    fn who_stops_the_log_hears_all_that_was_asked_before_and_then_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let (mut log, _) = open_in(folder.path());
        for ticket in 1..=5 {
            let request = Request::Propose(vec![proposal(ticket)]);
            log.propose.blocking_send(request).unwrap();
        }
        log.propose.blocking_send(Request::Stop).unwrap();
        let mut all = Vec::new();
        while let Some(ordered) = log.ordered.blocking_recv() {
            all.extend(committed(&ordered));
        }
        assert_eq!(all, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
        // The file is closed by then, so that another process may use it.
        assert!(!folder.path().join("log.sqlite-wal").exists());
    }

    #[test]
    fn a_full_disk_refuses_with_the_reason_and_room_again_stores_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.sqlite");
        let mut db = Connection::open(&path).unwrap();
        prepare(&mut db, Durability::Full, Epoch(1)).unwrap();
        let pages: i64 = db
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        let (_, requests) = mpsc::channel(1);
        let (ordered, mut entries) = mpsc::channel(8);
        let mut writer = Writer {
            db,
            path,
            wal_pages: Arc::default(),
            order: Order::after(Seq(0), Millis(0)),
            requests,
            ordered,
        };
        writer
            .db
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
        let big = || Proposal {
            ticket: Ticket(1),
            session: None,
            command: Command::SignOff {
                reason: "x".repeat(10_000).into(),
            },
        };
        assert!(writer.commit(vec![big()]));
        let Some(Ordered::Refused { tickets, why }) = entries.blocking_recv() else {
            panic!("it was stored")
        };
        assert_eq!(tickets, [Ticket(1)]);
        assert!(why.contains("log.sqlite") && why.contains("full"), "{why}");
        writer
            .db
            .pragma_update(None, "max_page_count", 1_000_000)
            .unwrap();
        assert!(writer.commit(vec![big()]));
        assert_eq!(committed(&entries.blocking_recv().unwrap()), [(1, 1)]);
    }

    #[test]
    fn what_gathers_in_the_wal_goes_to_the_file_while_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let (mut log, _) = open_in(folder.path());
        let size = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
        let page = 4096;
        // Each commit begins when the checkpoint after the one before has ended.
        for ticket in 0..60 {
            let command = Command::SignOff {
                reason: "x".repeat(100_000).into(),
            };
            let long = Proposal {
                command,
                ..proposal(ticket)
            };
            log.propose
                .blocking_send(Request::Propose(vec![long]))
                .unwrap();
            log.ordered.blocking_recv().unwrap();
        }
        let limit = page * u64::from(CHECKPOINT.unsigned_abs());
        assert!(size("log.sqlite") > limit / 2, "{}", size("log.sqlite"));
        assert!(size("log.sqlite-wal") < limit * 5 / 4, "it begins anew");
    }
}
