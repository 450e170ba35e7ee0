//! From one frame to the next with few bytes: what differs, row by row.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Colours;

/// Cells that are written again rather than leapt over.
const GAP: usize = 4;

/// What is on a screen and what shall be.
#[derive(Debug)]
pub struct Painter {
    shown: Buffer,
    next: Buffer,
    colours: Colours,
    /// Whether nothing is known of what the screen shows.
    is_unknown: bool,
    caret: Option<(u16, u16)>,
    look: Option<String>,
}

impl Painter {
    /// A painter of a screen of which nothing is known.
    pub fn new(columns: u16, rows: u16, colours: Colours) -> Self {
        let area = Rect::new(0, 0, columns, rows);
        Self {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            colours,
            is_unknown: true,
            caret: None,
            look: None,
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.next.area.width, self.next.area.height)
    }

    /// Takes another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        *self = Self::new(columns, rows, self.colours);
    }

    /// Forgets what the screen shows.
    pub fn forget(&mut self) {
        self.is_unknown = true;
    }

    /// Draws a frame and gives the bytes that lead to it from the one before; none when nothing
    /// changed.
    pub fn frame(&mut self, paint: &mut dyn FnMut(&mut Buffer) -> Option<(u16, u16)>) -> Vec<u8> {
        self.next.reset();
        let caret = paint(&mut self.next);
        let mut body = Vec::new();
        let mut rows = 0;
        self.look = None;
        if std::mem::take(&mut self.is_unknown) {
            body.extend_from_slice(b"\x1b[0m\x1b[2J");
            self.shown.reset();
            rows = 2;
        }
        for y in 0..self.next.area.height {
            rows += usize::from(self.row(y, &mut body));
        }
        std::mem::swap(&mut self.shown, &mut self.next);
        if body.is_empty() && caret == self.caret {
            return body;
        }
        if self.look.is_some() {
            body.extend_from_slice(b"\x1b[0m");
        }
        let mut out = Vec::with_capacity(body.len() + 32);
        let is_large = rows > 1;
        if is_large {
            out.extend_from_slice(b"\x1b[?2026h\x1b[?25l");
        }
        out.append(&mut body);
        match caret {
            Some((x, y)) => {
                move_to(x, y, &mut out);
                if is_large || self.caret.is_none() {
                    out.extend_from_slice(b"\x1b[?25h");
                }
            }
            None => out.extend_from_slice(b"\x1b[?25l"),
        }
        if is_large {
            out.extend_from_slice(b"\x1b[?2026l");
        }
        self.caret = caret;
        out
    }

    /// Writes what differs in a row; whether anything does.
    fn row(&mut self, y: u16, out: &mut Vec<u8>) -> bool {
        let width = usize::from(self.next.area.width);
        let start = usize::from(y) * width;
        let new = self.next.content.get(start..start + width);
        let old = self.shown.content.get(start..start + width);
        let (Some(new), Some(old)) = (new, old) else {
            return false;
        };
        if new == old {
            return false;
        }
        let mut writer = RowWriter {
            out,
            look: &mut self.look,
            colours: self.colours,
            y,
        };
        if new.iter().chain(old).any(|cell| is_doubtful(cell.symbol())) {
            writer.whole(new);
        } else {
            writer.changes(new, old);
        }
        true
    }
}

struct RowWriter<'a> {
    out: &'a mut Vec<u8>,
    look: &'a mut Option<String>,
    colours: Colours,
    y: u16,
}

impl RowWriter<'_> {
    /// Erases the row and writes all of it, with the column set after each cluster whose width
    /// terminals disagree on.
    fn whole(&mut self, new: &[Cell]) {
        self.move_to(0);
        // What is erased takes the ground of the look that is set.
        self.out.extend_from_slice(b"\x1b[0m\x1b[2K");
        *self.look = None;
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            self.cell(cell);
            x += columns(cell);
            if is_doubtful(cell.symbol()) && x < new.len() {
                self.move_to(x);
            }
        }
    }

    /// Writes the cells that differ.
    fn changes(&mut self, new: &[Cell], old: &[Cell]) {
        let mut changed: Vec<bool> = new.iter().zip(old).map(|(a, b)| a != b).collect();
        for (x, (a, b)) in new.iter().zip(old).enumerate() {
            // What a wide character covered is written again when it goes.
            let covered = columns(a).max(columns(b));
            if a != b {
                changed
                    .iter_mut()
                    .skip(x)
                    .take(covered)
                    .for_each(|one| *one = true);
            }
        }
        let mut at = None;
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            let wide = columns(cell);
            let is_changed = changed.iter().skip(x).take(wide).any(|one| *one);
            if !is_changed {
                x += wide;
                continue;
            }
            match at {
                Some(at) if at == x => {}
                Some(at) if at < x && x - at <= GAP => self.cells(new, at, x),
                _ => self.move_to(x),
            }
            self.cell(cell);
            x += wide;
            at = Some(x);
        }
    }

    fn cells(&mut self, row: &[Cell], from: usize, to: usize) {
        let mut x = from;
        while x < to {
            let Some(cell) = row.get(x) else {
                return;
            };
            self.cell(cell);
            x += columns(cell);
        }
    }

    fn cell(&mut self, cell: &Cell) {
        let look = self.colours.look(cell.fg, cell.bg, cell.modifier);
        let is_plain = look == "\u{1b}[0m" && self.look.is_none();
        if !is_plain && self.look.as_ref() != Some(&look) {
            self.out.extend_from_slice(look.as_bytes());
            *self.look = Some(look);
        }
        let symbol = cell.symbol();
        self.out
            .extend_from_slice(if symbol.is_empty() { " " } else { symbol }.as_bytes());
    }

    fn move_to(&mut self, x: usize) {
        move_to(u16::try_from(x).unwrap_or(u16::MAX), self.y, self.out);
    }
}

fn move_to(x: u16, y: u16, out: &mut Vec<u8>) {
    let (column, row) = (u32::from(x) + 1, u32::from(y) + 1);
    out.extend_from_slice(format!("\u{1b}[{row};{column}H").as_bytes());
}

/// Columns that a cell takes.
fn columns(cell: &Cell) -> usize {
    cell.symbol().width().max(1)
}

/// Whether terminals disagree on how wide a cluster is: joiners, variation selectors, skin tones,
/// flags, marks.
fn is_doubtful(symbol: &str) -> bool {
    if symbol.is_ascii() {
        return false;
    }
    let is_sign = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}');
    symbol
        .chars()
        .any(|c| is_sign(c) || c.width().unwrap_or(0) == 0)
}

#[cfg(test)]
mod tests;
