//! What lies over the screen: rows without a box, a blank margin of one around them.

mod help;
mod lists;

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::{Position, Rect};

use super::input::Laid;
use super::paint::{self, Span};
use super::wrap::wrap;
use crate::client::model::editor::Editor;
use crate::client::model::overlay::Overlay;
use crate::client::model::question::Question;
use crate::client::model::{Model, clean};
use crate::client::rooms::Rooms;

/// The fewest columns in which the end of a row goes on below itself.
const WRAP_COLUMNS: u16 = 12;

/// From so many rows on an overlay has blank margins.
const MARGINS_FROM: u16 = 8;

/// What an overlay shows.
struct Sheet<'a> {
    title: String,
    /// A text field below the title.
    field: Option<&'a Editor>,
    rows: Vec<Vec<Span>>,
    /// The row that must be in view.
    selected: Option<usize>,
    /// Whether rows can be clicked on.
    has_choices: bool,
    /// Whether a row that is too long is cut, not wrapped.
    is_cut: bool,
    scrolled: usize,
}

/// A sheet with its place on the screen.
struct Placed<'a> {
    sheet: Sheet<'a>,
    inner: Rect,
    /// Where the rows begin.
    top: u16,
    /// The rows as they are drawn, each with the row of the sheet that it is of.
    rows: Vec<(usize, Vec<Span>)>,
    /// How many of them are above those in view.
    hidden: usize,
}

/// What of an overlay is at a place.
pub(super) enum Hit {
    /// A row that can be chosen, by its number; and how many rows are above those in view.
    Row(usize, usize),
    /// Nothing that can be chosen.
    Inside,
    /// Nothing of it.
    Outside,
}

/// What of an overlay over the middle of an area is at a place.
pub(super) fn hit(
    overlay: &Overlay,
    model: &Model,
    rooms: &Rooms,
    area: Rect,
    place: Position,
) -> Hit {
    let laid = Placed::of(overlay, model, rooms, area);
    if !laid.blank(area).contains(place) {
        return Hit::Outside;
    }
    let is_within = (laid.inner.left()..laid.inner.right()).contains(&place.x);
    let below = place.y.checked_sub(laid.top);
    let below = below.filter(|_| laid.sheet.has_choices && is_within);
    let row = below.and_then(|below| laid.rows.get(usize::from(below) + laid.hidden));
    match row {
        Some((at, _)) if place.y < laid.inner.bottom() => Hit::Row(*at, laid.hidden),
        Some(_) | None => Hit::Inside,
    }
}

/// Draws an overlay over the middle of an area, and says where the caret is if it has one.
pub(super) fn draw(
    overlay: &Overlay,
    model: &Model,
    rooms: &Rooms,
    area: Rect,
    cells: &mut Cells,
) -> Option<(u16, u16)> {
    let laid = Placed::of(overlay, model, rooms, area);
    let inner = laid.inner;
    paint::blank(cells, laid.blank(area));
    let right = inner.right();
    let title = paint::fit(&laid.sheet.title, inner.width, model.settings().is_ascii);
    paint::put(cells, inner.left(), inner.top(), right, &title, paint::BOLD);
    for (y, (at, row)) in (laid.top..inner.bottom()).zip(laid.rows.iter().skip(laid.hidden)) {
        let x = paint::put_spans(cells, inner.left(), y, right, row);
        if laid.sheet.selected == Some(*at) {
            let chosen = Rect::new(inner.left(), y, x - inner.left(), 1);
            cells.set_style(chosen, paint::REVERSED);
        }
    }
    let field = laid.sheet.field;
    field.and_then(|editor| draw_field(editor, inner, cells))
}

impl<'a> Placed<'a> {
    fn of(overlay: &'a Overlay, model: &Model, rooms: &Rooms, area: Rect) -> Self {
        let mut sheet = sheet(overlay, model, rooms);
        let head = 1 + u16::from(sheet.field.is_some());
        let widest = sheet.rows.iter().map(|row| row_columns(row)).max();
        let wanted = widest
            .unwrap_or(0)
            .max(paint::columns(&sheet.title))
            .max(30);
        let (beside, around) = if area.height < MARGINS_FROM {
            (0, 0)
        } else {
            (2, 3)
        };
        let width = wanted.min(area.width.saturating_sub(beside).max(1));
        let is_ascii = model.settings().is_ascii;
        let mut rows: Vec<(usize, Vec<Span>)> = Vec::new();
        for (at, row) in std::mem::take(&mut sheet.rows).iter().enumerate() {
            match sheet.is_cut {
                true => rows.push((at, cut(row, width, is_ascii))),
                false => rows.extend(wrapped(row, width).into_iter().map(|row| (at, row))),
            }
        }
        let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let height = count
            .saturating_add(head + 1)
            .min(area.height.saturating_sub(around).max(1));
        let inner = Rect {
            x: area.x + (area.width - width.min(area.width)) / 2,
            y: area.y + (area.height - height.min(area.height)) / 2,
            width: width.min(area.width),
            height: height.min(area.height),
        };
        let top = inner.top() + head + u16::from(inner.height > head + count.min(2));
        let mut laid = Self {
            sheet,
            inner,
            top,
            rows,
            hidden: 0,
        };
        laid.hidden = laid.above(model.clicked().map_or(0, |(_, hidden)| hidden));
        laid
    }

    /// How many rows are above those in view: at best so many.
    fn above(&self, wanted: usize) -> usize {
        let height = usize::from(self.inner.bottom().saturating_sub(self.top));
        let most = self.rows.len().saturating_sub(height);
        let Some(selected) = self.sheet.selected else {
            return self.sheet.scrolled.min(most);
        };
        let place = self.rows.iter().rposition(|(at, _)| *at == selected);
        let place = place.unwrap_or(0);
        wanted
            .min(most)
            .min(place)
            .max((place + 1).saturating_sub(height))
    }

    /// What is blank of the area: the rows of the sheet, and one above and one below.
    fn blank(&self, area: Rect) -> Rect {
        Rect {
            x: area.x,
            width: area.width,
            ..grown(self.inner)
        }
    }
}

/// Draws the text field: its last row, with the caret.
fn draw_field(editor: &Editor, inner: Rect, cells: &mut Cells) -> Option<(u16, u16)> {
    let y = inner.top() + 1;
    if y >= inner.bottom() {
        return None;
    }
    let right = inner.right();
    let left = paint::put(cells, inner.left(), y, right, "> ", paint::ACCENT);
    let laid = Laid::of(editor, right.saturating_sub(left));
    let (row, column) = laid.caret;
    if let Some(text) = laid.rows.get(row) {
        paint::put(cells, left, y, right, text, paint::PLAIN);
    }
    let x = left.saturating_add(u16::try_from(column).unwrap_or(0));
    Some((x.min(right.saturating_sub(1)), y))
}

fn grown(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_sub(1),
        y: area.y.saturating_sub(1),
        width: area.width.saturating_add(2),
        height: area.height.saturating_add(2),
    }
}

fn row_columns(row: &[Span]) -> u16 {
    row.iter().fold(0, |sum: u16, (text, _)| {
        sum.saturating_add(paint::columns(text))
    })
}

/// A row that one can choose: what does not fit is cut.
fn cut(row: &[Span], width: u16, is_ascii: bool) -> Vec<Span> {
    let mut left = width;
    let cut = row.iter().map(|(text, style)| {
        let fitted = paint::fit(text, left, is_ascii);
        left = left.saturating_sub(paint::columns(text));
        (fitted, *style)
    });
    cut.collect()
}

/// A row whose last span goes on below itself where it does not fit.
fn wrapped(row: &[Span], width: u16) -> Vec<Vec<Span>> {
    let Some(((text, style), before)) = row.split_last() else {
        return vec![Vec::new()];
    };
    let before_columns = row_columns(before);
    let is_beside = before_columns.saturating_add(WRAP_COLUMNS) <= width;
    let indent = match (before.is_empty(), is_beside) {
        (true, _) => 0,
        (false, true) => before_columns,
        (false, false) => 2.min(width.saturating_sub(1)),
    };
    let columns = usize::from(width.saturating_sub(indent)).max(1);
    let blank = (" ".repeat(usize::from(indent)), paint::PLAIN);
    let mut rows: Vec<Vec<Span>> = Vec::new();
    if !is_beside && !before.is_empty() {
        rows.push(before.to_vec());
    }
    for range in wrap(text, columns) {
        let piece = (text.get(range).unwrap_or_default().to_owned(), *style);
        let mut spans = match rows.is_empty() {
            true => before.to_vec(),
            false => vec![blank.clone()],
        };
        spans.push(piece);
        rows.push(spans);
    }
    rows
}

fn sheet<'a>(overlay: &'a Overlay, model: &Model, rooms: &Rooms) -> Sheet<'a> {
    let texts = model.texts();
    let title = |key: &str| texts.get(key).into_owned();
    let plain = |title: String, rows: Vec<Vec<Span>>| Sheet {
        title,
        field: overlay.field(),
        rows,
        selected: None,
        has_choices: false,
        is_cut: false,
        scrolled: 0,
    };
    let chosen = |title: String, rows: Vec<Vec<Span>>, selected: usize| Sheet {
        selected: Some(selected.min(rows.len().saturating_sub(1))),
        has_choices: true,
        is_cut: true,
        ..plain(title, rows)
    };
    match overlay {
        Overlay::Help(help) => Sheet {
            scrolled: help.scrolled,
            ..plain(title("help-title"), help::rows(model, help))
        },
        Overlay::Goto(goto) => {
            let rows = lists::found(model, rooms, goto.filter.text());
            chosen(title("ui-goto-title"), rows, goto.selected)
        }
        Overlay::Emoji(choice) => {
            let rows = lists::emoji(model, choice.filter.text());
            chosen(title("ui-emoji-title"), rows, choice.selected)
        }
        Overlay::Mentions(mentions) => {
            let count = mentions.found.len().to_string();
            let rows = lists::mentions(model, mentions);
            let title = texts.with("ui-mentions-title", &[("count", &count)]);
            chosen(title, rows, mentions.selected)
        }
        Overlay::List { rooms, selected } => {
            let count = rooms.len().to_string();
            let title = texts.with("ui-list-title", &[("count", &count)]);
            chosen(title, lists::rooms_there_are(rooms), *selected)
        }
        Overlay::Links { links, selected } => {
            chosen(title("ui-links-title"), lists::links(links), *selected)
        }
        Overlay::Whois { nick, rows } => plain(clean(nick).into_owned(), lists::whois(model, rows)),
        Overlay::Ask(question) => Sheet {
            selected: model.clicked().map(|(at, _)| at),
            has_choices: true,
            ..plain(question.title(texts), question_rows(model, question))
        },
        Overlay::Quit { key } => {
            let keys = texts.with("ui-quit-keys", &[("key", &key.label())]);
            plain(title("ui-quit-title"), vec![vec![(keys, paint::DIM)]])
        }
        Overlay::Farewell {
            others, selected, ..
        } => {
            let count = others.to_string();
            let title = texts.with("ui-farewell-title", &[("count", &count)]);
            chosen(title, lists::farewells(model), *selected)
        }
        Overlay::Name { refused, why, .. } => {
            let keys = vec![(texts.get("ui-name-keys").into_owned(), paint::DIM)];
            if refused.is_empty() {
                return plain(title("ui-name-which"), vec![keys]);
            }
            let title = texts.with("ui-name-title", &[("name", &clean(refused))]);
            let why = vec![(clean(why).replace('\n', " "), paint::FAILURE)];
            plain(title, vec![why, keys])
        }
        Overlay::Rooms { selected } => {
            chosen(title("ui-rooms-title"), lists::rooms(model), *selected)
        }
        Overlay::Members { selected } => chosen(
            title("ui-members-title"),
            lists::members(model, rooms),
            *selected,
        ),
        Overlay::Person(person) => {
            let values = [
                ("name", &*clean(&person.nick)),
                ("room", &*clean(&person.room)),
            ];
            let title = texts.with("ui-person-title", &values);
            chosen(
                title,
                lists::deeds_with(model, rooms, person),
                person.selected,
            )
        }
        Overlay::Invite { nick, selected } => {
            let title = texts.with("ui-invite-title", &[("name", &clean(nick))]);
            chosen(title, lists::rooms_for(model, rooms, nick), *selected)
        }
        Overlay::Topic(topic) => {
            let title = texts.with("ui-topic-title", &[("room", &clean(&topic.room))]);
            let keys = texts.get("ui-topic-keys").into_owned();
            plain(title, vec![vec![(keys, paint::DIM)]])
        }
        // What stands in the input's place has no sheet.
        Overlay::Find(_) | Overlay::Recall(_) | Overlay::Select(_) => {
            plain(String::new(), Vec::new())
        }
    }
}

/// The choices of a question, each with its key.
fn question_rows(model: &Model, question: &Question) -> Vec<Vec<Span>> {
    let texts = model.texts();
    let row = |key: &str, text: &str| {
        let gap = " ".repeat(7_usize.saturating_sub(crate::text::width(key)).max(1));
        let text = texts.get(text).into_owned();
        vec![(format!("{key}{gap}"), paint::PLAIN), (text, paint::DIM)]
    };
    let choices = question.choices().iter();
    let rows = choices.map(|choice| row(choice.key, choice.text));
    rows.chain([row("Esc", "ask-no")]).collect()
}
