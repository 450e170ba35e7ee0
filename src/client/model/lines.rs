//! The lines of a conversation, kept small: texts one after the other in blocks, a record for each.
//!
//! A line is written and read as the same [`Line`], borrowed. Lines have numbers, which stay when
//! others are added before them.

mod block;

use std::collections::hash_map::RandomState;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::BuildHasher as _;

use crate::client::happening::Millis;
use block::{Block, Kept};

/// Bytes of text in a block. What is this large the system gets back as soon as it is dropped.
const BLOCK_BYTES: usize = 256 * 1024;
/// Bytes of text in a block that is put between others.
const GAP_BYTES: usize = 4 * 1024;

/// Bytes of a line beside its text and its name.
const RECORD_BYTES: usize = 24;

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// An ordinary message.
    Message,
    /// A notice.
    Notice,
    /// `/me`.
    Action,
    /// What happened: somebody came, a topic changed, an answer of the server.
    Note,
    /// What failed.
    Failure,
}

/// A line of a conversation; its text is harmless and may hold line feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its id on the server.
    pub id: Option<Id<'a>>,
    /// When it came to be.
    pub at: Millis,
    /// What kind it is.
    pub kind: LineKind,
    /// Who said it; empty for a note.
    pub nick: &'a str,
    /// Whether oneself said it.
    pub is_self: bool,
    /// Whether it calls oneself.
    pub is_mention: bool,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// A line that nobody said.
    pub fn note(at: Millis, text: &'a str) -> Self {
        Self {
            id: None,
            at,
            kind: LineKind::Note,
            nick: "",
            is_self: false,
            is_mention: false,
            text,
        }
    }
}

/// The id of a message: one that ends in a number, as ours do, costs a few bytes where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id<'a> {
    stem: &'a str,
    number: Option<u64>,
}

impl<'a> Id<'a> {
    /// An id as the server writes it.
    pub fn new(text: &'a str) -> Self {
        let whole = Self {
            stem: text,
            number: None,
        };
        let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = text.get(stem.len()..).unwrap_or_default();
        if digits.len() > 1 && digits.starts_with('0') {
            return whole;
        }
        match digits.parse() {
            Ok(number) => Self {
                stem,
                number: Some(number),
            },
            Err(_) => whole,
        }
    }
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stem)?;
        self.number.map_or(Ok(()), |number| write!(f, "{number}"))
    }
}

/// Lines in order, each message once.
#[derive(Debug, Default)]
pub struct Lines {
    blocks: VecDeque<Block>,
    /// The number of the next line where there is none.
    next: i64,
    /// The ids that are kept as texts, by their hashes.
    texts: HashSet<u64>,
    hasher: RandomState,
    /// The lowest and the highest number of the ids that are kept as numbers.
    numbers: Option<(u64, u64)>,
    /// The room of a block that was dropped.
    spare: Option<String>,
    /// Bytes that the lines take.
    bytes: usize,
}

impl Lines {
    /// The number of the oldest line.
    pub fn first(&self) -> i64 {
        self.blocks.front().map_or(self.next, |block| block.first)
    }

    /// The number after that of the newest line.
    pub fn end(&self) -> i64 {
        self.blocks.back().map_or(self.next, Block::end)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.end() - self.first()).unwrap_or(0)
    }

    /// How many bytes they take, as near as that matters.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// A line by its number.
    pub fn get(&self, number: i64) -> Option<Line<'_>> {
        self.blocks.get(self.block_of(number)?)?.get(number)
    }

    /// All lines, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Line<'_>> {
        self.blocks.iter().flat_map(Block::iter)
    }

    /// The newest line that has an id.
    pub fn newest_with_id(&self) -> Option<Line<'_>> {
        let blocks = self.blocks.iter().rev().filter(|block| block.has_ids());
        let mut lines = blocks.flat_map(|block| block.iter().rev());
        lines.find(|line| line.id.is_some())
    }

    /// The line with an id nearest to a number: the last one up to it, else the first one after it. What
    /// has no ids at all is leapt over.
    pub fn nearest_with_id(&self, number: i64) -> Option<i64> {
        let has_id = |number: &i64| self.get(*number).is_some_and(|line| line.id.is_some());
        let with_ids = || self.blocks.iter().filter(|block| block.has_ids());
        let before = with_ids()
            .rev()
            .find_map(|block| (block.first..block.end().min(number + 1)).rfind(has_id));
        before.or_else(|| {
            with_ids().find_map(|block| (block.first.max(number)..block.end()).find(has_id))
        })
    }

    /// The first number from which on `is_before` no longer holds, where it holds for all before.
    pub fn partition(&self, is_before: impl Fn(Line<'_>) -> bool) -> i64 {
        let (mut low, mut high) = (self.first(), self.end());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle) {
                Some(line) if is_before(line) => low = middle + 1,
                Some(_) | None => high = middle,
            }
        }
        low
    }

    /// The number of the line with an id.
    pub fn find(&self, id: Id<'_>) -> Option<i64> {
        let is_number = |(low, high)| id.number.is_some_and(|n| low <= n && n <= high);
        if !(self.numbers.is_some_and(is_number) || self.has_text(id)) {
            return None;
        }
        self.blocks.iter().rev().find_map(|block| block.find(id))
    }

    /// Whether a line's message is there already.
    pub fn knows(&self, line: Line<'_>) -> bool {
        line.id.is_some_and(|id| self.find(id).is_some())
    }

    /// Adds a line at the end. Gives its number, or none when its message is there already.
    pub fn push(&mut self, line: Line<'_>) -> Option<i64> {
        if self.knows(line) {
            return None;
        }
        let number = self.end();
        let fits = |block: &&mut Block| block.fits(line);
        if let Some(block) = self.blocks.back_mut().filter(fits) {
            let kept = block.push(line);
            self.note(line, kept);
            return Some(number);
        }
        if let Some(full) = self.blocks.back_mut() {
            full.seal();
        }
        let mut block = Block::new(number, self.room(line));
        let kept = block.push(line);
        self.note(line, kept);
        self.blocks.push_back(block);
        Some(number)
    }

    /// Puts lines, oldest first, before all others, without those that are there already. Gives
    /// how many they are.
    pub fn put_before(&mut self, lines: &[Line<'_>]) -> usize {
        let mut ids = HashSet::new();
        let mut fresh: Vec<Line<'_>> = Vec::new();
        for line in lines {
            if !self.knows(*line) && line.id.is_none_or(|id| ids.insert(id)) {
                fresh.push(*line);
            }
        }
        let bytes: usize = fresh.iter().map(|line| block::bytes(*line)).sum();
        let first = self.first() - i64::try_from(fresh.len()).unwrap_or(0);
        let mut older: Vec<Block> = Vec::new();
        for (number, &line) in (first..).zip(&fresh) {
            if older.last().is_none_or(|block| !block.fits(line)) {
                let room = bytes.min(BLOCK_BYTES).max(block::bytes(line));
                older.push(Block::new(number, String::with_capacity(room)));
            }
            if let Some(block) = older.last_mut() {
                let kept = block.push(line);
                self.note(line, kept);
            }
        }
        for mut block in older.into_iter().rev() {
            block.seal();
            self.blocks.push_front(block);
        }
        fresh.len()
    }

    /// Puts a line before the one with a number, whose number grows as those of all that follow do.
    /// Gives the line's number, or none when its message is there already.
    pub fn insert(&mut self, number: i64, line: Line<'_>) -> Option<i64> {
        let Some(mut at) = self.block_of(number) else {
            return match number < self.first() {
                true => (self.put_before(&[line]) == 1).then(|| self.first()),
                false => self.push(line),
            };
        };
        if self.knows(line) {
            return None;
        }
        if let Some(newer) = self.blocks.get_mut(at)?.split(number) {
            at += 1;
            self.blocks.insert(at, newer);
        }
        let before = at.checked_sub(1).and_then(|at| self.blocks.get_mut(at));
        let kept = match before.filter(|block| block.fits(line)) {
            Some(block) => block.push(line),
            None => {
                let room = GAP_BYTES.max(block::bytes(line));
                let mut block = Block::new(number, String::with_capacity(room));
                let kept = block.push(line);
                self.blocks.insert(at, block);
                at += 1;
                kept
            }
        };
        for block in self.blocks.range_mut(at..) {
            block.first += 1;
        }
        self.note(line, kept);
        Some(number)
    }

    /// Puts another line, without an id, in the place of the newest.
    pub fn replace_newest(&mut self, line: Line<'_>) {
        if self.is_empty() {
            return;
        }
        let end = self.end();
        self.forget(end - 1);
        if let Some(block) = self.blocks.back_mut() {
            block.pop();
            if block.is_empty() {
                self.blocks.pop_back();
                self.next = end - 1;
            }
        }
        self.push(Line { id: None, ..line });
    }

    /// Drops the oldest line.
    pub fn drop_oldest(&mut self) {
        self.forget(self.first());
        let end = self.end();
        if let Some(block) = self.blocks.front_mut() {
            block.drop_oldest();
            if block.is_empty() {
                let room = self.blocks.pop_front().map(Block::into_room);
                self.spare = room.filter(|room| room.capacity() == BLOCK_BYTES);
                self.next = end;
            }
        }
    }

    /// Drops all lines; the next one gets the number after theirs.
    pub fn clear(&mut self) {
        let next = self.end();
        *self = Self {
            next,
            ..Self::default()
        };
    }

    /// Room for the texts of a block that begins with a line.
    fn room(&mut self, line: Line<'_>) -> String {
        let bytes = block::bytes(line);
        match self.spare.take() {
            Some(room) if room.capacity() >= bytes => room,
            Some(_) | None => String::with_capacity(bytes.max(BLOCK_BYTES)),
        }
    }

    /// Takes note of the id of a line that was added.
    fn note(&mut self, line: Line<'_>, kept: Kept) {
        self.bytes += cost(line);
        match (line.id, kept) {
            (
                Some(Id {
                    number: Some(n), ..
                }),
                Kept::Number,
            ) => {
                let (low, high) = self.numbers.unwrap_or((n, n));
                self.numbers = Some((low.min(n), high.max(n)));
            }
            (Some(id), Kept::Text) => {
                self.texts.insert(self.hasher.hash_one(id));
            }
            (_, Kept::Nothing | Kept::Number | Kept::Text) => {}
        }
    }

    /// Forgets the id and the bytes of a line that is to go.
    fn forget(&mut self, number: i64) {
        let Some((bytes, id)) = self.get(number).map(|line| {
            let id = line.id.filter(|_| !self.texts.is_empty());
            (cost(line), id.map(|id| self.hasher.hash_one(id)))
        }) else {
            return;
        };
        self.bytes = self.bytes.saturating_sub(bytes);
        if let Some(id) = id {
            self.texts.remove(&id);
        }
    }

    fn has_text(&self, id: Id<'_>) -> bool {
        !self.texts.is_empty() && self.texts.contains(&self.hasher.hash_one(id))
    }

    /// Where the block of a line stands.
    fn block_of(&self, number: i64) -> Option<usize> {
        let last = self.blocks.len().checked_sub(1)?;
        if self
            .blocks
            .get(last)
            .is_some_and(|block| block.first <= number)
        {
            return (number < self.end()).then_some(last);
        }
        let after = self.blocks.partition_point(|block| block.first <= number);
        after.checked_sub(1)
    }
}

/// Bytes that a line takes: its record, its text and at most one name.
fn cost(line: Line<'_>) -> usize {
    RECORD_BYTES + line.nick.len() + block::bytes(line)
}

#[cfg(test)]
mod tests;
