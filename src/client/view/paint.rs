//! Text into cells: clipped, measured by clusters, never half a wide character.

use std::sync::LazyLock;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::text;

/// What is written, and how.
pub(super) type Span = (String, Style);

/// As the terminal has it.
pub(super) const PLAIN: Style = Style::new();
/// Time, notices, what is not sent, who is away.
pub(super) const DIM: Style = Style::new().add_modifier(Modifier::DIM);
/// Unread.
pub(super) const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
/// A selection.
pub(super) const REVERSED: Style = Style::new()
    .fg(Color::Reset)
    .add_modifier(Modifier::REVERSED)
    .remove_modifier(Modifier::DIM);
/// What else matches while something is being found.
pub(super) const FOUND: Style = Style::new().add_modifier(Modifier::UNDERLINED);
/// The one accent.
pub(super) const ACCENT: Style = Style::new().fg(Color::Cyan);
/// What calls oneself: both colours are named, since yellow under a light ground cannot be read.
pub(super) const MENTION: Style = Style::new().fg(Color::Black).bg(Color::Yellow);
/// What failed.
pub(super) const FAILURE: Style = Style::new().fg(Color::Red);

/// A cell of each sign of ASCII that shows, from the blank on.
static SIGNS: LazyLock<Vec<Cell>> = LazyLock::new(|| {
    let cell = |byte| {
        let mut cell = Cell::EMPTY;
        cell.set_char(char::from(byte));
        cell
    };
    (b' '..=b'~').map(cell).collect()
});

/// Twelve hues of one lightness: 4.5:1 on black and on white.
const HUES: [Color; 12] = [
    Color::Rgb(204, 71, 71),
    Color::Rgb(157, 106, 55),
    Color::Rgb(121, 121, 42),
    Color::Rgb(87, 129, 45),
    Color::Rgb(47, 134, 47),
    Color::Rgb(46, 132, 89),
    Color::Rgb(45, 129, 129),
    Color::Rgb(63, 121, 179),
    Color::Rgb(96, 96, 252),
    Color::Rgb(153, 79, 226),
    Color::Rgb(186, 65, 186),
    Color::Rgb(197, 69, 133),
];

/// The hue of a name: the same wherever it stands.
pub(super) fn hue(nick: &str) -> Style {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let first = 0xcbf2_9ce4_8422_2325;
    let hash = match nick.is_ascii() {
        true => nick
            .bytes()
            .map(|byte| byte.to_ascii_lowercase())
            .fold(first, fold),
        false => nick.to_lowercase().bytes().fold(first, fold),
    };
    let at = usize::try_from((hash >> 32) % 12).unwrap_or(0);
    HUES.get(at).map_or(PLAIN, |color| Style::new().fg(*color))
}

/// Writes a text from a column on, up to the column `right`, and gives the column after it. What does
/// not fit whole stays blank.
pub(super) fn put(
    buffer: &mut Buffer,
    x: u16,
    y: u16,
    right: u16,
    text: &str,
    style: Style,
) -> u16 {
    let cells = stretch(buffer, x, y, right);
    let mut taken = 0;
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // A column each, with nothing to measure.
        let signs = &*SIGNS;
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            let Some(sign) = signs.get(usize::from(byte - b' ')) else {
                continue;
            };
            // Copied, which takes half of what writing the text of a cell does.
            let (fg, bg, modifier) = (cell.fg, cell.bg, cell.modifier);
            cell.clone_from(sign);
            (cell.fg, cell.bg, cell.modifier) = (fg, bg, modifier);
            cell.set_style(style);
        }
        taken = text.len().min(cells.len());
    } else {
        for (cluster, columns) in text::clusters(text) {
            if columns == 0 || cluster.chars().any(char::is_control) {
                continue;
            }
            let Some(room) = cells.get_mut(taken..taken + columns) else {
                break;
            };
            for (half, cell) in room.iter_mut().enumerate() {
                let symbol = if half == 0 { cluster } else { " " };
                cell.set_symbol(symbol).set_style(style);
            }
            taken += columns;
        }
    }
    x + u16::try_from(taken).unwrap_or(0)
}

/// The cells of a row from a column on, up to the column `right`.
fn stretch(buffer: &mut Buffer, x: u16, y: u16, right: u16) -> &mut [Cell] {
    let area = buffer.area;
    if !area.contains((x, y).into()) {
        return &mut [];
    }
    let start = usize::from(y - area.y) * usize::from(area.width) + usize::from(x - area.x);
    let count = usize::from(right.min(area.right()).saturating_sub(x));
    let cells = buffer.content.get_mut(start..start + count);
    cells.unwrap_or_default()
}

/// Writes spans one after the other, and gives the column after them.
pub(super) fn put_spans(buffer: &mut Buffer, x: u16, y: u16, right: u16, spans: &[Span]) -> u16 {
    spans
        .iter()
        .fold(x, |x, (text, style)| put(buffer, x, y, right, text, *style))
}

/// Writes a text that ends before the column `right`, not before `left`; gives where it begins.
pub(super) fn put_right(
    buffer: &mut Buffer,
    left: u16,
    y: u16,
    right: u16,
    text: &str,
    style: Style,
) -> u16 {
    let x = right.saturating_sub(columns(text)).max(left);
    put(buffer, x, y, right, text, style);
    x
}

/// The columns of a text.
pub(super) fn columns(text: &str) -> u16 {
    u16::try_from(text::width(text)).unwrap_or(u16::MAX)
}

/// A text in at most so many columns; one that is cut ends in `…`, or `.` where that is not wanted.
pub(super) fn fit(text: &str, width: u16, is_ascii: bool) -> String {
    let width = usize::from(width);
    if text::width(text) <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    let mut taken = 0;
    for (cluster, columns) in text::clusters(text) {
        if taken + columns + 1 > width {
            break;
        }
        taken += columns;
        fitted.push_str(cluster);
    }
    if width > 0 {
        fitted.push(if is_ascii { '.' } else { '…' });
    }
    fitted
}

/// A thin line downwards.
pub(super) fn vertical(buffer: &mut Buffer, x: u16, top: u16, bottom: u16, is_ascii: bool) {
    for y in top..bottom {
        mend(buffer, x, y);
        put(
            buffer,
            x,
            y,
            x.saturating_add(1),
            if is_ascii { "|" } else { "│" },
            DIM,
        );
    }
}

/// Blanks an area; a wide character that reaches into it is blanked whole.
pub(super) fn blank(buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        mend(buffer, area.left(), y);
        let cells = stretch(buffer, area.left(), y, area.right());
        cells.iter_mut().for_each(Cell::reset);
    }
}

/// Blanks the wide character whose right half is at this column.
fn mend(buffer: &mut Buffer, x: u16, y: u16) {
    if let Some(left) = x.checked_sub(1)
        && let Some(cell) = buffer.cell_mut((left, y))
        && text::width(cell.symbol()) > 1
    {
        cell.set_symbol(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_of_a_wide_character_is_left() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        assert_eq!(put(&mut buffer, 0, 0, 6, "世界人类", PLAIN), 6);
        blank(&mut buffer, Rect::new(3, 0, 2, 1));
        let row: Vec<&str> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        assert_eq!(
            row,
            ["世", " ", " ", " ", " ", " "],
            "the half at the right edge is blank already"
        );
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(fit("世界人", 4, false), "世…");
        assert_eq!(fit("abc", 3, false), "abc");
        assert_eq!(fit("abcd", 3, true), "ab.");
        assert_eq!(fit("abcd", 0, false), "");
    }
}
