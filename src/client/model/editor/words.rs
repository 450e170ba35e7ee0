//! Words and lines of a text, and how far a movement goes.

use unicode_segmentation::GraphemeCursor;

/// How far a movement or a kill goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To the cluster before.
    Left,
    /// To the cluster after.
    Right,
    /// To the start of the word.
    WordLeft,
    /// To the end of the word.
    WordRight,
    /// Back to a blank.
    BlankLeft,
    /// To the start of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
}

/// Where a movement ends that begins at a place of a text, in bytes.
pub(super) fn reach(text: &str, at: usize, reach: Reach) -> usize {
    match reach {
        Reach::Left => before(text, at),
        Reach::Right => after(text, at),
        Reach::WordLeft => word_left(text, at),
        Reach::WordRight => word_right(text, at),
        Reach::BlankLeft => blank_left(text, at),
        Reach::LineStart => line_start(text, at),
        Reach::LineEnd => line_end(text, at),
    }
}

pub(super) fn before(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

fn after(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor
        .next_boundary(text, 0)
        .ok()
        .flatten()
        .unwrap_or(text.len())
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or("");
    head.rfind('\n').map_or(0, |feed| feed + 1)
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or("");
    tail.find('\n').map_or(text.len(), |feed| at + feed)
}

/// A run of Chinese is one word here: no dictionary says where its words end.
pub(super) fn word_left(text: &str, from: usize) -> usize {
    let head = text.get(..from).unwrap_or("");
    let mut at = from;
    let mut kind = Kind::Between;
    for (start, c) in head.char_indices().rev() {
        let this = Kind::of(c);
        if kind != Kind::Between && this != kind {
            break;
        }
        kind = this;
        at = start;
    }
    at
}

pub(super) fn word_right(text: &str, from: usize) -> usize {
    let tail = text.get(from..).unwrap_or("");
    let mut kind = Kind::Between;
    for (offset, c) in tail.char_indices() {
        let this = Kind::of(c);
        if kind != Kind::Between && this != kind {
            return from + offset;
        }
        kind = this;
    }
    text.len()
}

fn blank_left(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or("").trim_end();
    head.char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(at, c)| at + c.len_utf8())
}

/// What a character is to the movement by words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Letter,
    Ideograph,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '\u{2e80}'..='\u{2fdf}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Ideograph,
            c if c.is_alphanumeric() || matches!(c, '_' | '\u{300}'..='\u{36f}') => Self::Letter,
            _ => Self::Between,
        }
    }
}
