use proptest::prelude::*;
use ratatui::style::{Color, Style};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::*;

/// A frame that is drawn whole.
fn drawn(buffer: &Buffer, caret: Option<(u16, u16)>) -> Drawn {
    Drawn::whole(buffer.area, caret)
}

/// A screen that is painted, and what a terminal makes of the bytes.
struct Both {
    painter: Painter,
    terminal: vt100::Parser,
}

impl Both {
    fn new(columns: u16, rows: u16) -> Self {
        Self {
            painter: Painter::new(columns, rows, Colours::Sixteen),
            terminal: vt100::Parser::new(rows, columns, 0),
        }
    }

    /// Draws rows of text and checks that the terminal shows them; the answer is what it took.
    #[track_caller]
    fn shows(&mut self, rows: &[&str], caret: (u16, u16)) -> Vec<u8> {
        let bytes = self.painter.frame(&mut |buffer| {
            buffer.reset();
            for (y, row) in (0..).zip(rows) {
                buffer.set_string(0, y, row, Style::default());
            }
            drawn(buffer, Some(caret))
        });
        self.terminal.process(&bytes);
        let screen = self.terminal.screen();
        let (columns, _) = self.painter.size();
        let shown: Vec<String> = screen.rows(0, columns).collect();
        let shown: Vec<&str> = shown.iter().map(|row| row.trim_end()).collect();
        assert_eq!(shown.get(..rows.len()).unwrap(), rows);
        let (row, column) = screen.cursor_position();
        assert_eq!((column, row), caret);
        bytes
    }
}

#[test]
fn each_frame_leads_to_the_next() {
    let mut both = Both::new(20, 3);
    both.shows(&["hello", "你好，世界", ""], (5, 0));
    both.shows(&["help", "你a好世界", "x"], (1, 2));
    both.shows(&["", "ab你", "你好"], (0, 0));
    both.shows(&["你", "a你b", "a"], (0, 0));
    both.shows(&["a b c d e f", "", "世界"], (3, 1));
}

#[test]
fn a_key_takes_few_bytes_and_nothing_takes_none() {
    let mut both = Both::new(40, 3);
    both.shows(&["one", "two", "hell"], (4, 2));
    let bytes = both.shows(&["one", "two", "hello"], (5, 2));
    assert!(bytes.len() <= 16, "{:?}", String::from_utf8_lossy(&bytes));
    assert!(both.shows(&["one", "two", "hello"], (5, 2)).is_empty());
    both.painter.forget();
    assert!(!both.shows(&["one", "two", "hello"], (5, 2)).is_empty());
}

#[test]
fn a_row_of_doubtful_width_is_written_whole_with_columns() {
    let mut both = Both::new(20, 1);
    let bytes = both.painter.frame(&mut |buffer| {
        buffer.reset();
        buffer.set_string(0, 0, "a👍🏽b", Style::default());
        drawn(buffer, None)
    });
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("\u{1b}[2K") && text.contains("👍🏽\u{1b}[1;4Hb"),
        "{text:?}"
    );
}

#[test]
fn a_look_ends_where_it_ends() {
    let mut both = Both::new(10, 1);
    let bytes = both.painter.frame(&mut |buffer| {
        buffer.reset();
        buffer.set_string(0, 0, "ab", Style::default().fg(Color::Red));
        buffer.set_string(2, 0, "cd", Style::default());
        drawn(buffer, Some((4, 0)))
    });
    both.terminal.process(&bytes);
    let screen = both.terminal.screen();
    assert_eq!(screen.cell(0, 1).unwrap().fgcolor(), vt100::Color::Idx(1));
    assert_eq!(screen.cell(0, 2).unwrap().fgcolor(), vt100::Color::Default);
    assert_eq!(screen.cell(0, 5).unwrap().fgcolor(), vt100::Color::Default);
}

#[test]
fn any_size_is_painted() {
    for (columns, rows) in [(1, 1), (2, 1), (1, 5), (300, 2)] {
        let mut painter = Painter::new(columns, rows, Colours::All);
        let frame = painter.frame(&mut |buffer| {
            let area = buffer.area;
            buffer.set_stringn(0, 0, "世界", usize::from(area.width), Style::default());
            drawn(buffer, Some((0, 0)))
        });
        assert!(!frame.is_empty());
    }
}

/// What is beside the talk, as a sidebar and a list of members are.
const SIDE: u16 = 6;
/// Pieces of text that screens are made of.
const PIECES: [&str; 14] = [
    "a",
    "bc ",
    "  ",
    "word ",
    "世",
    "界人",
    "é",
    "e\u{301}",
    "👍🏽",
    "👨\u{200d}👩",
    "🇩🇪",
    "☺\u{fe0f}",
    "x",
    "          ",
];

/// A change of what is on a screen.
#[derive(Clone, Debug)]
enum Change {
    /// Lines come at the bottom.
    Says(Vec<Vec<usize>>),
    /// One goes up or down so many lines.
    Scrolls(i8),
    /// What is being written.
    Types(Vec<usize>),
    /// What stands at the sides.
    Counts(u8),
    Resizes(u16, u16),
    Forgets,
}

fn text() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..PIECES.len(), 0..9)
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => prop::collection::vec(text(), 1..4).prop_map(Change::Says),
        3 => (-9_i8..9).prop_map(Change::Scrolls),
        2 => text().prop_map(Change::Types),
        1 => any::<u8>().prop_map(Change::Counts),
        1 => (1_u16..40, 1_u16..14).prop_map(|(columns, rows)| Change::Resizes(columns, rows)),
        1 => Just(Change::Forgets),
    ]
}

/// A talk with sides and an input, as far as painting can tell.
#[derive(Default)]
struct Talk {
    lines: Vec<Vec<usize>>,
    from_bottom: usize,
    typed: Vec<usize>,
    count: u8,
}

impl Talk {
    fn draw(&self, buffer: &mut Buffer) -> Drawn {
        let area = buffer.area;
        buffer.reset();
        let talk = Rect {
            x: SIDE.min(area.width),
            width: area.width.saturating_sub(2 * SIDE),
            height: area.height.saturating_sub(1),
            ..area
        };
        let shown = self.lines.len().saturating_sub(self.from_bottom);
        let lines = self.lines.get(..shown).unwrap_or_default();
        for (y, line) in (talk.top()..talk.bottom()).rev().zip(lines.iter().rev()) {
            let name = Style::default().fg(Color::Rgb(204, 71, 71));
            put(buffer, talk.left(), y, talk.right(), &[0, 12], name);
            let reversed = Style::default().fg(Color::Yellow).reversed();
            let style = if line.len() % 3 == 1 {
                reversed
            } else {
                Style::default().dim()
            };
            put(buffer, talk.left() + 3, y, talk.right(), line, style);
        }
        for y in 0..area.height.min(6) {
            let side = [
                usize::from(self.count.wrapping_add(y.to_le_bytes()[0])) % PIECES.len(),
                3,
            ];
            put(
                buffer,
                0,
                y,
                SIDE.min(area.width),
                &side,
                Style::default().bold(),
            );
            put(
                buffer,
                talk.right(),
                y,
                area.right(),
                &side,
                Style::default().underlined(),
            );
        }
        let y = area.height - 1;
        let x = put(buffer, 0, y, area.right(), &self.typed, Style::default());
        let caret = (!self.count.is_multiple_of(5)).then(|| (x.min(area.width - 1), y));
        Drawn {
            talk: Some(talk),
            ..Drawn::whole(area, caret)
        }
    }
}

fn put(buffer: &mut Buffer, x: u16, y: u16, right: u16, pieces: &[usize], style: Style) -> u16 {
    let mut x = x;
    for cluster in pieces
        .iter()
        .flat_map(|piece| PIECES[*piece].graphemes(true))
    {
        let columns = u16::try_from(cluster.width()).unwrap();
        // This terminal breaks what is too wide for it, and cannot be told not to.
        let most = cluster
            .chars()
            .map(|c| c.width().unwrap_or(0))
            .sum::<usize>();
        let is_broken = usize::from(x) + most > usize::from(buffer.area.right());
        if x + columns > right.min(buffer.area.right()) || is_broken {
            break;
        }
        for column in x..x + columns {
            let symbol = if column == x { cluster } else { " " };
            buffer
                .cell_mut((column, y))
                .unwrap()
                .set_symbol(symbol)
                .set_style(style);
        }
        x += columns;
    }
    x
}

/// What a terminal shows, as far as an eye can tell.
fn seen(terminal: &vt100::Parser) -> Vec<String> {
    let screen = terminal.screen();
    let (rows, columns) = screen.size();
    let cell = |row: u16, column: u16| {
        let cell = screen.cell(row, column).unwrap();
        let text = cell.contents().trim_end();
        let ground = (cell.bgcolor(), cell.inverse(), cell.underline());
        let is_seen = !text.is_empty() || cell.inverse();
        let look = is_seen.then(|| (cell.fgcolor(), cell.bold(), cell.dim()));
        format!("{text}|{ground:?}{look:?}")
    };
    let row = |row| (0..columns).map(|column| cell(row, column)).collect();
    let mut seen: Vec<String> = (0..rows).map(row).collect();
    let is_hidden = screen.hide_cursor();
    let caret = (!is_hidden).then(|| screen.cursor_position());
    seen.push(format!("{caret:?}"));
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn a_terminal_shows_what_a_full_repaint_would_show(
        changes in prop::collection::vec(change(), 1..40),
        colours in prop_oneof![Just(Colours::All), Just(Colours::Sixteen), Just(Colours::None)],
        most in prop::option::of(0_usize..300),
        pieces in prop::collection::vec(0_usize..5, 40),
    ) {
        let mut talk = Talk::default();
        let mut painter = Painter::new(30, 10, colours);
        let mut terminal = vt100::Parser::new(10, 30, 0);
        let last = changes.len() - 1;
        for (at, change) in changes.into_iter().enumerate() {
            match change.clone() {
                Change::Says(lines) => talk.lines.extend(lines),
                Change::Scrolls(by) => {
                    let most = talk.lines.len();
                    talk.from_bottom = talk.from_bottom.saturating_add_signed(by.into()).min(most);
                }
                Change::Types(typed) => talk.typed = typed,
                Change::Counts(count) => talk.count = count,
                Change::Resizes(columns, rows) => {
                    painter.resize(columns, rows);
                    terminal.screen_mut().set_size(rows, columns);
                }
                Change::Forgets => painter.forget(),
            }
            // What somebody typed is drawn whole, over what of the talk is still to be written.
            let most = most.filter(|_| !matches!(change, Change::Types(_)));
            terminal.process(&painter.frame_in_pieces(most, &mut |buffer| talk.draw(buffer)));
            let count = if at == last { usize::MAX } else { pieces[at] };
            for _ in 0..count {
                if painter.is_owing() {
                    // Two bytes are no row, and still each piece has one.
                    terminal.process(&painter.piece(most.map(|most| most.max(2))));
                } else {
                    break;
                }
            }
            if painter.is_owing() {
                continue;
            }
            let (columns, rows) = painter.size();
            let mut fresh = vt100::Parser::new(rows, columns, 0);
            fresh.process(&Painter::new(columns, rows, colours).frame(&mut |buffer| talk.draw(buffer)));
            prop_assert_eq!(seen(&terminal), seen(&fresh), "after {:?}", change);
        }
    }
}

#[test]
fn rows_that_move_up_are_moved_by_the_terminal() {
    let mut painter = Painter::new(100, 30, Colours::All);
    let mut talk = Talk::default();
    let lines =
        |from: usize| (from..from + 28).map(|n| vec![3, n % 6, 3, n / 6 % 4, 3, 5, 3, 3, 3]);
    talk.lines = lines(0).collect();
    painter.frame(&mut |buffer| talk.draw(buffer));
    talk.lines.extend(lines(3).skip(25));
    let frame = painter.frame(&mut |buffer| talk.draw(buffer));
    let text = String::from_utf8_lossy(&frame);
    assert!(
        text.contains("\u{1b}[1;29r\u{1b}[1;1H\u{1b}[3M\u{1b}[r"),
        "{text:?}"
    );
    assert!(frame.len() < 700, "{} {text:?}", frame.len());
    talk.from_bottom = 2;
    let frame = painter.frame(&mut |buffer| talk.draw(buffer));
    assert!(String::from_utf8_lossy(&frame).contains("\u{1b}[2L"));
}
