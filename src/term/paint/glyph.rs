//! What stands in a cell, in eight bytes: a row of them is quickly compared, moved and written.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

use super::super::Colours;
use super::super::colour::Look;
use crate::text;

/// What is added to the hash of a cluster of several letters: no letter is that large.
const HASHED: u32 = 1 << 31;
/// The place of the plain look.
pub(super) const PLAIN: u16 = 0;
/// Looks that are remembered at most; a screen has some tens.
const LOOKS_MAX: usize = 4096;

/// A cell as this terminal shows it, in one number, so that two are compared at once: from the lowest
/// bit on the letter or the hash of several (32), the place of its look (16), its columns (8), and
/// whether terminals disagree on these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph(u64);

const LOOK: u32 = 32;
const COLUMNS: u32 = 48;
const DOUBT: u64 = 1 << 56;
/// Columns that are one, and no doubt about it.
const SINGLE: u64 = 1 << COLUMNS;

impl Glyph {
    /// As erasing leaves a cell.
    pub(super) const BLANK: Self = Self::ascii(b' ', PLAIN);

    const fn ascii(byte: u8, look: u16) -> Self {
        Self(byte as u64 | (look as u64) << LOOK | SINGLE)
    }

    /// A symbol that is not one sign of ASCII.
    fn other(symbol: &str, look: u16) -> Self {
        let mut chars = symbol.chars();
        let number = match (chars.next(), chars.next()) {
            (None, _) => return Self::ascii(b' ', look),
            (Some(letter), None) => u32::from(letter),
            (Some(_), Some(_)) => {
                let mut hasher = DefaultHasher::new();
                symbol.hash(&mut hasher);
                HASHED | u32::try_from(hasher.finish() >> 33).unwrap_or(0)
            }
        };
        let columns = u8::try_from(text::width(symbol).max(1)).unwrap_or(u8::MAX);
        let doubt = if is_doubtful(symbol) { DOUBT } else { 0 };
        let (look, columns) = (u64::from(look) << LOOK, u64::from(columns) << COLUMNS);
        Self(u64::from(number) | look | columns | doubt)
    }

    /// The letter, or the hash of several.
    fn symbol(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or(0)
    }

    /// The place of its look.
    pub(super) fn look(self) -> u16 {
        u16::try_from(self.0 >> LOOK & u64::from(u16::MAX)).unwrap_or(PLAIN)
    }

    /// Columns that it takes, one at least.
    pub(super) fn columns(self) -> usize {
        usize::from(u8::try_from(self.0 >> COLUMNS & u64::from(u8::MAX)).unwrap_or(1))
    }

    /// The only byte of its symbol; none where it has more.
    pub(super) fn byte(self) -> Option<u8> {
        u8::try_from(self.symbol()).ok().filter(u8::is_ascii)
    }

    /// About how many bytes its symbol has.
    pub(super) fn bytes(self) -> usize {
        match self.symbol() {
            0..0x80 => 1,
            0x80..0x800 => 2,
            0x800..0x1_0000 => 3,
            0x1_0000..HASHED => 4,
            HASHED.. => 8,
        }
    }

    /// What all signs of ASCII of a look have in common.
    pub(super) fn sign(look: u16) -> Self {
        Self::ascii(0, look)
    }

    /// Whether it is one of those signs.
    pub(super) fn is_sign(self, sign: Self) -> bool {
        self.0 & !0x7f == sign.0
    }

    /// The byte of a sign of ASCII.
    pub(super) fn low_byte(self) -> u8 {
        let [byte, ..] = self.0.to_le_bytes();
        byte
    }

    /// Whether it has no sign.
    pub(super) fn is_space(self) -> bool {
        self.symbol() == Self::BLANK.symbol()
    }

    /// Whether each of them has one column.
    pub(super) fn are_single(row: &[Self]) -> bool {
        // Without an end before the end, which takes less than to look at each.
        row.iter().fold(0, |bits, one| bits | (one.0 ^ SINGLE)) >> COLUMNS == 0
    }

    /// Whether terminals disagree on how many columns one of them takes.
    pub(super) fn are_doubtful(row: &[Self]) -> bool {
        row.iter().fold(0, |bits, one| bits | one.0) & DOUBT != 0
    }

    /// Whether terminals disagree on how many columns it takes.
    pub(super) fn is_doubtful(self) -> bool {
        self.0 & DOUBT != 0
    }

    /// Goes on hashing, with the symbol alone.
    pub(super) fn hash_on(self, hash: u64) -> u64 {
        let hash = (hash ^ u64::from(self.symbol())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash.rotate_left(23)
    }
}

/// Whether terminals disagree on how wide a cluster is: joiners, variation selectors, skin tones,
/// flags, marks.
fn is_doubtful(symbol: &str) -> bool {
    let is_sign = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}');
    symbol
        .chars()
        .any(|c| is_sign(c) || c.width().unwrap_or(0) == 0)
}

/// The looks that cells have, each at its place.
#[derive(Debug)]
pub(super) struct Looks {
    pub(super) colours: Colours,
    all: Vec<Look>,
}

impl Looks {
    /// Those of such a terminal, beginning with the plain one.
    pub(super) fn new(colours: Colours) -> Self {
        Self {
            colours,
            all: vec![Look::PLAIN],
        }
    }

    /// The look at a place.
    pub(super) fn get(&self, place: u16) -> Look {
        self.all
            .get(usize::from(place))
            .copied()
            .unwrap_or(Look::PLAIN)
    }

    /// Whether there are so many that the screen should rather be drawn anew without them.
    pub(super) fn are_too_many(&self) -> bool {
        self.all.len() >= LOOKS_MAX
    }

    /// Whether blanks of two looks cannot be told apart.
    pub(super) fn are_alike_in_blanks(&self, one: u16, other: u16) -> bool {
        self.get(one).has_blanks_as(self.get(other))
    }

    fn place(&mut self, cell: &Cell) -> u16 {
        let look = self.colours.look(cell.fg, cell.bg, cell.modifier);
        let known = self.all.iter().position(|one| *one == look);
        let place = known.unwrap_or_else(|| {
            self.all.push(look);
            self.all.len() - 1
        });
        u16::try_from(place).unwrap_or(PLAIN)
    }
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

    /// Takes a stretch of a row from cells.
    pub(super) fn take(&mut self, x: u16, y: u16, cells: &[Cell], looks: &mut Looks) {
        let mut before = &Cell::EMPTY;
        let mut look = PLAIN;
        let mut blank = Glyph::BLANK;
        let glyphs = self.rows_mut(y, y.saturating_add(1));
        let glyphs = glyphs.get_mut(usize::from(x)..).unwrap_or_default();
        for (glyph, cell) in glyphs.iter_mut().zip(cells) {
            if (cell.fg, cell.bg, cell.modifier) != (before.fg, before.bg, before.modifier) {
                look = looks.place(cell);
                // What is as erasing leaves it is known as that.
                blank = match looks.are_alike_in_blanks(look, PLAIN) {
                    true => Glyph::BLANK,
                    false => Glyph::ascii(b' ', look),
                };
                before = cell;
            }
            *glyph = match cell.symbol().as_bytes() {
                b" " | b"" => blank,
                [byte] => Glyph::ascii(*byte, look),
                _ => Glyph::other(cell.symbol(), look),
            };
        }
    }

    fn at(&self, top: u16, bottom: u16) -> std::ops::Range<usize> {
        let columns = usize::from(self.area.width);
        usize::from(top) * columns..usize::from(bottom) * columns
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    fn glyphs(cells: &[Cell], looks: &mut Looks) -> Vec<Glyph> {
        let mut grid = Grid::new(u16::try_from(cells.len()).unwrap(), 1);
        grid.take(0, 0, cells, looks);
        grid.row(0).to_vec()
    }

    #[test]
    fn symbols_are_told_apart_and_counted() {
        assert_eq!(size_of::<Glyph>(), 8);
        let symbols = [
            ("a", 1, 1),
            ("é", 2, 1),
            ("世", 3, 2),
            ("😀", 4, 2),
            ("e\u{301}", 8, 1),
            ("👍🏽", 8, 2),
            ("👨\u{200d}👩", 8, 2),
            ("👨\u{200d}👨", 8, 2),
        ];
        let cells = symbols.map(|(symbol, ..)| Cell::new(symbol));
        let glyphs = glyphs(&cells, &mut Looks::new(Colours::All));
        for (at, (symbol, bytes, columns)) in symbols.into_iter().enumerate() {
            assert_eq!(glyphs[at].bytes(), bytes, "{symbol}");
            assert_eq!(glyphs[at].columns(), columns, "{symbol}");
            assert_eq!(glyphs[at].is_doubtful(), at > 3, "{symbol}");
            assert_eq!(glyphs[at].byte().is_some(), at == 0, "{symbol}");
            let same = glyphs.iter().filter(|other| **other == glyphs[at]);
            assert_eq!(same.count(), 1, "{symbol}");
        }
    }

    #[test]
    fn a_blank_is_known_as_such_unless_it_shows() {
        let mut looks = Looks::new(Colours::All);
        let mut cells = vec![Cell::default(); 5];
        cells[1].fg = Color::Red;
        cells[2].modifier = Modifier::DIM;
        cells[3].bg = Color::Red;
        cells[4].modifier = Modifier::REVERSED;
        let glyphs = glyphs(&cells, &mut looks);
        let are_blank: Vec<bool> = glyphs.iter().map(|one| *one == Glyph::BLANK).collect();
        assert_eq!(are_blank, [true, true, true, false, false]);
        assert_eq!(
            looks.get(glyphs[3].look()),
            Colours::All.look(Color::Reset, Color::Red, Modifier::empty())
        );
    }
}
