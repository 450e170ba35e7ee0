//! One row: the cells that differ, blanks by erasing, and rows of doubtful width whole.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthChar;

use super::super::Colours;
use super::super::colour::Look;
use super::{Pen, sequence};
use crate::text;

/// Bytes that are written again rather than leapt over.
const GAP: usize = 4;
/// Blanks that are erased rather than written.
const BLANKS: usize = 10;

pub(super) struct RowWriter<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) pen: &'a mut Pen,
    pub(super) colours: Colours,
    pub(super) y: u16,
}

impl RowWriter<'_> {
    /// Writes what leads from one row to another. `changed` is for the memory that it has.
    pub(super) fn write(&mut self, new: &[Cell], old: &[Cell], changed: &mut Vec<bool>) {
        if new.iter().chain(old).any(|cell| is_doubtful(cell.symbol())) {
            return self.whole(new);
        }
        mark(new, old, changed);
        self.changes(new, changed);
    }

    /// Erases the row and writes all of it, with the column set after each cluster whose width
    /// terminals disagree on.
    fn whole(&mut self, new: &[Cell]) {
        self.move_to(0);
        self.pen.be_plain(self.colours, self.out);
        self.out.extend_from_slice(b"\x1b[2K");
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            if is_blank(cell, self.colours) {
                x += 1;
                continue;
            }
            self.reach(new, x);
            self.cell(cell, x, new.len());
            x += columns(cell);
        }
    }

    /// Writes the cells that are marked.
    fn changes(&mut self, new: &[Cell], changed: &[bool]) {
        let end = end_of_text(new, self.colours);
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            let wide = columns(cell);
            let is_changed = changed.iter().skip(x).take(wide).any(|one| *one);
            if !is_changed {
                x += wide;
                continue;
            }
            self.reach(new, x);
            let left = changed.iter().skip(x).filter(|one| **one).count();
            if x >= end && left > 3 {
                self.pen.be_plain(self.colours, self.out);
                self.out.extend_from_slice(b"\x1b[K");
                return;
            }
            let blanks = self.blanks(new, changed, x);
            if blanks >= BLANKS {
                self.pen.be_plain(self.colours, self.out);
                let count = u16::try_from(blanks).unwrap_or(u16::MAX);
                sequence(&[count], b'X', self.out);
                x += blanks;
                continue;
            }
            self.cell(cell, x, new.len());
            x += wide;
        }
    }

    /// Goes to a column, over a short gap by writing it again.
    fn reach(&mut self, row: &[Cell], x: usize) {
        let Some((at, y)) = self.pen.at else {
            return self.move_to(x);
        };
        let at = usize::from(at);
        let gap = row.get(at..x).unwrap_or(&[]);
        let bytes: usize = gap.iter().map(|cell| cell.symbol().len()).sum();
        let is_short = y == self.y && at < x && bytes <= GAP;
        let is_alike = |cell: &Cell| columns(cell) == 1 && self.is_alike(cell);
        if !is_short || !gap.iter().all(is_alike) {
            return self.move_to(x);
        }
        for (column, cell) in (at..x).zip(gap) {
            self.cell(cell, column, row.len());
        }
    }

    /// How many cells from here on changed into plain blanks.
    fn blanks(&self, new: &[Cell], changed: &[bool], x: usize) -> usize {
        let from_here = new.iter().zip(changed).skip(x);
        from_here
            .take_while(|(cell, is_changed)| **is_changed && is_blank(cell, self.colours))
            .count()
    }

    /// Whether a cell can be written as things stand.
    fn is_alike(&self, cell: &Cell) -> bool {
        let look = self.look(cell);
        look == self.pen.look || (cell.symbol() == " " && look.has_blanks_as(self.pen.look))
    }

    fn look(&self, cell: &Cell) -> Look {
        self.colours.look(cell.fg, cell.bg, cell.modifier)
    }

    fn cell(&mut self, cell: &Cell, x: usize, width: usize) {
        if !self.is_alike(cell) {
            let look = self.look(cell);
            self.colours.change(self.pen.look, look, self.out);
            self.pen.look = look;
        }
        let symbol = cell.symbol();
        let symbol = if symbol.is_empty() { " " } else { symbol };
        self.out.extend_from_slice(symbol.as_bytes());
        // After the last column terminals disagree on where one is, as after a doubtful cluster.
        let after = x + columns(cell);
        let is_known = after < width && !is_doubtful(symbol);
        let column = u16::try_from(after).ok().filter(|_| is_known);
        self.pen.at = column.map(|column| (column, self.y));
    }

    fn move_to(&mut self, x: usize) {
        let x = u16::try_from(x).unwrap_or(u16::MAX);
        self.pen.move_to(x, self.y, self.out);
    }
}

/// Marks the cells that differ; what a wide character covered is written again when it goes.
fn mark(new: &[Cell], old: &[Cell], changed: &mut Vec<bool>) {
    changed.clear();
    changed.resize(new.len(), false);
    let mut covered = 0;
    for (x, (a, b)) in new.iter().zip(old).enumerate() {
        if a != b {
            covered = covered.max(x + columns(a).max(columns(b)));
        }
        if x < covered
            && let Some(one) = changed.get_mut(x)
        {
            *one = true;
        }
    }
}

/// The column after the last cell that is no plain blank.
fn end_of_text(row: &[Cell], colours: Colours) -> usize {
    let blanks = row.iter().rev().take_while(|cell| is_blank(cell, colours));
    let end = row.len() - blanks.count();
    // The right half of a wide character is blank, too.
    let last = end.checked_sub(1).and_then(|last| row.get(last));
    end + last.map_or(0, |cell| columns(cell) - 1)
}

/// Whether a cell is as erasing leaves it.
fn is_blank(cell: &Cell, colours: Colours) -> bool {
    let look = colours.look(cell.fg, cell.bg, cell.modifier);
    cell.symbol() == " " && look.has_blanks_as(Look::PLAIN)
}

/// Columns that a cell takes.
pub(super) fn columns(cell: &Cell) -> usize {
    match cell.symbol().as_bytes() {
        [_] => 1,
        _ => text::width(cell.symbol()).max(1),
    }
}

/// Whether terminals disagree on how wide a cluster is: joiners, variation selectors, skin tones,
/// flags, marks.
pub(super) fn is_doubtful(symbol: &str) -> bool {
    if symbol.is_ascii() {
        return false;
    }
    let is_sign = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}');
    symbol
        .chars()
        .any(|c| is_sign(c) || c.width().unwrap_or(0) == 0)
}
