//! One row: the cells that differ, blanks by erasing, and rows of doubtful width whole.

use ratatui::buffer::Cell;

use super::glyph::{Glyph, Looks, PLAIN};
use super::{Pen, sequence};

/// Bytes that are written again rather than leapt over.
const GAP: usize = 4;
/// Blanks that are erased rather than written.
const BLANKS: usize = 10;

/// What writes a row.
pub(super) struct RowWriter<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) pen: &'a mut Pen,
    pub(super) looks: &'a Looks,
    pub(super) y: u16,
    /// What the row shall show; `cells` has the symbols in full.
    pub(super) new: &'a [Glyph],
    pub(super) cells: &'a [Cell],
}

impl RowWriter<'_> {
    /// Writes what leads from another row to this one. `changed` is for the memory that it has.
    pub(super) fn write(&mut self, old: &[Glyph], changed: &mut Vec<bool>) {
        if Glyph::are_doubtful(self.new) || Glyph::are_doubtful(old) {
            return self.whole();
        }
        mark(self.new, old, changed);
        self.changes(changed);
    }

    /// Erases the row and writes all of it, with the column set after each cluster whose width
    /// terminals disagree on.
    fn whole(&mut self) {
        self.move_to(0);
        self.pen.be_plain(self.looks, self.out);
        self.out.extend_from_slice(b"\x1b[2K");
        let mut x = 0;
        while let Some(glyph) = self.new.get(x) {
            if *glyph == Glyph::BLANK {
                x += 1;
                continue;
            }
            self.reach(x);
            self.glyph(*glyph, x);
            x += glyph.columns();
        }
    }

    /// Writes the cells that are marked.
    fn changes(&mut self, changed: &[bool]) {
        let end = end_of_text(self.new);
        let mut x = 0;
        loop {
            let rest = changed.get(x..).unwrap_or_default();
            let Some(next) = rest.iter().position(|is_changed| *is_changed) else {
                return;
            };
            x += next;
            let Some(glyph) = self.new.get(x) else {
                return;
            };
            self.reach(x);
            if *glyph != Glyph::BLANK {
                x = self.run(*glyph, x, changed);
                continue;
            }
            if x >= end && changed.iter().skip(x).filter(|one| **one).count() > 3 {
                self.pen.be_plain(self.looks, self.out);
                self.out.extend_from_slice(b"\x1b[K");
                return;
            }
            let blanks = self.blanks(changed, x);
            if blanks >= BLANKS {
                self.pen.be_plain(self.looks, self.out);
                let count = u16::try_from(blanks).unwrap_or(u16::MAX);
                sequence(&[count], b'X', self.out);
                x += blanks;
                continue;
            }
            self.glyph(*glyph, x);
            x += glyph.columns();
        }
    }

    /// Writes a glyph and what follows of its kind: signs of ASCII that look alike, over blanks and gaps
    /// that are written rather than leapt over, up to the last one that is to be written. Gives the column
    /// after them.
    fn run(&mut self, glyph: Glyph, x: usize, changed: &[bool]) -> usize {
        self.glyph(glyph, x);
        let from = x + glyph.columns();
        if self.pen.at.is_none() || from + 1 >= self.new.len() {
            return from;
        }
        let look = self.pen.look;
        let sign = Glyph::sign(look);
        let blank = match self.looks.are_alike_in_blanks(look, PLAIN) {
            true => Glyph::BLANK,
            false => sign,
        };
        // The last column is left out: where one is after it is not known.
        let rest = from..self.new.len() - 1;
        let glyphs = self.new.get(rest.clone()).unwrap_or_default();
        let marks = changed.get(rest).unwrap_or_default();
        let (mut count, mut gap, mut blanks) = (0, 0, 0);
        for (at, (next, is_changed)) in glyphs.iter().zip(marks).enumerate() {
            if next.is_sign(sign) && *is_changed && *next != Glyph::BLANK {
                (count, gap, blanks) = (at + 1, 0, 0);
                continue;
            }
            (gap, blanks) = match is_changed {
                true => (0, blanks + 1),
                false => (gap + 1, 0),
            };
            let is_of_kind = next.is_sign(sign) || *next == blank;
            if !is_of_kind || gap > GAP || blanks >= BLANKS {
                break;
            }
        }
        let run = glyphs.get(..count).unwrap_or_default();
        self.out.extend(run.iter().map(|next| next.low_byte()));
        let to = from + count;
        self.pen.at = u16::try_from(to).ok().map(|column| (column, self.y));
        to
    }

    /// Goes to a column, over a short gap by writing it again.
    fn reach(&mut self, x: usize) {
        let Some((at, y)) = self.pen.at else {
            return self.move_to(x);
        };
        let at = usize::from(at);
        if (at, y) == (x, self.y) {
            return;
        }
        let is_short = y == self.y && at < x && x - at <= GAP;
        let gap = self.new.get(at..x).filter(|_| is_short).unwrap_or(&[]);
        let bytes: usize = gap.iter().map(|glyph| glyph.bytes()).sum();
        let is_alike = |glyph: &Glyph| glyph.columns() == 1 && self.is_alike(*glyph);
        if gap.is_empty() || bytes > GAP || !gap.iter().all(is_alike) {
            return self.move_to(x);
        }
        for (column, glyph) in (at..x).zip(gap) {
            self.glyph(*glyph, column);
        }
    }

    /// How many cells from here on changed into plain blanks.
    fn blanks(&self, changed: &[bool], x: usize) -> usize {
        // Zipped from here on: skipping would go through all that is before.
        let glyphs = self.new.get(x..).unwrap_or_default();
        let marks = changed.get(x..).unwrap_or_default();
        let both = glyphs.iter().zip(marks);
        both.take_while(|(glyph, is_changed)| **is_changed && **glyph == Glyph::BLANK)
            .count()
    }

    /// Whether a glyph can be written as things stand.
    fn is_alike(&self, glyph: Glyph) -> bool {
        let (one, other) = (glyph.look(), self.pen.look);
        one == other || (glyph.is_space() && self.looks.are_alike_in_blanks(one, other))
    }

    fn glyph(&mut self, glyph: Glyph, x: usize) {
        if !self.is_alike(glyph) {
            self.pen.change_look(glyph.look(), self.looks, self.out);
        }
        match (glyph.byte(), self.cells.get(x)) {
            (Some(byte), _) => self.out.push(byte),
            (None, Some(cell)) => self.out.extend_from_slice(cell.symbol().as_bytes()),
            (None, None) => {}
        }
        // After the last column terminals disagree on where one is, as after a doubtful cluster.
        let after = x + glyph.columns();
        let is_known = after < self.new.len() && !glyph.is_doubtful();
        let column = u16::try_from(after).ok().filter(|_| is_known);
        self.pen.at = column.map(|column| (column, self.y));
    }

    fn move_to(&mut self, x: usize) {
        let x = u16::try_from(x).unwrap_or(u16::MAX);
        self.pen.move_to(x, self.y, self.out);
    }
}

/// Marks the cells that differ; what a wide character covered is written again when it goes, and one
/// whose right half is to be written is marked from its left half on.
fn mark(new: &[Glyph], old: &[Glyph], changed: &mut Vec<bool>) {
    changed.clear();
    if Glyph::are_single(new) && Glyph::are_single(old) {
        return changed.extend(new.iter().zip(old).map(|(a, b)| a != b));
    }
    let mut covered = 0;
    changed.extend(new.iter().zip(old).enumerate().map(|(x, (a, b))| {
        if a != b {
            covered = covered.max(x + a.columns().max(b.columns()));
        }
        x < covered
    }));
    let mut x = 0;
    while let Some(glyph) = new.get(x) {
        let after = x + glyph.columns();
        let halves = changed.get_mut(x..after).unwrap_or_default();
        if halves.contains(&true) {
            halves.fill(true);
        }
        x = after;
    }
}

/// The column after the last cell that is no plain blank.
fn end_of_text(row: &[Glyph]) -> usize {
    let blanks = row.iter().rev().take_while(|glyph| **glyph == Glyph::BLANK);
    let end = row.len() - blanks.count();
    // The right half of a wide character is blank, too.
    let last = end.checked_sub(1).and_then(|last| row.get(last));
    end + last.map_or(0, |glyph| glyph.columns() - 1)
}
