//! The talk: only the rows in view are laid out, from the bottom up.

use std::cell::Cell;

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation as _;

use super::paint;
use super::rows::{Minute, Row};
use super::wrap::wrap;
use super::{Screen, label};
use crate::client::happening::BufferName;
use crate::client::model::buffer::{Anchor, Buffer, LineKind, Past};
use crate::client::model::{Model, clean};
use crate::client::rooms::Rooms;

/// The columns of the time and the blank after it.
const TIME_COLUMNS: u16 = 6;
/// Rows that a turn of the wheel scrolls.
const WHEEL_ROWS: usize = 3;

/// Where to scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A page up.
    Up,
    /// A page down.
    Down,
    /// Some rows up.
    WheelUp,
    /// Some rows down.
    WheelDown,
    /// To the oldest line that is known.
    Top,
}

/// Where scrolling leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrolled {
    /// The last row in view; none at the bottom.
    pub anchor: Option<Anchor>,
    /// Whether less than a page is known above.
    pub is_near_top: bool,
}

/// Where scrolling the open conversation leads, in the terminal's present size.
pub fn scroll(model: &Model, rooms: &Rooms, direction: Direction) -> Scrolled {
    let (columns, rows) = model.size();
    let screen = Screen::of(model, rooms, Rect::new(0, 0, columns, rows));
    let timeline = Timeline::new(model, &screen);
    let height = usize::from(screen.talk.height).max(1);
    let page = height.saturating_sub(1).max(1);
    let from = timeline.bottom();
    let (to, _) = match direction {
        Direction::Up => timeline.up(from, page),
        Direction::WheelUp => timeline.up(from, WHEEL_ROWS),
        Direction::Down | Direction::WheelDown => {
            let page = match direction {
                Direction::WheelDown => WHEEL_ROWS,
                Direction::Up | Direction::Down | Direction::WheelUp | Direction::Top => page,
            };
            return Scrolled {
                anchor: timeline.down(from, page),
                is_near_top: false,
            };
        }
        Direction::Top => (
            Anchor {
                number: timeline.buffer.first(),
                row_from_end: 0,
            },
            0,
        ),
    };
    let above = timeline.above(to, height - 1);
    let anchor = if above < height - 1 {
        timeline.down(to, height - 1 - above)
    } else {
        Some(to)
    };
    let is_near_top = timeline.above(to, 2 * height) < 2 * height;
    Scrolled {
        anchor,
        is_near_top,
    }
}

/// Where the open conversation is to be scrolled so that a line is in view: nowhere else when it is,
/// else with the line in the middle. None at the bottom.
pub fn reveal(model: &Model, rooms: &Rooms, number: i64) -> Option<Anchor> {
    let (columns, rows) = model.size();
    let screen = Screen::of(model, rooms, Rect::new(0, 0, columns, rows));
    let timeline = Timeline::new(model, &screen);
    let height = usize::from(screen.talk.height).max(1);
    let bottom = timeline.bottom();
    let (top, _) = timeline.up(bottom, height - 1);
    let is_in_view = number > top.number && number <= bottom.number;
    if is_in_view {
        return model.buffer().anchor;
    }
    let line = Anchor {
        number,
        row_from_end: 0,
    };
    let anchor = timeline.down(line, height / 2)?;
    // Near the beginning there are not enough rows above it to fill the view.
    let (_, above) = timeline.up(anchor, height - 1);
    timeline.down(anchor, (height - 1).saturating_sub(above))
}

/// Whether there is more of the open conversation than fits, or than is known.
pub(super) fn has_more(model: &Model, screen: &Screen) -> bool {
    let buffer = model.buffer();
    let height = screen.talk.height;
    if buffer.past == Past::Partial || buffer.end() - buffer.first() > i64::from(height) {
        return true;
    }
    let timeline = Timeline::new(model, screen);
    let newest = Anchor {
        number: timeline.end() - 1,
        row_from_end: 0,
    };
    timeline.up(newest, usize::from(height)).1 >= usize::from(height)
}

/// Draws the talk, its newest row at the bottom of the area.
pub(super) fn draw(model: &Model, rooms: &Rooms, screen: &Screen, cells: &mut Cells) {
    let area = screen.talk;
    let timeline = Timeline::new(model, screen);
    let laid = timeline.visible(area.height);
    let taken = u16::try_from(laid.len()).unwrap_or(area.height);
    for (y, row) in (area.top()..area.bottom()).rev().zip(&laid) {
        timeline.draw_row(row, area, y, cells);
    }
    if timeline.buffer.is_silent(usize::from(area.height)) {
        let (above, _) = super::cut_top(area, area.height.saturating_sub(taken));
        draw_emptiness(model, rooms, above, cells);
    }
}

/// What an empty room is, who can come in and how, and where help is.
fn draw_emptiness(model: &Model, rooms: &Rooms, area: Rect, cells: &mut Cells) {
    let buffer = model.buffer();
    if matches!(buffer.past, Past::Unasked | Past::Asked) {
        return;
    }
    let (what, who) = match &buffer.name {
        BufferName::Server => return,
        BufferName::Person(_) => ("ui-empty-direct", "ui-empty-direct-who"),
        BufferName::Room(name) => match rooms.get(name) {
            Some(room) if room.is_lobby => ("ui-empty-lobby", "ui-empty-lobby-who"),
            Some(room) if room.is_private => ("ui-empty-private", "ui-empty-private-who"),
            Some(_) | None => ("ui-empty-group", "ui-empty-group-who"),
        },
    };
    let name = label(&buffer.name, model);
    let texts = model.texts();
    let values = [("name", name.as_str())];
    let mut lines = vec![texts.with(what, &values), texts.with(who, &values)];
    // Who hosts has read it in the notice that says so.
    if let Some(address) = model.address().filter(|_| what == "ui-empty-lobby") {
        lines.push(texts.get("ui-empty-lobby-join").into_owned());
        let address = clean(address);
        lines.push(texts.with("ui-empty-lobby-command", &[("address", &address)]));
    }
    lines.push(texts.get("ui-empty-help").into_owned());
    let columns = usize::from(area.width.saturating_sub(2)).max(1);
    let rows: Vec<&str> = lines
        .iter()
        .flat_map(|line| wrap(line, columns).into_iter().map(move |row| (line, row)))
        .filter_map(|(line, row)| line.get(row))
        .collect();
    for (y, row) in (area.top()..area.bottom()).rev().zip(rows.iter().rev()) {
        paint::put(cells, area.left() + 1, y, area.right(), row, paint::DIM);
    }
}

/// The text that is said at a place of the talk, and which byte of it is there.
pub(super) fn text_at(model: &Model, screen: &Screen, place: Position) -> Option<(String, usize)> {
    let (area, timeline) = (screen.talk, Timeline::new(model, screen));
    let up = usize::from(area.bottom().checked_sub(place.y + 1)?);
    let (at, gone) = timeline.up(timeline.bottom(), up);
    let line = timeline.buffer.line(at.number).filter(|_| gone == up)?;
    let row = timeline
        .rows(at.number)
        .into_iter()
        .rev()
        .nth(at.row_from_end)?;
    if row.is_rule {
        return None;
    }
    let mut x = timeline.text_left(&row, area);
    let mut byte = row.begins;
    let shown: String = row.text.iter().map(|(text, _)| text.as_str()).collect();
    for cluster in shown.graphemes(true) {
        x += paint::columns(cluster);
        if x > place.x {
            let byte = byte.checked_sub(row.lead)?;
            return Some((line.text.to_owned(), byte));
        }
        byte += cluster.len();
    }
    None
}

/// The open conversation in the columns it has.
pub(super) struct Timeline<'a> {
    pub(super) model: &'a Model,
    pub(super) buffer: &'a Buffer,
    pub(super) is_narrow: bool,
    pub(super) name_columns: u16,
    pub(super) text_columns: u16,
    /// The minute that was asked for last, since lines of one minute follow each other.
    pub(super) minute: Cell<Option<Minute>>,
}

impl<'a> Timeline<'a> {
    fn new(model: &'a Model, screen: &Screen) -> Self {
        let buffer = model.buffer();
        let area = screen.talk;
        let mut timeline = Self {
            model,
            buffer,
            is_narrow: screen.is_narrow,
            name_columns: 0,
            text_columns: 0,
            minute: Cell::new(None),
        };
        if screen.is_narrow {
            timeline.text_columns = area.width.saturating_sub(4).max(1);
            return timeline;
        }
        let longest = timeline.longest_name(area.height);
        timeline.name_columns = longest.min(if screen.is_wide { 12 } else { 8 });
        let taken = TIME_COLUMNS + timeline.name_columns + 2;
        timeline.text_columns = area.width.saturating_sub(taken).max(1);
        timeline
    }

    /// The columns of the longest name in view, or near it.
    fn longest_name(&self, height: u16) -> u16 {
        let end = self.bottom().number + 1;
        let lines = (end - i64::from(height)..end).filter_map(|number| self.buffer.line(number));
        let spoken = lines.filter(|l| matches!(l.kind, LineKind::Message | LineKind::Notice));
        let names = spoken.map(|line| paint::columns(line.nick));
        let own = (!self.buffer.outgoing.is_empty()).then(|| paint::columns(self.model.nick()));
        names.chain(own).max().unwrap_or(1)
    }

    fn end(&self) -> i64 {
        self.buffer.end() + i64::try_from(self.buffer.outgoing.len()).unwrap_or(0)
    }

    fn bottom(&self) -> Anchor {
        let newest = Anchor {
            number: self.end() - 1,
            row_from_end: 0,
        };
        match self.buffer.anchor {
            Some(a) if a.number >= self.buffer.first() && a.number < newest.number => a,
            Some(a) if a.number < self.buffer.first() => Anchor {
                number: self.buffer.first(),
                row_from_end: 0,
            },
            Some(a) if a.number == newest.number => a,
            Some(_) | None => newest,
        }
    }

    /// The rows in view, from the bottom up.
    fn visible(&self, height: u16) -> Vec<Row> {
        let height = usize::from(height);
        let Anchor {
            mut number,
            row_from_end,
        } = self.bottom();
        let mut rows: Vec<Row> = Vec::new();
        let mut skipped = row_from_end;
        while rows.len() < height && number >= self.buffer.first() {
            let laid = self.rows(number);
            let last = laid.len().saturating_sub(1);
            rows.extend(laid.into_iter().rev().skip(skipped.min(last)));
            skipped = 0;
            number -= 1;
        }
        rows.truncate(height);
        if let Some(row) = rows.iter_mut().rev().find(|row| row.line.is_some()) {
            self.introduce(row);
        }
        rows
    }

    /// So many rows up, or as many as there are; and how many that were.
    fn up(&self, from: Anchor, rows: usize) -> (Anchor, usize) {
        let mut at = from;
        let mut left = rows;
        loop {
            let last = self.count(at.number).saturating_sub(1);
            let above = last.saturating_sub(at.row_from_end);
            if left <= above {
                at.row_from_end = at.row_from_end.min(last) + left;
                return (at, rows);
            }
            if at.number <= self.buffer.first() {
                at.row_from_end = last;
                return (at, rows - (left - above));
            }
            left -= above + 1;
            at = Anchor {
                number: at.number - 1,
                row_from_end: 0,
            };
        }
    }

    /// How many of so many rows there are above a place.
    fn above(&self, from: Anchor, rows: usize) -> usize {
        // Each line has a row at least, so most often nothing has to be laid out to know it.
        let lines = usize::try_from(from.number - self.buffer.first()).unwrap_or(0);
        if lines >= rows {
            return rows;
        }
        self.up(from, rows).1
    }

    /// So many rows down; none at the bottom.
    fn down(&self, from: Anchor, rows: usize) -> Option<Anchor> {
        let mut at = from;
        let mut left = rows;
        while left > at.row_from_end {
            left -= at.row_from_end + 1;
            let number = at.number + 1;
            if number >= self.end() {
                return None;
            }
            at = Anchor {
                number,
                row_from_end: self.count(number).saturating_sub(1),
            };
        }
        at.row_from_end -= left;
        let is_last = at.number + 1 >= self.end() && at.row_from_end == 0;
        (!is_last).then_some(at)
    }

    /// The column in which a row's text begins.
    fn text_left(&self, row: &Row, area: Rect) -> u16 {
        match (self.is_narrow, row.is_first) {
            (true, true) => area.left() + 1,
            (true, false) => area.left() + 3,
            (false, _) => area.left() + TIME_COLUMNS + self.name_columns + 2,
        }
    }

    fn draw_row(&self, row: &Row, area: Rect, y: u16, cells: &mut Cells) {
        let right = area.right();
        if row.is_rule {
            return self.draw_rule(row, area, y, cells);
        }
        if self.is_narrow {
            paint::put_spans(cells, self.text_left(row, area), y, right, &row.text);
            return;
        }
        if let Some(time) = &row.time {
            paint::put(cells, area.left(), y, right, time, paint::DIM);
        }
        let name_left = area.left() + TIME_COLUMNS;
        let name_right = name_left + self.name_columns;
        if let Some((name, style)) = &row.name {
            let name = paint::fit(name, self.name_columns, self.model.settings().is_ascii);
            paint::put_right(cells, name_left, y, name_right.min(right), &name, *style);
        }
        let left = self.text_left(row, area);
        paint::put_spans(cells, left, y, right, &row.text);
    }

    fn draw_rule(&self, row: &Row, area: Rect, y: u16, cells: &mut Cells) {
        let (text, style) = row.text.first().cloned().unwrap_or_default();
        let line = if self.model.settings().is_ascii {
            "-"
        } else {
            "─"
        };
        let text = paint::fit(
            &text,
            area.width.saturating_sub(2),
            self.model.settings().is_ascii,
        );
        let free = area.width.saturating_sub(paint::columns(&text) + 2);
        let mut x = area.left();
        let before = line.repeat(usize::from(free / 2));
        x = paint::put(cells, x, y, area.right(), &before, paint::DIM);
        x = paint::put(cells, x, y, area.right(), &format!(" {text} "), style);
        let after = line.repeat(usize::from(area.right().saturating_sub(x)));
        paint::put(cells, x, y, area.right(), &after, paint::DIM);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::happening::{Happening, Message, MessageKind, Millis, Who};
    use crate::client::key::TerminalInput;
    use crate::client::model::{Input, Settings};
    use crate::text::Language;

    const MINUTE_MS: Millis = 60_000;

    /// A room in which things were said at these minutes.
    fn room(columns: u16, said: &[(Millis, MessageKind, &str)]) -> (Model, Rooms) {
        let mut model = Model::new(Settings {
            nick: "bob".into(),
            language: Language::En,
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(1)),
            is_ascii: false,
            has_mouse: true,
            nonce_prefix: "n".into(),
        });
        let mut rooms = Rooms::default();
        rooms.open("#a");
        let mut take = |input| model.update(input, &rooms, 0);
        take(Input::Terminal(TerminalInput::Resize(columns, 24)));
        take(Input::Happening(Happening::RoomOpened("#a".into())));
        for (minute, kind, text) in said {
            let message = Message {
                id: None,
                at: minute * MINUTE_MS,
                from: Who {
                    nick: "alice".into(),
                    ..Who::default()
                },
                kind: *kind,
                text: (*text).into(),
                nonce: None,
            };
            let buffer = BufferName::Room("#a".into());
            take(Input::Happening(Happening::Said { buffer, message }));
        }
        (model, rooms)
    }

    #[test]
    fn rows_are_counted_as_they_are_laid_out() {
        let long = "word ".repeat(60);
        let said = [
            (0, MessageKind::Message, "first"),
            (0, MessageKind::Message, long.as_str()),
            (1, MessageKind::Action, long.as_str()),
            (16, MessageKind::Notice, "two\nlines"),
            (1_379, MessageKind::Message, "the last minute of a day"),
            (1_380, MessageKind::Message, "the first of the next"),
            (1_380, MessageKind::Message, "好".repeat(100).leak()),
        ];
        for columns in [30, 60, 120] {
            let (model, rooms) = room(columns, &said);
            let screen = Screen::of(&model, &rooms, Rect::new(0, 0, columns, 24));
            let timeline = Timeline::new(&model, &screen);
            let numbers = timeline.buffer.first()..timeline.end();
            assert_eq!(numbers.clone().count(), said.len());
            for number in numbers {
                let laid = timeline.rows(number).len();
                assert_eq!(timeline.count(number), laid, "{columns} {number}");
            }
        }
    }

    #[test]
    fn less_than_a_page_above_is_known_as_such() {
        let said = [(0, MessageKind::Message, "x"); 40];
        let (model, rooms) = room(120, &said);
        let screen = Screen::of(&model, &rooms, Rect::new(0, 0, 120, 24));
        let timeline = Timeline::new(&model, &screen);
        let newest = timeline.bottom();
        for rows in 0..60 {
            let above = timeline.above(newest, rows);
            assert_eq!(above, timeline.up(newest, rows).1, "{rows}");
        }
        // Every line has one row, and the first one the line of its day above it at most.
        assert!((39..=40).contains(&timeline.above(newest, 60)));
    }
}
