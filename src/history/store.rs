//! The file of messages, and the thread that writes it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Statement, params};
use tracing::error;

use super::query::first_at;
use super::row::{Place, Row};
use super::tail::{Tail, Work};
use crate::core::{Kind, Millis, Seq};
use crate::log::Epoch;

/// The format of the file, in `PRAGMA user_version`.
pub(super) const FORMAT: i64 = 1;
/// Rows of one transaction at most. A page that several of them go to is written once for all.
const ROWS_MAX: usize = 16_000;
/// Memory for pages, in KiB: what one transaction touches.
const CACHE_KIB: i64 = 8_000;
/// Pages of the WAL from which on they go to the file itself.
const CHECKPOINT: i64 = 4_000;
/// How long a writer that cannot write waits before it tries again.
const RETRY: Duration = Duration::from_secs(1);
/// How often messages that are too old are looked for.
const CLEAN: Duration = Duration::from_secs(3600);
/// The writer rests so many times as long as it has worked, since no core is its own, and long
/// enough for rows to gather.
const REST: u32 = 4;
const REST_MIN: Duration = Duration::from_millis(200);
const REST_MAX: Duration = Duration::from_millis(400);
/// How far it stands behind other threads where cores are scarce.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

const SCHEMA: &str = "
CREATE TABLE history (epoch INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE message (
    a INTEGER NOT NULL, b INTEGER NOT NULL, seq INTEGER NOT NULL,
    at INTEGER NOT NULL, sender INTEGER NOT NULL, nick TEXT NOT NULL, username TEXT NOT NULL,
    host TEXT NOT NULL, account TEXT, target TEXT NOT NULL, kind INTEGER NOT NULL,
    text TEXT NOT NULL, tags TEXT,
    PRIMARY KEY (a, b, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE direct (
    user INTEGER NOT NULL, peer INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (user, peer)
) STRICT, WITHOUT ROWID;
";

/// The connection that writes.
pub(super) struct Store {
    db: Connection,
    pub(super) format: i64,
    pub(super) epoch: Epoch,
    pub(super) position: Seq,
}

impl Store {
    pub(super) fn open(path: &Path, epoch: Epoch) -> rusqlite::Result<Self> {
        let mut db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        let format: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if format == 0 {
            let making = db.transaction()?;
            making.execute_batch(SCHEMA)?;
            making.execute(
                "INSERT INTO history (epoch, position) VALUES (?1, 0)",
                [epoch.0.cast_signed()],
            )?;
            making.pragma_update(None, "user_version", FORMAT)?;
            making.commit()?;
        }
        let format = format.max(FORMAT);
        let (epoch, position) = db.query_row("SELECT epoch, position FROM history", [], |row| {
            Ok((
                row.get::<_, i64>(0)?.cast_unsigned(),
                row.get::<_, i64>(1)?.cast_unsigned(),
            ))
        })?;
        Ok(Self {
            db,
            format,
            epoch: Epoch(epoch),
            position: Seq(position),
        })
    }

    /// Writes rows and the position in one transaction.
    pub(super) fn write(
        &mut self,
        rows: &[Row],
        position: Seq,
        sync: bool,
    ) -> rusqlite::Result<()> {
        // In WAL mode a FULL commit makes all commits before it survive a loss of power, too.
        self.db
            .pragma_update(None, "synchronous", if sync { "FULL" } else { "NORMAL" })?;
        let writing = self.db.transaction()?;
        {
            let mut message = writing.prepare_cached(
                "INSERT OR IGNORE INTO message VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
            )?;
            let mut direct =
                writing.prepare_cached("INSERT OR REPLACE INTO direct VALUES (?1,?2,?3,?4)")?;
            // One conversation after the other, so that its pages are at hand.
            let mut rows: Vec<&Row> = rows.iter().collect();
            rows.sort_by_key(|row| row.place);
            let mut last: Option<&Row> = None;
            for row in rows {
                let (a, b) = row.place.key();
                let (seq, at) = (row.seq.0.cast_signed(), row.at.0);
                bind(&mut message, row, last.replace(row))?;
                message.raw_execute()?;
                if let Place::Direct(..) = row.place {
                    direct.execute(params![a, b, seq, at])?;
                    direct.execute(params![b, a, seq, at])?;
                }
            }
        }
        writing.execute(
            "UPDATE history SET position = ?1",
            [position.0.cast_signed()],
        )?;
        writing.commit()
    }

    /// Drops what is older than a moment.
    fn clean(&mut self, before: Millis) -> rusqlite::Result<()> {
        // From one conversation to the next, so that no message is read for it.
        let mut place = (i64::MIN, i64::MIN);
        while let Some((a, b)) = self.place_after(place)? {
            place = (a, b);
            let end = first_at(&self.db, (a, b), before)?.unwrap_or(i64::MAX);
            self.db.execute(
                "DELETE FROM message WHERE a = ?1 AND b = ?2 AND seq < ?3",
                params![a, b, end],
            )?;
        }
        self.db
            .execute("DELETE FROM direct WHERE at < ?1", [before.0])?;
        Ok(())
    }
}

impl Store {
    /// Drops what is after a place.
    pub(super) fn cut(&mut self, last: Seq) -> rusqlite::Result<()> {
        let end = last.0.cast_signed();
        let cutting = self.db.transaction()?;
        cutting.execute("DELETE FROM message WHERE seq > ?1", [end])?;
        cutting.execute("DELETE FROM direct WHERE seq > ?1", [end])?;
        cutting.execute_batch(
            "INSERT OR REPLACE INTO direct SELECT a, b, max(seq), at FROM message WHERE b <> 0 GROUP BY a, b;
             INSERT OR REPLACE INTO direct SELECT b, a, max(seq), at FROM message WHERE b <> 0 GROUP BY a, b;",
        )?;
        cutting.execute("UPDATE history SET position = ?1", [end])?;
        cutting.commit()?;
        self.position = last;
        Ok(())
    }

    fn place_after(&self, (a, b): (i64, i64)) -> rusqlite::Result<Option<(i64, i64)>> {
        self.db
            .prepare_cached(
                "SELECT a, b FROM message WHERE (a, b) > (?1, ?2) ORDER BY a, b LIMIT 1",
            )?
            .query_row([a, b], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }
}

/// Binds a row to the statement that inserts it, but for what is bound of the one before.
fn bind(insert: &mut Statement<'_>, row: &Row, last: Option<&Row>) -> rusqlite::Result<()> {
    let (a, b) = row.place.key();
    let numbers = [
        (1, a),
        (2, b),
        (3, row.seq.0.cast_signed()),
        (4, row.at.0),
        (5, row.from.0.cast_signed()),
        (11, kind_number(row.kind)),
    ];
    for (index, number) in numbers {
        insert.raw_bind_parameter(index, number)?;
    }
    let bound = last.map(texts);
    for (place, (index, text)) in texts(row).into_iter().enumerate() {
        let before = bound.as_ref().and_then(|bound| bound.get(place));
        if before.is_none_or(|(_, before)| *before != text) {
            insert.raw_bind_parameter(index, text)?;
        }
    }
    Ok(())
}

/// The texts of a row and where they are bound; most are those of the row before.
fn texts(row: &Row) -> [(usize, Option<&Arc<str>>); 7] {
    [
        (6, Some(&row.nick)),
        (7, Some(&row.username)),
        (8, Some(&row.host)),
        (9, row.account.as_ref()),
        (10, Some(&row.to)),
        (12, Some(&row.text)),
        (13, row.tags.as_ref()),
    ]
}

pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

pub(super) fn kind_number(kind: Kind) -> i64 {
    match kind {
        Kind::Message => 0,
        Kind::Notice => 1,
        Kind::Tags => 2,
    }
}

pub(super) fn kind_of(number: i64) -> Kind {
    match number {
        1 => Kind::Notice,
        2 => Kind::Tags,
        _ => Kind::Message,
    }
}

/// Writes what the tail has until it is stopped.
pub(super) fn write(mut store: Store, tail: &Tail, retention_ms: Option<i64>) {
    let _end = End(tail);
    give_way();
    let mut cleaned: Option<Instant> = None;
    loop {
        match tail.next(ROWS_MAX, CLEAN) {
            Work::Write {
                rows,
                position,
                sync,
            } => {
                let began = Instant::now();
                match store.write(&rows, position, sync) {
                    Ok(()) => {
                        tail.written(rows, position, sync);
                        tail.rest((began.elapsed() * REST).clamp(REST_MIN, REST_MAX));
                    }
                    Err(why) => {
                        error!("the history cannot be written: {why}");
                        tail.failed(why.to_string());
                        if tail.is_stopping() {
                            // The log has them, and hands them over again at the next start.
                            return;
                        }
                        tail.rest(RETRY);
                    }
                }
            }
            Work::Idle => {}
            Work::End => return,
        }
        let due = cleaned.is_none_or(|at| at.elapsed() > CLEAN);
        let now = Millis(jiff::Timestamp::now().as_millisecond());
        if let Some(before) = super::cutoff(now, retention_ms).filter(|_| due) {
            cleaned = Some(Instant::now());
            if let Err(why) = store.clean(before) {
                error!("old messages cannot be dropped: {why}");
            }
        }
    }
}

/// Lets all other threads go first: nobody waits for this one but a full tail.
fn give_way() {
    // Elsewhere it would concern the whole process.
    #[cfg(target_os = "linux")]
    if let Err(why) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!("the history's thread keeps its priority: {why}");
    }
}

/// Says that the writer has ended, however it did.
struct End<'a>(&'a Tail);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
