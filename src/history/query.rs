//! What can be asked of the past (IRCv3 draft/chathistory), and the answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::row::{Place, Row};
use super::store::kind_of;
use super::tail::Tail;
use crate::core::{Millis, RoomId, Seq, UserId};

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Messages of one conversation.
    Messages {
        /// Which.
        place: Place,
        /// The first one that the asker may read.
        from: Seq,
        /// Which stretch.
        span: Span,
        /// How many at most.
        limit: usize,
    },
    /// Conversations of a user whose newest message lies between two moments; where there are too
    /// many, those nearest to `after`, which may be the later one.
    Targets {
        /// Whose direct talk.
        user: UserId,
        /// Their rooms, with the first message that they may read.
        rooms: Vec<(RoomId, Seq)>,
        /// Later than this.
        after: Millis,
        /// Earlier than this.
        before: Millis,
        /// How many at most.
        limit: usize,
    },
}

/// A stretch of messages. Bounds are not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The newest, later than a bound where there is one.
    Latest(Option<Bound>),
    /// The newest before a bound.
    Before(Bound),
    /// The oldest after a bound.
    After(Bound),
    /// Those on both sides of a bound; a message that is the bound is part of it.
    Around(Bound),
    /// Those between two bounds, beginning at the first.
    Between(Bound, Bound),
}

/// A point in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A message.
    Seq(Seq),
    /// A moment.
    At(Millis),
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Messages, oldest first.
    Messages(Vec<Arc<Row>>),
    /// Conversations, by their newest message, oldest first.
    Targets(Vec<Target>),
}

/// A conversation and the time of its newest message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which.
    pub place: Place,
    /// When something was last said in it.
    pub at: Millis,
}

/// A query with the part of the tail that it needs.
#[derive(Debug)]
pub struct Prepared {
    query: Query,
    tail: Vec<Arc<Row>>,
    /// What was said after this was said after the question.
    until: Seq,
}

impl Prepared {
    pub(super) fn new(query: Query, tail: &Tail) -> Self {
        let (tail, until) = match &query {
            Query::Messages { place, .. } => tail.rows(|one| one == place),
            Query::Targets { user, rooms, .. } => tail.rows(|place| match place {
                Place::Room(room) => rooms.iter().any(|(one, _)| one == room),
                Place::Direct(a, b) => a == user || b == user,
            }),
        };
        Self { query, tail, until }
    }

    /// The answer where nothing can be read.
    pub(super) fn without_rows(&self) -> Found {
        match self.query {
            Query::Messages { .. } => Found::Messages(Vec::new()),
            Query::Targets { .. } => Found::Targets(Vec::new()),
        }
    }

    /// Answers, with nothing from before a moment where there is one.
    pub(super) fn run(self, db: &Connection, kept: Option<Millis>) -> rusqlite::Result<Found> {
        let Self { query, tail, until } = self;
        match query {
            Query::Messages {
                place,
                from,
                span,
                limit,
            } => {
                let mut past = Past {
                    db,
                    tail: &tail,
                    place,
                    from: from.0.cast_signed(),
                    end: until.0.cast_signed().saturating_add(1),
                };
                if let Some(kept) = kept {
                    past.from = past.from.max(past.reaches(Bound::At(kept))?);
                }
                Ok(Found::Messages(past.read(span, limit)?))
            }
            Query::Targets {
                user,
                rooms,
                after,
                before,
                limit,
            } => {
                let mut newest = newest(db, &tail, user, &rooms)?;
                let (low, high) = (after.min(before), after.max(before));
                newest.retain(|target| {
                    low < target.at && target.at < high && kept.is_none_or(|kept| target.at >= kept)
                });
                newest.sort_by_key(|target| target.at);
                if after > before {
                    newest.drain(..newest.len().saturating_sub(limit));
                }
                newest.truncate(limit);
                Ok(Found::Targets(newest))
            }
        }
    }
}

/// One conversation, from the first message that may be read.
struct Past<'a> {
    db: &'a Connection,
    tail: &'a [Arc<Row>],
    place: Place,
    /// The first message that may be read.
    from: i64,
    /// The first one that may not.
    end: i64,
}

/// From which end of a stretch messages are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Oldest,
    Newest,
}

impl Past<'_> {
    fn read(&self, span: Span, limit: usize) -> rusqlite::Result<Vec<Arc<Row>>> {
        match span {
            Span::Latest(None) => self.rows(0, i64::MAX, Side::Newest, limit),
            Span::Latest(Some(bound)) => {
                self.rows(self.after(bound)?, i64::MAX, Side::Newest, limit)
            }
            Span::Before(bound) => self.rows(0, self.reaches(bound)?, Side::Newest, limit),
            Span::After(bound) => self.rows(self.after(bound)?, i64::MAX, Side::Oldest, limit),
            Span::Around(bound) => {
                let middle = self.reaches(bound)?;
                let mut rows = self.rows(0, middle, Side::Newest, limit / 2)?;
                let rest = limit - rows.len();
                rows.extend(self.rows(middle, i64::MAX, Side::Oldest, rest)?);
                Ok(rows)
            }
            Span::Between(a, b) => {
                let (first, last) = (self.reaches(a)?, self.reaches(b)?);
                if first <= last {
                    self.rows(self.after(a)?, last, Side::Oldest, limit)
                } else {
                    self.rows(self.after(b)?, first, Side::Newest, limit)
                }
            }
        }
    }

    /// The place of the first message that is at or after a bound.
    fn reaches(&self, bound: Bound) -> rusqlite::Result<i64> {
        match bound {
            Bound::Seq(seq) => Ok(seq.0.cast_signed()),
            Bound::At(at) => {
                let stored = first_at(self.db, self.place.key(), at)?;
                let waiting = self
                    .tail
                    .iter()
                    .find(|row| row.at >= at)
                    .map(|row| row.seq.0.cast_signed());
                Ok(stored.into_iter().chain(waiting).min().unwrap_or(i64::MAX))
            }
        }
    }

    /// The place of the first message that is after a bound.
    fn after(&self, bound: Bound) -> rusqlite::Result<i64> {
        match bound {
            Bound::Seq(seq) => Ok(seq.0.cast_signed().saturating_add(1)),
            Bound::At(at) => self.reaches(Bound::At(Millis(at.0.saturating_add(1)))),
        }
    }

    /// Messages from `first` on and before `end`, oldest first.
    fn rows(
        &self,
        first: i64,
        end: i64,
        side: Side,
        limit: usize,
    ) -> rusqlite::Result<Vec<Arc<Row>>> {
        let (first, end) = (first.max(self.from), end.min(self.end));
        let order = match side {
            Side::Oldest => "ASC",
            Side::Newest => "DESC",
        };
        let (a, b) = self.place.key();
        let sql = format!(
            "SELECT a, b, seq, at, sender, nick, username, host, account, target, kind, text, tags \
             FROM message WHERE a = ?1 AND b = ?2 AND seq >= ?3 AND seq < ?4 ORDER BY seq {order} LIMIT ?5"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let stored = statement.query_map(params![a, b, first, end, most], read_row)?;
        // A message can be in both while it is being written.
        let mut all: BTreeMap<Seq, Arc<Row>> = BTreeMap::new();
        for row in stored {
            let row = row?;
            all.insert(row.seq, Arc::new(row));
        }
        let within = |row: &&Arc<Row>| (first..end).contains(&row.seq.0.cast_signed());
        all.extend(
            self.tail
                .iter()
                .filter(within)
                .map(|row| (row.seq, row.clone())),
        );
        let skip = match side {
            Side::Oldest => 0,
            Side::Newest => all.len().saturating_sub(limit),
        };
        Ok(all.into_values().skip(skip).take(limit).collect())
    }
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let text = |index| row.get::<_, Arc<str>>(index);
    Ok(Row {
        place: Place::of_key(row.get(0)?, row.get(1)?),
        seq: Seq(row.get::<_, i64>(2)?.cast_unsigned()),
        at: Millis(row.get(3)?),
        from: UserId(row.get::<_, i64>(4)?.cast_unsigned()),
        nick: text(5)?,
        username: text(6)?,
        host: text(7)?,
        account: row.get(8)?,
        to: text(9)?,
        kind: kind_of(row.get(10)?),
        text: text(11)?,
        tags: row.get(12)?,
    })
}

/// The place of the first message of a conversation that is not before a moment.
///
/// Times follow places, so some twenty looks find it and no index is needed.
pub(super) fn first_at(
    db: &Connection,
    (a, b): (i64, i64),
    at: Millis,
) -> rusqlite::Result<Option<i64>> {
    let mut next = db.prepare_cached(
        "SELECT seq, at FROM message WHERE a = ?1 AND b = ?2 AND seq >= ?3 ORDER BY seq LIMIT 1",
    )?;
    let mut look = |seq: i64| {
        next.query_row(params![a, b, seq], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()
    };
    let newest: Option<i64> = db.query_row(
        "SELECT max(seq) FROM message WHERE a = ?1 AND b = ?2",
        params![a, b],
        |row| row.get(0),
    )?;
    let Some(newest) = newest else {
        return Ok(None);
    };
    let (mut low, mut high) = (0, newest.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        match look(middle)? {
            Some((seq, time)) if time < at.0 => low = seq + 1,
            Some(_) | None => high = middle,
        }
    }
    Ok(look(low)?.map(|(seq, _)| seq))
}

/// The newest message of each conversation of a user.
fn newest(
    db: &Connection,
    tail: &[Arc<Row>],
    user: UserId,
    rooms: &[(RoomId, Seq)],
) -> rusqlite::Result<Vec<Target>> {
    let mut all: BTreeMap<Place, Millis> = BTreeMap::new();
    let mut last = db.prepare_cached(
        "SELECT at FROM message WHERE a = ?1 AND b = 0 AND seq >= ?2 ORDER BY seq DESC LIMIT 1",
    )?;
    for (room, from) in rooms {
        let key = params![room.0.cast_signed(), from.0.cast_signed()];
        if let Some(at) = last.query_row(key, |row| row.get(0)).optional()? {
            all.insert(Place::Room(*room), Millis(at));
        }
    }
    let mut direct = db.prepare_cached("SELECT peer, at FROM direct WHERE user = ?1")?;
    let partners = direct.query_map([user.0.cast_signed()], |row| {
        Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?))
    })?;
    for partner in partners {
        let (peer, at) = partner?;
        all.insert(Place::direct(user, UserId(peer)), Millis(at));
    }
    for row in tail {
        let readable = match row.place {
            Place::Room(room) => rooms
                .iter()
                .any(|(one, from)| *one == room && row.seq >= *from),
            Place::Direct(..) => true,
        };
        if readable {
            let at = all.entry(row.place).or_insert(row.at);
            *at = row.at.max(*at);
        }
    }
    let targets = all.into_iter().map(|(place, at)| Target { place, at });
    Ok(targets.collect())
}
