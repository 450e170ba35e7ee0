//! A stretch of lines: their texts in one piece, a record of twenty bytes for each, names once.

use super::{Id, Line, LineKind};
use crate::client::happening::Millis;

/// Lines in a block at most.
const LINES_MAX: usize = 4096;

/// Lines that follow each other.
#[derive(Debug)]
pub(super) struct Block {
    /// The number of its oldest line.
    pub(super) first: i64,
    texts: String,
    records: Vec<Record>,
    /// How many records at the beginning are dropped.
    dropped: usize,
    names: Names,
    /// What the times of the records are counted from.
    at: Millis,
    /// What the ids that are kept as numbers have in common.
    ids: Option<Ids>,
    has_text_ids: bool,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    /// Where its text ends.
    end: u32,
    /// Its time, from the block's on.
    at: i32,
    /// Its id, from the block's first on, or the bytes of it before its text.
    id: i32,
    name: u16,
    kept: Kept,
    kind: LineKind,
    is_self: bool,
    is_mention: bool,
}

/// How the id of a line is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// There is none.
    Nothing,
    /// As its distance from the first one's number.
    Number,
    /// In front of the text.
    Text,
}

#[derive(Debug)]
struct Ids {
    stem: Box<str>,
    base: u64,
    low: u64,
    high: u64,
}

/// How many bytes of a block's text a line takes at most.
pub(super) fn bytes(line: Line<'_>) -> usize {
    let digits = |id: Id<'_>| id.number.map_or(0, |number| number.to_string().len());
    line.text.len() + line.id.map_or(0, |id| id.stem.len() + digits(id))
}

impl Block {
    /// A block that begins with a line of this number, and puts texts into this room.
    pub(super) fn new(first: i64, mut room: String) -> Self {
        room.clear();
        Self {
            first,
            texts: room,
            records: Vec::new(),
            dropped: 0,
            names: Names::default(),
            at: 0,
            ids: None,
            has_text_ids: false,
        }
    }

    /// The number after that of its newest line.
    pub(super) fn end(&self) -> i64 {
        self.first + i64::try_from(self.len()).unwrap_or(0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn has_ids(&self) -> bool {
        self.ids.is_some() || self.has_text_ids
    }

    /// Whether a line can be added without its texts moving to another place.
    pub(super) fn fits(&self, line: Line<'_>) -> bool {
        let free = self.texts.capacity() - self.texts.len();
        let is_near = self.records.is_empty() || i32::try_from(line.at - self.at).is_ok();
        // Counting the digits of an id is the dearer half, and seldom needed.
        let has_room = free >= line.text.len() + 1024 || free >= bytes(line);
        has_room && is_near && self.records.len() < LINES_MAX
    }

    /// Adds a line that fits, and says how its id is kept.
    pub(super) fn push(&mut self, line: Line<'_>) -> Kept {
        if self.records.is_empty() {
            self.at = line.at;
        }
        let (kept, id) = match line.id {
            None => (Kept::Nothing, 0),
            Some(id) => match self.distance(id) {
                Some(distance) => (Kept::Number, distance),
                None => (Kept::Text, self.write(id)),
            },
        };
        self.texts.push_str(line.text);
        self.records.push(Record {
            end: u32::try_from(self.texts.len()).unwrap_or(u32::MAX),
            at: i32::try_from(line.at - self.at).unwrap_or(0),
            id,
            name: self.names.place(line.nick),
            kept,
            kind: line.kind,
            is_self: line.is_self,
            is_mention: line.is_mention,
        });
        kept
    }

    /// A line by its number.
    pub(super) fn get(&self, number: i64) -> Option<Line<'_>> {
        self.line(self.place(number)?)
    }

    /// All lines, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Line<'_>> {
        (self.dropped..self.records.len()).filter_map(|place| self.line(place))
    }

    /// The number of the line with an id.
    pub(super) fn find(&self, id: Id<'_>) -> Option<i64> {
        let distance = self.ids.as_ref().and_then(|ids| ids.distance(id));
        let is_it = |place: &usize| match (self.records.get(*place), distance) {
            (Some(record), Some(distance)) if record.kept == Kept::Number => record.id == distance,
            (Some(record), _) if record.kept == Kept::Text => {
                self.line(*place).and_then(|line| line.id) == Some(id)
            }
            (_, _) => false,
        };
        let is_in_range = |ids: &Ids| id.number.is_some_and(|n| ids.low <= n && n <= ids.high);
        let may_hold =
            self.has_text_ids || distance.is_some() && self.ids.as_ref().is_some_and(is_in_range);
        let mut places = (self.dropped..self.records.len()).rev();
        let place = places.find(|place| may_hold && is_it(place))?;
        Some(self.first + i64::try_from(place - self.dropped).ok()?)
    }

    /// Takes the lines from a number on out, into a block of their own; none when that is the first.
    pub(super) fn split(&mut self, number: i64) -> Option<Self> {
        let place = self.place(number).filter(|place| *place > self.dropped)?;
        let bytes = self.texts.len() - self.start(place);
        let mut newer = Self::new(number, String::with_capacity(bytes));
        // Ids move as they are kept, so that nobody has to learn that they are kept otherwise.
        newer.ids = self.ids.as_ref().map(Ids::again);
        newer.at = self.at;
        for place in place..self.records.len() {
            let (Some(record), Some(line)) = (self.records.get(place), self.line(place)) else {
                continue;
            };
            newer.texts.push_str(self.piece(place));
            newer.records.push(Record {
                end: u32::try_from(newer.texts.len()).unwrap_or(u32::MAX),
                name: newer.names.place(line.nick),
                ..*record
            });
        }
        newer.has_text_ids = self.has_text_ids;
        newer.seal();
        self.texts.truncate(self.start(place));
        self.records.truncate(place);
        Some(newer)
    }

    /// Takes the newest line away.
    pub(super) fn pop(&mut self) {
        if let Some(last) = self.records.len().checked_sub(1) {
            self.texts.truncate(self.start(last));
            self.records.truncate(last);
        }
    }

    pub(super) fn drop_oldest(&mut self) {
        if !self.is_empty() {
            self.dropped += 1;
            self.first += 1;
        }
    }

    /// Gives back what it will not need when no line is added any more.
    pub(super) fn seal(&mut self) {
        self.records.shrink_to_fit();
        self.names.seal();
    }

    /// The room of its texts, for another block.
    pub(super) fn into_room(self) -> String {
        self.texts
    }

    fn len(&self) -> usize {
        self.records.len() - self.dropped
    }

    fn place(&self, number: i64) -> Option<usize> {
        let place = self.dropped + usize::try_from(number - self.first).ok()?;
        (place < self.records.len()).then_some(place)
    }

    /// Where the id and the text of a record begin.
    fn start(&self, place: usize) -> usize {
        let before = place
            .checked_sub(1)
            .and_then(|place| self.records.get(place));
        before.map_or(0, |record| record.end as usize)
    }

    /// The id of a record, where it is kept as text, and its text.
    fn piece(&self, place: usize) -> &str {
        let end = self
            .records
            .get(place)
            .map_or(0, |record| record.end as usize);
        self.texts.get(self.start(place)..end).unwrap_or_default()
    }

    fn line(&self, place: usize) -> Option<Line<'_>> {
        let record = self.records.get(place)?;
        let piece = self.piece(place);
        let (id, text) = match record.kept {
            Kept::Nothing => (None, piece),
            Kept::Number => (self.ids.as_ref().and_then(|ids| ids.at(record.id)), piece),
            Kept::Text => {
                let bytes = usize::try_from(record.id).unwrap_or(0);
                let (id, text) = piece.split_at_checked(bytes)?;
                (Some(Id::new(id)), text)
            }
        };
        Some(Line {
            id,
            at: self.at + i64::from(record.at),
            kind: record.kind,
            nick: self.names.get(record.name),
            is_self: record.is_self,
            is_mention: record.is_mention,
            text,
        })
    }

    /// How far an id is from the first one; none when it has to be kept as text.
    fn distance(&mut self, id: Id<'_>) -> Option<i32> {
        let number = id.number?;
        let ids = self.ids.get_or_insert_with(|| Ids {
            stem: id.stem.into(),
            base: number,
            low: number,
            high: number,
        });
        let distance = ids.distance(id)?;
        ids.low = ids.low.min(number);
        ids.high = ids.high.max(number);
        Some(distance)
    }

    /// Writes an id before its line's text, and gives its bytes.
    fn write(&mut self, id: Id<'_>) -> i32 {
        let before = self.texts.len();
        self.texts.push_str(id.stem);
        if let Some(number) = id.number {
            self.texts.push_str(&number.to_string());
        }
        self.has_text_ids = true;
        i32::try_from(self.texts.len() - before).unwrap_or(0)
    }
}

impl Ids {
    fn distance(&self, id: Id<'_>) -> Option<i32> {
        let number = id.number?;
        let distance = i128::from(number) - i128::from(self.base);
        let distance = i32::try_from(distance).ok()?;
        (*self.stem == *id.stem).then_some(distance)
    }

    fn at(&self, distance: i32) -> Option<Id<'_>> {
        Some(Id {
            stem: &self.stem,
            number: Some(self.base.checked_add_signed(i64::from(distance))?),
        })
    }

    fn again(&self) -> Self {
        Self {
            stem: self.stem.clone(),
            ..*self
        }
    }
}

/// The names in a block, each once.
#[derive(Debug, Default)]
struct Names {
    all: Vec<Box<str>>,
    /// The places of the names in `all`, in the order of the names.
    sorted: Vec<u16>,
    last: u16,
}

impl Names {
    fn get(&self, place: u16) -> &str {
        self.all.get(usize::from(place)).map_or("", |name| name)
    }

    /// The place of a name, which is new when it is not there yet.
    fn place(&mut self, name: &str) -> u16 {
        if self
            .all
            .get(usize::from(self.last))
            .is_some_and(|last| **last == *name)
        {
            return self.last;
        }
        let found = self
            .sorted
            .binary_search_by(|place| self.get(*place).cmp(name));
        self.last = match found {
            Ok(at) => self.sorted.get(at).copied().unwrap_or(0),
            Err(at) => {
                // There are no more names than lines in a block.
                let place = u16::try_from(self.all.len()).unwrap_or(u16::MAX);
                self.all.push(name.into());
                self.sorted.insert(at, place);
                place
            }
        };
        self.last
    }

    fn seal(&mut self) {
        self.all.shrink_to_fit();
        self.sorted.shrink_to_fit();
    }
}

#[cfg(test)]
impl Block {
    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let records = self.records.capacity() * size_of::<Record>();
        let names: usize = self.names.all.iter().map(|name| name.len() + 16).sum();
        let places = self.names.all.capacity() * size_of::<Box<str>>();
        size_of::<Self>() + self.texts.capacity() + records + names + places
    }
}
