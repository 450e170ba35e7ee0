//! The rows of a line: where time and name stand, how it looks, what separates it from the line before.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use ratatui::style::Style;

use super::paint::{self, Span};
use super::timeline::Timeline;
use super::wrap::wrap;
use crate::client::happening::Millis;
use crate::client::model::buffer::{ECHO_PATIENCE_MS, Line, LineKind, Outgoing, Standing};
use crate::client::model::keys::Deed;
use crate::client::model::mention::mentions;
use crate::client::model::overlay::find::matches;

/// One row as it is drawn.
pub(super) struct Row {
    pub(super) time: Option<String>,
    pub(super) name: Option<Span>,
    pub(super) text: Vec<Span>,
    pub(super) is_rule: bool,
    pub(super) is_first: bool,
    /// Where in what is written it begins, and how much of that is before the line's own text.
    pub(super) begins: usize,
    pub(super) lead: usize,
    /// The line whose first row of text it is.
    pub(super) line: Option<i64>,
}

/// A minute as the reader's clock has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Minute {
    number: i64,
    date: Date,
    time: (i8, i8),
}

impl Minute {
    fn shown(self) -> String {
        let (hour, minute) = self.time;
        format!("{hour:02}:{minute:02}")
    }
}

const MINUTE_MS: Millis = 60_000;
/// What every zone is a multiple of away from the others.
const ZONE_MS: Millis = 15 * MINUTE_MS;

impl Timeline<'_> {
    /// How many rows a line has, or one of one's own that is not said yet.
    pub(super) fn count(&self, number: i64) -> usize {
        let (before, line) = (self.buffer.line(number - 1), self.buffer.line(number));
        let quarter = |line: Line<'_>| line.at.div_euclid(ZONE_MS);
        let unread = self.buffer.unread_line.map(|unread| unread.number);
        match (before, line) {
            // No separator, and nothing before the text: only that has to be laid out.
            (Some(before), Some(line))
                if quarter(before) == quarter(line)
                    && unread != Some(number)
                    && line.kind != LineKind::Action
                    && !self.is_narrow =>
            {
                let text = self.buffer.unfolded(number).unwrap_or(line.text);
                wrap(text, usize::from(self.text_columns)).len()
            }
            (_, _) => self.rows(number).len(),
        }
    }

    /// The rows of a line, or of one's own that is not said yet.
    pub(super) fn rows(&self, number: i64) -> Vec<Row> {
        if let Some(line) = self.buffer.line(number) {
            return self.line_rows(number, line);
        }
        let at = usize::try_from(number - self.buffer.end()).unwrap_or(usize::MAX);
        self.buffer
            .outgoing
            .get(at)
            .map_or_else(Vec::new, |own| self.outgoing_rows(at, own))
    }

    fn line_rows(&self, number: i64, line: Line<'_>) -> Vec<Row> {
        let line = Line {
            text: self.buffer.unfolded(number).unwrap_or(line.text),
            ..line
        };
        let before = self.buffer.line(number - 1);
        let minute = self.minute(line.at);
        let minute_before = before.map(|before| self.minute(before.at));
        let mut rows = Vec::new();
        let day_before = minute_before.unwrap_or_else(|| self.minute(self.model.now()));
        if day_before.date != minute.date {
            rows.push(rule(self.day(minute.date), paint::DIM));
        }
        let unread = self
            .buffer
            .unread_line
            .filter(|unread| unread.number == number);
        if let Some(unread) = unread {
            let more = if unread.is_partial { "+" } else { "" };
            let count = format!("{}{more}", unread.count);
            let text = self
                .model
                .texts()
                .with("ui-new-messages", &[("count", &count)]);
            rows.push(rule(text, paint::BOLD));
        }
        let is_new_minute = minute_before != Some(minute);
        if is_new_minute && self.is_narrow {
            rows.push(rule(minute.shown(), paint::DIM));
        }
        let is_broken = !rows.is_empty();
        let is_run = !is_broken && before.is_some_and(|before| is_run(before, line));
        let (mut name, lead, style) = self.looks(line);
        let is_gone_to = self.model.jumped_to() == Some(number);
        if is_gone_to {
            name.1 = paint::REVERSED;
        }
        let name = (!is_run || is_gone_to).then_some(name);
        let time = (is_new_minute && !self.is_narrow).then(|| minute.shown());
        let separators = rows.len();
        let marks = self.marks(number, &line, style);
        rows.extend(self.text_rows(time, name, lead, line.text, style, &marks));
        if let Some(first) = rows.get_mut(separators) {
            first.line = Some(number);
        }
        rows
    }

    /// Says in the uppermost row that begins a line when it was said and by whom: what would say so may
    /// be out of view.
    pub(super) fn introduce(&self, row: &mut Row) {
        let line = row.line.and_then(|number| self.buffer.line(number));
        let Some(line) = line.filter(|_| !self.is_narrow) else {
            return;
        };
        row.time = Some(self.minute(line.at).shown());
        row.name = Some(self.looks(line).0);
    }

    /// The name column, what comes before the text, and how the text looks.
    fn looks(&self, line: Line<'_>) -> (Span, Option<Span>, Style) {
        let name_style = if line.is_self {
            paint::ACCENT
        } else {
            paint::hue(line.nick)
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
        let minute = self.minute(own.at);
        let is_new_minute =
            at == 0 && last.is_none_or(|line| self.minute(line.at).time != minute.time);
        let time = (is_new_minute && !self.is_narrow).then(|| minute.shown());
        let text = crate::client::model::clean(&own.text);
        let mut rows = self.text_rows(time, name, lead, &text, style, &[]);
        let texts = self.model.texts();
        match &own.standing {
            Standing::Sent => {}
            Standing::Unsent => {
                let text = texts.get("ui-unsent").into_owned();
                rows.extend(self.text_rows(None, None, None, &text, paint::DIM, &[]));
            }
            Standing::Failed(why) => {
                let key = self.model.keys().shown(Deed::Resend);
                let text = texts.with("ui-failed", &[("why", why), ("key", &key)]);
                let mark = Some(("!".to_owned(), paint::FAILURE));
                rows.extend(self.text_rows(None, mark, None, &text, paint::FAILURE, &[]));
            }
        }
        rows
    }

    /// How a line's text looks from which place on: what calls oneself, or what is being found.
    fn marks(&self, number: i64, line: &Line<'_>, style: Style) -> Vec<(usize, Style)> {
        if self.model.selected() == Some(number) {
            return vec![(0, paint::REVERSED), (line.text.len(), style)];
        }
        let (ranges, mark) = match self.model.found() {
            Some((needle, at)) => {
                let mark = match at == Some(number) {
                    true => paint::REVERSED,
                    false => paint::FOUND,
                };
                (matches(line.text, needle), mark)
            }
            None if line.is_mention => (mentions(line.text, self.model.nick()), paint::MENTION),
            None => return Vec::new(),
        };
        let both = ranges
            .into_iter()
            .flat_map(|range| [(range.start, mark), (range.end, style)]);
        both.collect()
    }

    fn text_rows(
        &self,
        time: Option<String>,
        name: Option<Span>,
        lead: Option<Span>,
        text: &str,
        style: Style,
        marks: &[(usize, Style)],
    ) -> Vec<Row> {
        let lead_text = lead.as_ref().map_or("", |(text, _)| text.as_str());
        let prefix = match (&name, self.is_narrow) {
            (Some((name, _)), true) => format!("{name}: "),
            _ => String::new(),
        };
        let body = prefix.len() + lead_text.len();
        let whole = match body {
            0 => Cow::Borrowed(text),
            _ => Cow::Owned(format!("{prefix}{lead_text}{text}")),
        };
        let mut styled: Vec<(usize, Style)> = Vec::new();
        if let (Some((_, name_style)), true) = (&name, self.is_narrow) {
            styled.push((0, *name_style));
        }
        if let Some((_, lead_style)) = &lead {
            styled.push((prefix.len(), *lead_style));
        }
        styled.push((body, style));
        styled.extend(marks.iter().map(|(at, style)| (body + at, *style)));
        let (mut time, mut name) = (time, name);
        let ranges = wrap(&whole, usize::from(self.text_columns));
        let rows = ranges.into_iter().map(|range| Row {
            time: time.take(),
            is_first: name.is_some(),
            name: name.take().filter(|_| !self.is_narrow),
            begins: range.start,
            lead: body,
            text: cut(&whole, range, &styled),
            is_rule: false,
            line: None,
        });
        rows.collect()
    }

    fn minute(&self, at: Millis) -> Minute {
        let number = at.div_euclid(MINUTE_MS);
        let known = self.minute.get().filter(|minute| minute.number == number);
        let minute = known.unwrap_or_else(|| {
            let stamp = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
            let zoned = stamp.to_zoned(self.model.settings().zone.clone());
            Minute {
                number,
                date: zoned.date(),
                time: (zoned.hour(), zoned.minute()),
            }
        });
        self.minute.set(Some(minute));
        minute
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
        begins: 0,
        lead: 0,
        line: None,
    }
}

/// Whether a line goes on in a run of messages of one person, or of notes.
fn is_run(before: Line<'_>, line: Line<'_>) -> bool {
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
