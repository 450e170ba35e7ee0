//! From one frame to the next with few bytes: what moved up or down, then what differs, row by row.

mod glyph;
mod row;
mod scroll;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::client::terminal::Drawn;

use super::Colours;
use super::colour::decimal;
use glyph::{Grid, Looks, PLAIN};
use row::RowWriter;
use scroll::{Prints, Scroll};

/// What is on a screen and what shall be. Between frames both are the same.
#[derive(Debug)]
pub struct Painter {
    shown: Grid,
    wanted: Grid,
    /// What is drawn into.
    next: Buffer,
    looks: Looks,
    /// Whether nothing is known of what the screen shows.
    is_unknown: bool,
    caret: Option<(u16, u16)>,
    pen: Pen,
    /// Which cells of a row differ; kept for its memory.
    changed: Vec<bool>,
    prints: Prints,
    /// Rows that were drawn and not written, since a frame had taken enough bytes.
    owed: Vec<u16>,
}

/// Where the terminal writes next, where that is known, and how it looks.
#[derive(Debug)]
struct Pen {
    at: Option<(u16, u16)>,
    /// The place of its look.
    look: u16,
}

impl Pen {
    fn move_to(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        match self.at {
            Some(at) if at == (x, y) => return,
            Some((_, row)) if row == y => sequence(&[x + 1], b'G', out),
            Some(_) | None => sequence(&[y + 1, x + 1], b'H', out),
        }
        self.at = Some((x, y));
    }

    /// Takes a look back before something is erased or moved: what comes in takes its ground from it.
    fn be_plain(&mut self, looks: &Looks, out: &mut Vec<u8>) {
        self.change_look(PLAIN, looks, out);
    }

    fn change_look(&mut self, look: u16, looks: &Looks, out: &mut Vec<u8>) {
        if look != self.look {
            let (from, to) = (looks.get(self.look), looks.get(look));
            looks.colours.change(from, to, out);
            self.look = look;
        }
    }
}

impl Painter {
    /// A painter of a screen of which nothing is known.
    pub fn new(columns: u16, rows: u16, colours: Colours) -> Self {
        let area = Rect::new(0, 0, columns, rows);
        Self {
            shown: Grid::new(columns, rows),
            wanted: Grid::new(columns, rows),
            next: Buffer::empty(area),
            looks: Looks::new(colours),
            is_unknown: true,
            caret: None,
            pen: Pen {
                at: None,
                look: PLAIN,
            },
            changed: Vec::new(),
            prints: None,
            owed: Vec::new(),
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.next.area.width, self.next.area.height)
    }

    /// Takes another size; the next frame begins blank.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        *self = Self::new(columns, rows, self.looks.colours);
    }

    /// Forgets what the screen shows.
    pub fn forget(&mut self) {
        self.is_unknown = true;
        self.owed.clear();
    }

    /// Draws a frame into the last one and gives the bytes that lead from that to this; none when
    /// nothing changed.
    pub fn frame(&mut self, paint: &mut dyn FnMut(&mut Buffer) -> Drawn) -> Vec<u8> {
        self.frame_in_pieces(None, paint)
    }

    /// The same, up to about so many bytes; the rest of it follows with `piece`.
    pub(super) fn frame_in_pieces(
        &mut self,
        most: Option<usize>,
        paint: &mut dyn FnMut(&mut Buffer) -> Drawn,
    ) -> Vec<u8> {
        let mut drawn = paint(&mut self.next);
        let is_unknown = std::mem::take(&mut self.is_unknown) || self.looks.are_too_many();
        if is_unknown {
            drawn.areas = vec![self.next.area];
            self.pen.look = PLAIN;
            self.looks = Looks::new(self.looks.colours);
        }
        for area in &mut drawn.areas {
            *area = area.intersection(self.next.area);
            for y in area.top()..area.bottom() {
                let (from, to) = (usize::from(area.left()), usize::from(area.right()));
                let cells = cells(&self.next, y).get(from..to).unwrap_or_default();
                self.wanted.take(area.left(), y, cells, &mut self.looks);
            }
        }
        let mut body = Vec::new();
        let mut rows = 0;
        if is_unknown {
            body.extend_from_slice(b"\x1b[r\x1b[0m\x1b[2J");
            self.pen.at = None;
            self.shown.blank();
            self.prints = None;
            rows = 2;
        } else if let Some(scroll) = drawn
            .talk
            .and_then(|talk| Scroll::worth(talk, &self.shown, &self.wanted, &mut self.prints))
        {
            scroll.write(&mut body);
            scroll.apply(&mut self.shown);
            self.pen.at = None;
            rows = 2;
        }
        let areas = drawn.areas.iter();
        let drawn_rows = areas.flat_map(|area| area.top()..area.bottom());
        rows += self.rows(drawn_rows, most, &mut body);
        self.pen.be_plain(&self.looks, &mut body);
        self.framed(body, rows > 1, drawn.caret)
    }

    /// What of the last frames is still to be written, up to about so many bytes; none when all is.
    pub(super) fn piece(&mut self, most: Option<usize>) -> Vec<u8> {
        let mut body = Vec::new();
        let owed = std::mem::take(&mut self.owed);
        let rows = self.rows(owed.into_iter(), most, &mut body);
        self.pen.be_plain(&self.looks, &mut body);
        self.framed(body, rows > 1, self.caret)
    }

    /// Whether something is still to be written.
    pub(super) fn is_owing(&self) -> bool {
        !self.owed.is_empty()
    }

    /// Writes what differs in rows up to about so many bytes, and remembers which are left out. Gives how
    /// many differed.
    fn rows(
        &mut self,
        rows: impl Iterator<Item = u16>,
        most: Option<usize>,
        out: &mut Vec<u8>,
    ) -> usize {
        let mut count = 0;
        for y in rows {
            if most.is_none_or(|most| out.len() < most) {
                count += usize::from(self.row(y, out));
            } else {
                self.owed.push(y);
            }
        }
        if !self.owed.is_empty() {
            self.prints = None;
            let (shown, wanted) = (&self.shown, &self.wanted);
            self.owed.retain(|y| shown.row(*y) != wanted.row(*y));
            self.owed.sort_unstable();
            self.owed.dedup();
        }
        count
    }

    /// Sets the caret; what is more than a row is shown at once.
    fn framed(&mut self, body: Vec<u8>, is_large: bool, caret: Option<(u16, u16)>) -> Vec<u8> {
        let was_at = self.caret;
        self.caret = caret;
        if body.is_empty() && caret == was_at {
            return body;
        }
        let mut out = body;
        if is_large {
            out.splice(0..0, *b"\x1b[?2026h\x1b[?25l");
        }
        match caret {
            Some((x, y)) => {
                self.pen.move_to(x, y, &mut out);
                if is_large || was_at.is_none() {
                    out.extend_from_slice(b"\x1b[?25h");
                }
            }
            None if is_large || was_at.is_some() => out.extend_from_slice(b"\x1b[?25l"),
            None => {}
        }
        if is_large {
            out.extend_from_slice(b"\x1b[?2026l");
        }
        out
    }

    /// Writes what differs in a row; whether anything does.
    fn row(&mut self, y: u16, out: &mut Vec<u8>) -> bool {
        let new = self.wanted.row(y);
        let old = self.shown.rows_mut(y, y.saturating_add(1));
        if new == old {
            return false;
        }
        let mut writer = RowWriter {
            out,
            pen: &mut self.pen,
            looks: &self.looks,
            y,
            new,
            cells: cells(&self.next, y),
        };
        writer.write(old, &mut self.changed);
        old.copy_from_slice(new);
        true
    }
}

/// The cells of a row.
fn cells(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    buffer.content.get(start..start + width).unwrap_or_default()
}

/// Writes `CSI`, numbers and a last byte.
fn sequence(numbers: &[u16], last: u8, out: &mut Vec<u8>) {
    let mut lead: &[u8] = b"\x1b[";
    for number in numbers {
        out.extend_from_slice(lead);
        decimal(u32::from(*number), out);
        lead = b";";
    }
    out.push(last);
}

#[cfg(test)]
mod tests;
