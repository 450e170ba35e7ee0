//! What stands in a cell, as small as a row of them is quickly compared, moved and written.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

use super::super::Colours;
use super::super::colour::Look;
use crate::text;

/// Bytes that a symbol is kept in as it is.
const KEPT: usize = 8;
/// What stands above the hash of a longer one: no byte of UTF-8.
const HASHED: u64 = 0xff << 56;

/// A cell as this terminal shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// The bytes of its symbol, the first one lowest; of many the hash.
    symbol: u64,
    pub(super) look: Look,
    /// Columns that it takes.
    columns: u8,
    /// Whether terminals disagree on how many.
    pub(super) is_doubtful: bool,
}

impl Glyph {
    /// A plain blank.
    pub(super) const BLANK: Self = Self {
        symbol: b' ' as u64,
        look: Look::PLAIN,
        columns: 1,
        is_doubtful: false,
    };

    fn of(cell: &Cell, colours: Colours) -> Self {
        let look = colours.look(cell.fg, cell.bg, cell.modifier);
        let (symbol, columns, is_doubtful) = match cell.symbol().as_bytes() {
            [] => (u64::from(b' '), 1, false),
            [byte] => (u64::from(*byte), 1, false),
            bytes => {
                let text = cell.symbol();
                let columns = text::width(text).max(1);
                let columns = u8::try_from(columns).unwrap_or(u8::MAX);
                (number(bytes), columns, is_doubtful(text))
            }
        };
        Self {
            symbol,
            look,
            columns,
            is_doubtful,
        }
    }

    /// Columns that it takes, one at least.
    pub(super) fn columns(self) -> usize {
        usize::from(self.columns)
    }

    /// The only byte of its symbol; none where it has more.
    pub(super) fn byte(self) -> Option<u8> {
        u8::try_from(self.symbol).ok()
    }

    /// About how many bytes its symbol has: one that is kept as a hash counts as nine.
    pub(super) fn bytes(self) -> usize {
        match self.symbol {
            symbol if symbol >= HASHED => KEPT + 1,
            symbol => (KEPT * 8 - symbol.leading_zeros() as usize).div_ceil(8),
        }
    }

    /// Whether it has no sign.
    pub(super) fn is_space(self) -> bool {
        self.symbol == Self::BLANK.symbol
    }

    /// Whether it is as erasing leaves it.
    pub(super) fn is_blank(self) -> bool {
        self.is_space() && self.look.has_blanks_as(Look::PLAIN)
    }

    /// Goes on hashing, with the symbol alone.
    pub(super) fn hash_on(self, hash: u64) -> u64 {
        let hash = (hash ^ self.symbol).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash.rotate_left(23)
    }
}

/// The symbol of some bytes.
fn number(bytes: &[u8]) -> u64 {
    if bytes.len() <= KEPT {
        let from_last = bytes.iter().rev();
        return from_last.fold(0, |number, byte| (number << 8) | u64::from(*byte));
    }
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish() | HASHED
}

/// Whether terminals disagree on how wide a cluster is: joiners, variation selectors, skin tones,
/// flags, marks.
fn is_doubtful(symbol: &str) -> bool {
    let is_sign = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}');
    symbol
        .chars()
        .any(|c| is_sign(c) || c.width().unwrap_or(0) == 0)
}

/// The glyphs of a screen, row by row.
#[derive(Debug)]
pub(super) struct Grid {
    area: Rect,
    glyphs: Vec<Glyph>,
}

impl Grid {
    /// A blank screen.
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let count = usize::from(columns) * usize::from(rows);
        Self {
            area: Rect::new(0, 0, columns, rows),
            glyphs: vec![Glyph::BLANK; count],
        }
    }

    pub(super) fn area(&self) -> Rect {
        self.area
    }

    pub(super) fn blank(&mut self) {
        self.glyphs.fill(Glyph::BLANK);
    }

    /// A row; empty where there is none.
    pub(super) fn row(&self, y: u16) -> &[Glyph] {
        let at = self.at(y, y.saturating_add(1));
        self.glyphs.get(at).unwrap_or_default()
    }

    /// Some rows.
    pub(super) fn rows_mut(&mut self, top: u16, bottom: u16) -> &mut [Glyph] {
        let at = self.at(top, bottom);
        self.glyphs.get_mut(at).unwrap_or_default()
    }

    /// Takes a row from cells.
    pub(super) fn take(&mut self, y: u16, cells: &[Cell], colours: Colours) {
        let glyphs = self.rows_mut(y, y.saturating_add(1));
        for (glyph, cell) in glyphs.iter_mut().zip(cells) {
            *glyph = Glyph::of(cell, colours);
        }
    }

    fn at(&self, top: u16, bottom: u16) -> std::ops::Range<usize> {
        let columns = usize::from(self.area.width);
        usize::from(top) * columns..usize::from(bottom) * columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_told_apart_and_counted() {
        let glyph = |symbol: &str| {
            let mut cell = Cell::default();
            cell.set_symbol(symbol);
            Glyph::of(&cell, Colours::All)
        };
        let symbols = [
            ("a", 1, 1),
            ("é", 2, 1),
            ("世", 3, 2),
            ("e\u{301}\u{302}\u{303}", 7, 1),
            ("👍🏽", 8, 2),
            ("👨\u{200d}👩", 9, 2),
            ("👨\u{200d}👨", 9, 2),
        ];
        for (at, (symbol, bytes, columns)) in symbols.into_iter().enumerate() {
            assert_eq!(glyph(symbol).bytes(), bytes, "{symbol}");
            assert_eq!(glyph(symbol).columns(), columns, "{symbol}");
            assert_eq!(glyph(symbol).is_doubtful, at > 2, "{symbol}");
            for (other, (second, ..)) in symbols.into_iter().enumerate() {
                assert_eq!(
                    glyph(symbol) == glyph(second),
                    at == other,
                    "{symbol} {second}"
                );
            }
        }
        assert_eq!(glyph(""), Glyph::BLANK);
        assert_eq!(glyph(" ").byte(), Some(b' '));
        assert_eq!(glyph("é").byte(), None);
    }
}
