//! Rows that moved up or down: let the terminal move them where that takes fewer bytes.

use ratatui::layout::Rect;

use super::glyph::{Glyph, Grid, PLAIN};
use super::sequence;

/// About what moving rows costs, in bytes.
const PRICE: usize = 24;
/// About what going to a run of cells costs.
const RUN: usize = 8;
/// Of what is in view this part at least must have moved.
const LITTLE: usize = 8;
/// About what a look costs that is not the plain one.
const LOOK: usize = 10;

/// Rows that are moved, at their whole width: terminals know no narrower way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    top: u16,
    bottom: u16,
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Up(u16),
    Down(u16),
}

impl Scroll {
    /// How the rows of an area moved from one frame to the next, if it pays to move them: what stands
    /// beside them moves, too, and has to be mended.
    pub(super) fn worth(area: Rect, old: &Grid, new: &Grid, kept: &mut Prints) -> Option<Self> {
        let area = area.intersection(new.area());
        if area.height < 3 || old.area() != new.area() {
            return None;
        }
        let rows = usize::from(area.height);
        let before = match kept.take() {
            Some((known, prints)) if known == area => prints,
            Some(_) | None => prints(area, old),
        };
        let after = &kept.insert((area, prints(area, new))).1;
        if before == *after {
            return None;
        }
        // What stands where it stood, and what moved by so many rows, in letters.
        let mut still = 0;
        let (mut up, mut down) = (vec![0; rows], vec![0; rows]);
        for (from, one) in before.iter().enumerate() {
            for (to, _) in after.iter().enumerate().filter(|(_, other)| *other == one) {
                let found = match from.checked_sub(to) {
                    Some(0) => Some(&mut still),
                    Some(by) => up.get_mut(by),
                    None => down.get_mut(to - from),
                };
                found.into_iter().for_each(|letters| *letters += one.weight);
            }
        }
        let both = up.into_iter().enumerate().zip(down);
        let moves = both.flat_map(|((by, up), down)| [(up, by, true), (down, by, false)]);
        let (saved, by, up) = moves.max_by_key(|(saved, by, _)| (*saved, rows - by))?;
        // Where little of it is still in view, as after a page, weighing it costs more than it saves.
        let all: usize = after.iter().map(|print| print.weight).sum();
        if saved <= still + PRICE || saved * LITTLE < all {
            return None;
        }
        let by = u16::try_from(by).ok()?;
        let scroll = Self {
            top: area.top(),
            bottom: area.bottom(),
            by: if up { By::Up(by) } else { By::Down(by) },
        };
        let cost = |moved: Option<Self>| -> usize {
            let rows = area.top()..area.bottom();
            rows.map(|y| {
                let from = moved.map_or(Some(y), |scroll| scroll.source(y));
                price(from.map(|from| old.row(from)), new.row(y))
            })
            .sum()
        };
        (cost(Some(scroll)) + PRICE < cost(None)).then_some(scroll)
    }

    /// Which row comes to stand in a row; none for one that comes in blank.
    fn source(self, y: u16) -> Option<u16> {
        let from = match self.by {
            By::Up(by) => y.checked_add(by)?,
            By::Down(by) => y.checked_sub(by)?,
        };
        (self.top..self.bottom).contains(&from).then_some(from)
    }

    /// Writes the sequences: a region, and lines that are deleted or inserted at its top, which more
    /// terminals know than scrolling. Where the cursor is afterwards is not known.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        sequence(&[self.top + 1, self.bottom], b'r', out);
        sequence(&[self.top + 1, 1], b'H', out);
        match self.by {
            By::Up(by) => sequence(&[by], b'M', out),
            By::Down(by) => sequence(&[by], b'L', out),
        }
        out.extend_from_slice(b"\x1b[r");
    }

    /// Does the same to what is shown.
    pub(super) fn apply(self, shown: &mut Grid) {
        let width = usize::from(shown.area().width);
        let glyphs = shown.rows_mut(self.top, self.bottom);
        let count = glyphs.len();
        let fresh = match self.by {
            By::Up(by) => {
                let moved = usize::from(by) * width;
                glyphs.rotate_left(moved);
                count - moved..count
            }
            By::Down(by) => {
                let moved = usize::from(by) * width;
                glyphs.rotate_right(moved);
                0..moved
            }
        };
        glyphs.get_mut(fresh).unwrap_or_default().fill(Glyph::BLANK);
    }
}

/// What the rows of an area were known by when it was drawn last, if nothing was drawn there since.
pub(super) type Prints = Option<(Rect, Vec<Print>)>;

/// What the text of a row is known by, and how many of its cells are not blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Print {
    hash: u64,
    weight: usize,
}

fn prints(area: Rect, grid: &Grid) -> Vec<Print> {
    let (left, right) = (usize::from(area.left()), usize::from(area.right()));
    let print = |y| {
        let glyphs = grid.row(y).get(left..right).unwrap_or_default();
        let mut print = Print { hash: 0, weight: 0 };
        for glyph in glyphs {
            print.weight += usize::from(!glyph.is_space());
            print.hash = glyph.hash_on(print.hash);
        }
        print
    };
    (area.top()..area.bottom()).map(print).collect()
}

/// About how many bytes lead from one row to another; a row that comes in is blank.
fn price(old: Option<&[Glyph]>, new: &[Glyph]) -> usize {
    let mut price = 0;
    let mut look = None;
    for (x, glyph) in new.iter().enumerate() {
        let before = old.map_or(Some(&Glyph::BLANK), |old| old.get(x));
        if before == Some(glyph) {
            look = None;
            continue;
        }
        price += match look {
            None => RUN,
            Some(_) => 0,
        };
        if look != Some(glyph.look()) && glyph.look() != PLAIN {
            price += LOOK;
        }
        look = Some(glyph.look());
        price += glyph.bytes();
    }
    price
}
