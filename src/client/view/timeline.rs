//! The talk: only the rows in view are laid out, from the bottom up.

use jiff::Timestamp;
use jiff::civil::Date;
use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint::{self, Span};
use super::wrap::wrap;
use super::{Screen, label};
use crate::client::happening::{BufferName, Millis};
use crate::client::model::Model;
use crate::client::model::buffer::{
    Anchor, Buffer, ECHO_PATIENCE_MS, Line, LineKind, Outgoing, Past, Standing,
};
use crate::client::model::keys::{self, Deed};
use crate::client::model::mention::mentions;
use crate::client::rooms::Rooms;

/// The columns of the time and the blank after it.
const TIME_COLUMNS: u16 = 6;

/// Where to scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A page up.
    Up,
    /// A page down.
    Down,
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
        Direction::Down => {
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
    let (_, above) = timeline.up(to, height - 1);
    let anchor = if above < height - 1 {
        timeline.down(to, height - 1 - above)
    } else {
        Some(to)
    };
    let is_near_top = timeline.up(to, 2 * height).1 < 2 * height;
    Scrolled {
        anchor,
        is_near_top,
    }
}

/// Draws the talk, its newest row at the bottom of the area.
pub(super) fn draw(model: &Model, rooms: &Rooms, screen: &Screen, cells: &mut Cells) {
    let area = screen.talk;
    let timeline = Timeline::new(model, screen);
    if timeline.buffer.is_empty() {
        return draw_emptiness(model, rooms, area, cells);
    }
    for (y, row) in (area.top()..area.bottom())
        .rev()
        .zip(timeline.visible(area.height))
    {
        timeline.draw_row(&row, area, y, cells);
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
    let lines = [
        texts.with(what, &values),
        texts.with(who, &values),
        texts.get("ui-empty-help").into_owned(),
    ];
    for (y, line) in (area.top()..area.bottom()).rev().zip(lines.iter().rev()) {
        let line = paint::fit(
            line,
            area.width.saturating_sub(1),
            model.settings().is_ascii,
        );
        paint::put(cells, area.left() + 1, y, area.right(), &line, paint::DIM);
    }
}

/// One row as it is drawn.
struct Row {
    time: Option<String>,
    name: Option<Span>,
    text: Vec<Span>,
    is_rule: bool,
    is_first: bool,
}

struct Timeline<'a> {
    model: &'a Model,
    buffer: &'a Buffer,
    is_narrow: bool,
    name_columns: u16,
    text_columns: u16,
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
        let names = spoken.map(|line| paint::columns(&line.nick));
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
        rows
    }

    /// So many rows up, or as many as there are; and how many that were.
    fn up(&self, from: Anchor, rows: usize) -> (Anchor, usize) {
        let mut at = from;
        let mut left = rows;
        loop {
            let last = self.rows(at.number).len().saturating_sub(1);
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
                row_from_end: self.rows(number).len().saturating_sub(1),
            };
        }
        at.row_from_end -= left;
        let is_last = at.number + 1 >= self.end() && at.row_from_end == 0;
        (!is_last).then_some(at)
    }

    /// The rows of a line, or of one's own that is not said yet.
    fn rows(&self, number: i64) -> Vec<Row> {
        if let Some(line) = self.buffer.line(number) {
            return self.line_rows(number, line);
        }
        let at = usize::try_from(number - self.buffer.end()).unwrap_or(usize::MAX);
        self.buffer
            .outgoing
            .get(at)
            .map_or_else(Vec::new, |own| self.outgoing_rows(at, own))
    }

    fn line_rows(&self, number: i64, line: &Line) -> Vec<Row> {
        let before = self.buffer.line(number - 1);
        let (date, time) = self.moment(line.at);
        let moment_before = before.map(|before| self.moment(before.at));
        let mut rows = Vec::new();
        let day_before = match &moment_before {
            Some((day, _)) => *day,
            None => self.moment(self.model.now()).0,
        };
        if day_before != date {
            rows.push(rule(self.day(date), paint::DIM));
        }
        let unread = self
            .buffer
            .unread_line
            .filter(|unread| unread.number == number);
        if let Some(unread) = unread {
            let count = unread.count.to_string();
            let text = self
                .model
                .texts()
                .with("ui-new-messages", &[("count", &count)]);
            rows.push(rule(text, paint::BOLD));
        }
        let is_new_minute = moment_before
            .as_ref()
            .is_none_or(|before| *before != (date, time.clone()));
        if is_new_minute && self.is_narrow {
            rows.push(rule(time.clone(), paint::DIM));
        }
        let is_broken = !rows.is_empty();
        let is_run = !is_broken && before.is_some_and(|before| is_run(before, line));
        let (name, lead, style) = self.looks(line);
        let name = if is_run { None } else { Some(name) };
        let time = (is_new_minute && !self.is_narrow).then_some(time);
        rows.extend(self.text_rows(time, name, lead, &line.text, style, line.is_mention));
        rows
    }

    /// The name column, what comes before the text, and how the text looks.
    fn looks(&self, line: &Line) -> (Span, Option<Span>, Style) {
        let name_style = if line.is_self {
            paint::ACCENT
        } else {
            paint::hue(&line.nick)
        };
        let nick = line.nick.to_string();
        match line.kind {
            LineKind::Message => ((nick, name_style), None, paint::PLAIN),
            LineKind::Notice => ((nick, name_style), None, paint::DIM),
            LineKind::Action => {
                let lead = (format!("{nick} "), name_style);
                (("*".to_owned(), name_style), Some(lead), paint::PLAIN)
            }
            LineKind::Note => (("*".to_owned(), paint::DIM), None, paint::DIM),
            LineKind::Failure => (("!".to_owned(), paint::FAILURE), None, paint::FAILURE),
        }
    }

    fn outgoing_rows(&self, at: usize, own: &Outgoing) -> Vec<Row> {
        let is_late = own.at + ECHO_PATIENCE_MS <= self.model.now();
        let style = match own.standing {
            Standing::Sent if !is_late => paint::PLAIN,
            Standing::Sent | Standing::Unsent | Standing::Failed(_) => paint::DIM,
        };
        let last = self.buffer.line(self.buffer.end() - 1);
        let is_run = if at == 0 {
            !own.is_action
                && last.is_some_and(|line| line.is_self && line.kind == LineKind::Message)
        } else {
            !own.is_action
                && self.buffer.outgoing.get(at - 1).is_some_and(|before| {
                    !before.is_action && !matches!(before.standing, Standing::Failed(_))
                })
        };
        let name_style = paint::ACCENT.patch(style);
        let nick = self.model.nick();
        let (name, lead) = match own.is_action {
            true => ("*", Some((format!("{nick} "), name_style))),
            false => (nick, None),
        };
        let name = (!is_run).then(|| (name.to_owned(), name_style));
        let time = self.moment(own.at).1;
        let is_new_minute = at == 0 && last.is_none_or(|line| self.moment(line.at).1 != time);
        let time = (is_new_minute && !self.is_narrow).then_some(time);
        let text = crate::client::model::clean(&own.text);
        let mut rows = self.text_rows(time, name, lead, &text, style, false);
        let texts = self.model.texts();
        match &own.standing {
            Standing::Sent => {}
            Standing::Unsent => {
                let text = texts.get("ui-unsent").into_owned();
                rows.extend(self.text_rows(None, None, None, &text, paint::DIM, false));
            }
            Standing::Failed(why) => {
                let key = keys::shown(Deed::Resend);
                let text = texts.with("ui-failed", &[("why", why), ("key", &key)]);
                let mark = Some(("!".to_owned(), paint::FAILURE));
                rows.extend(self.text_rows(None, mark, None, &text, paint::FAILURE, false));
            }
        }
        rows
    }

    fn text_rows(
        &self,
        time: Option<String>,
        name: Option<Span>,
        lead: Option<Span>,
        text: &str,
        style: Style,
        is_mention: bool,
    ) -> Vec<Row> {
        let lead_text = lead.as_ref().map_or("", |(text, _)| text.as_str());
        let prefix = match (&name, self.is_narrow) {
            (Some((name, _)), true) => format!("{name}: "),
            _ => String::new(),
        };
        let whole = format!("{prefix}{lead_text}{text}");
        let mut styled: Vec<(usize, Style)> = Vec::new();
        if let (Some((_, name_style)), true) = (&name, self.is_narrow) {
            styled.push((0, *name_style));
        }
        if let Some((_, lead_style)) = &lead {
            styled.push((prefix.len(), *lead_style));
        }
        let body = prefix.len() + lead_text.len();
        styled.push((body, style));
        if is_mention {
            for range in mentions(text, self.model.nick()) {
                styled.push((body + range.start, paint::MENTION));
                styled.push((body + range.end, style));
            }
        }
        let (mut time, mut name) = (time, name);
        let ranges = wrap(&whole, usize::from(self.text_columns));
        let rows = ranges.into_iter().map(|range| Row {
            time: time.take(),
            is_first: name.is_some(),
            name: name.take().filter(|_| !self.is_narrow),
            text: cut(&whole, range, &styled),
            is_rule: false,
        });
        rows.collect()
    }

    fn draw_row(&self, row: &Row, area: Rect, y: u16, cells: &mut Cells) {
        let right = area.right();
        if row.is_rule {
            return self.draw_rule(row, area, y, cells);
        }
        if self.is_narrow {
            let indent = if row.is_first { 1 } else { 3 };
            paint::put_spans(cells, area.left() + indent, y, right, &row.text);
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
        paint::put_spans(cells, name_right + 2, y, right, &row.text);
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

    fn moment(&self, at: Millis) -> (Date, String) {
        let stamp = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        let zoned = stamp.to_zoned(self.model.settings().zone.clone());
        (zoned.date(), zoned.strftime("%H:%M").to_string())
    }

    fn day(&self, date: Date) -> String {
        let texts = self.model.texts();
        let weekday = texts
            .get(&format!(
                "ui-weekday-{}",
                date.weekday().to_monday_one_offset()
            ))
            .into_owned();
        let month = texts
            .get(&format!("ui-month-{}", date.month()))
            .into_owned();
        let day = date.day().to_string();
        texts.with(
            "ui-day",
            &[("weekday", &weekday), ("day", &day), ("month", &month)],
        )
    }
}

fn rule(text: String, style: Style) -> Row {
    Row {
        time: None,
        name: None,
        text: vec![(text, style)],
        is_rule: true,
        is_first: false,
    }
}

/// Whether a line goes on in a run of messages of one person, or of notes.
fn is_run(before: &Line, line: &Line) -> bool {
    match (before.kind, line.kind) {
        (LineKind::Message | LineKind::Notice, LineKind::Message | LineKind::Notice) => {
            before.nick == line.nick
        }
        (
            LineKind::Message
            | LineKind::Notice
            | LineKind::Action
            | LineKind::Note
            | LineKind::Failure,
            _,
        ) => false,
    }
}

/// A stretch of a text as spans: each style holds from its place on.
fn cut(text: &str, range: std::ops::Range<usize>, styled: &[(usize, Style)]) -> Vec<Span> {
    let mut spans = Vec::new();
    for (at, (start, style)) in styled.iter().enumerate() {
        let end = styled.get(at + 1).map_or(text.len(), |(next, _)| *next);
        let (from, to) = ((*start).max(range.start), end.min(range.end));
        if let Some(piece) = text.get(from..to.max(from))
            && !piece.is_empty()
        {
            spans.push((piece.to_owned(), *style));
        }
    }
    spans
}
