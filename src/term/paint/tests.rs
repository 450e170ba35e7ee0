use ratatui::style::{Color, Style};

use super::*;

/// A frame that is drawn whole.
fn drawn(buffer: &Buffer, caret: Option<(u16, u16)>) -> Drawn {
    Drawn {
        caret,
        rows: 0..buffer.area.height,
        talk: None,
    }
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
