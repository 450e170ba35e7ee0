//! What lies over the screen: rows without a box, a blank margin of one around them.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;

use super::input::Laid;
use super::paint::{self, Span};
use super::wrap::wrap;
use super::{label, sidebar};
use crate::client::happening::{BufferName, WhoisField};
use crate::client::model::commands::COMMANDS;
use crate::client::model::editor::Editor;
use crate::client::model::hosting::Farewell;
use crate::client::model::keys::{self, BINDINGS, Deed};
use crate::client::model::overlay::Overlay;
use crate::client::model::{Model, clean};
use crate::client::rooms::Rooms;
use crate::client::words;

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
    scrolled: usize,
}

/// Draws an overlay over the middle of an area, and says where the caret is if it has one.
pub(super) fn draw(
    overlay: &Overlay,
    model: &Model,
    rooms: &Rooms,
    area: Rect,
    cells: &mut Cells,
) -> Option<(u16, u16)> {
    let mut sheet = sheet(overlay, model, rooms);
    let head = 1 + u16::from(sheet.field.is_some());
    let widest = sheet
        .rows
        .iter()
        .map(|row| row_columns(row))
        .max()
        .unwrap_or(0);
    let wanted = widest.max(paint::columns(&sheet.title)).max(30);
    let (beside, around) = if area.height < MARGINS_FROM {
        (0, 0)
    } else {
        (2, 3)
    };
    let width = wanted.min(area.width.saturating_sub(beside).max(1));
    let is_ascii = model.settings().is_ascii;
    sheet.rows = match sheet.selected {
        Some(_) => sheet.rows.iter().map(|r| cut(r, width, is_ascii)).collect(),
        None => sheet.rows.iter().flat_map(|r| wrapped(r, width)).collect(),
    };
    let rows = u16::try_from(sheet.rows.len()).unwrap_or(u16::MAX);
    let height = rows
        .saturating_add(head + 1)
        .min(area.height.saturating_sub(around).max(1));
    let inner = Rect {
        x: area.x + (area.width - width.min(area.width)) / 2,
        y: area.y + (area.height - height.min(area.height)) / 2,
        width: width.min(area.width),
        height: height.min(area.height),
    };
    paint::blank(
        cells,
        Rect {
            x: area.x,
            width: area.width,
            ..grown(inner)
        },
    );
    let right = inner.right();
    let title = paint::fit(&sheet.title, inner.width, is_ascii);
    paint::put(cells, inner.left(), inner.top(), right, &title, paint::BOLD);
    let top = inner.top() + head + u16::from(inner.height > head + rows.min(2));
    let height = usize::from(inner.bottom().saturating_sub(top));
    let most = sheet.rows.len().saturating_sub(height);
    let hidden = match sheet.selected {
        Some(selected) => (selected + 1).saturating_sub(height),
        None => sheet.scrolled.min(most),
    };
    for (at, (y, row)) in (top..inner.bottom())
        .zip(sheet.rows.iter().skip(hidden))
        .enumerate()
    {
        let is_selected = sheet.selected == Some(at + hidden);
        let x = paint::put_spans(cells, inner.left(), y, right, row);
        if is_selected {
            cells.set_style(
                Rect::new(inner.left(), y, x - inner.left(), 1),
                paint::REVERSED,
            );
        }
    }
    sheet
        .field
        .and_then(|editor| draw_field(editor, inner, cells))
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
    let plain = |title: String, rows: Vec<Vec<Span>>| Sheet {
        title,
        field: None,
        rows,
        selected: None,
        scrolled: 0,
    };
    match overlay {
        Overlay::Help { filter, scrolled } => Sheet {
            field: Some(filter),
            scrolled: *scrolled,
            ..plain(
                texts.get("help-title").into_owned(),
                help_rows(model, filter.text()),
            )
        },
        Overlay::List { rooms, selected } => {
            let count = rooms.len().to_string();
            Sheet {
                selected: Some(*selected),
                ..plain(
                    texts.with("ui-list-title", &[("count", &count)]),
                    list_rows(rooms),
                )
            }
        }
        Overlay::Whois { nick, rows } => plain(clean(nick).into_owned(), whois_rows(model, rows)),
        Overlay::Quit => {
            let row = vec![(texts.get("ui-quit-keys").into_owned(), paint::DIM)];
            plain(texts.get("ui-quit-title").into_owned(), vec![row])
        }
        Overlay::Name {
            refused,
            why,
            editor,
        } => {
            let keys = vec![(texts.get("ui-name-keys").into_owned(), paint::DIM)];
            let (title, rows) = match refused.as_str() {
                "" => (texts.get("ui-name-which").into_owned(), vec![keys]),
                refused => {
                    let why = vec![(clean(why).replace('\n', " "), paint::FAILURE)];
                    let title = texts.with("ui-name-title", &[("name", &clean(refused))]);
                    (title, vec![why, keys])
                }
            };
            Sheet {
                field: Some(editor),
                ..plain(title, rows)
            }
        }
        Overlay::Farewell {
            others, selected, ..
        } => {
            let count = others.to_string();
            let title = texts.with("ui-farewell-title", &[("count", &count)]);
            let rows = Farewell::ALL.iter().zip(1..).map(|((_, text), number)| {
                let text = format!("{number}  {}", texts.get(text));
                vec![(text, paint::PLAIN)]
            });
            Sheet {
                selected: Some(*selected),
                ..plain(title, rows.collect())
            }
        }
        Overlay::Rooms { selected } => Sheet {
            selected: Some(*selected),
            ..plain(texts.get("ui-rooms-title").into_owned(), room_rows(model))
        },
        Overlay::Members { selected } => Sheet {
            selected: Some(*selected),
            ..plain(
                texts.get("ui-members-title").into_owned(),
                member_rows(model, rooms),
            )
        },
    }
}

/// Keys and commands whose row holds a text, from their two tables.
fn help_rows(model: &Model, filter: &str) -> Vec<Vec<Span>> {
    let texts = model.texts();
    let filter = filter.trim().trim_start_matches('/').to_lowercase();
    let mut rows = Vec::new();
    let mut add = |heading: &str, entries: Vec<(String, String)>| {
        let fits = |(left, right): &&(String, String)| {
            format!("{left} {right}").to_lowercase().contains(&filter)
        };
        let entries: Vec<&(String, String)> = entries.iter().filter(fits).collect();
        if !entries.is_empty() {
            rows.push(vec![(texts.get(heading).into_owned(), paint::DIM)]);
        }
        for (left, right) in entries {
            let gap = " ".repeat(26_usize.saturating_sub(crate::text::width(left)).max(1));
            rows.push(vec![
                (format!("{left}{gap}"), paint::PLAIN),
                (right.clone(), paint::DIM),
            ]);
        }
    };
    let commands = COMMANDS.iter().map(|command| {
        let right = texts.get(command.text).into_owned();
        (command.usage(texts), right)
    });
    let bindings = BINDINGS
        .iter()
        .map(|binding| (key_labels(binding), texts.get(binding.text).into_owned()));
    add("help-keys", bindings.collect());
    add("help-commands", commands.collect());
    rows
}

fn key_labels(binding: &keys::Binding) -> String {
    if binding.deed == Deed::RoomByNumber {
        return "Alt+1 … Alt+9, Alt+0".replace('…', "-");
    }
    let labels: Vec<String> = binding
        .keys
        .iter()
        .take(2)
        .map(|key| keys::label(*key))
        .collect();
    labels.join(", ")
}

fn list_rows(rooms: &[(String, usize, String)]) -> Vec<Vec<Span>> {
    let row = |(name, count, topic): &(String, usize, String)| {
        vec![
            (format!("{} ", clean(name)), paint::PLAIN),
            (
                format!("{count}  {}", clean(topic).replace('\n', " ")),
                paint::DIM,
            ),
        ]
    };
    rooms.iter().map(row).collect()
}

fn whois_rows(model: &Model, rows: &[(WhoisField, String)]) -> Vec<Vec<Span>> {
    let row = |(field, value): &(WhoisField, String)| {
        let (name, value) = words::whois(model.texts(), field, value);
        let gap = " ".repeat(12_usize.saturating_sub(crate::text::width(&name)).max(1));
        let value = clean(&value).replace('\n', " ");
        vec![(format!("{name}{gap}"), paint::DIM), (value, paint::PLAIN)]
    };
    rows.iter().map(row).collect()
}

fn room_rows(model: &Model) -> Vec<Vec<Span>> {
    let buffers = model
        .shown()
        .into_iter()
        .filter_map(|at| model.buffers().get(at));
    let row = |buffer: &crate::client::model::buffer::Buffer| {
        let style = if buffer.unread > 0 {
            paint::BOLD
        } else {
            paint::PLAIN
        };
        let name = (label(&buffer.name, model), style);
        vec![name, (" ".to_owned(), paint::PLAIN), sidebar::badge(buffer)]
    };
    buffers.map(row).collect()
}

fn member_rows(model: &Model, rooms: &Rooms) -> Vec<Vec<Span>> {
    let BufferName::Room(name) = &model.buffer().name else {
        return Vec::new();
    };
    let members = rooms
        .get(name)
        .map(|room| room.sorted_members())
        .unwrap_or_default();
    let row = |member: &&crate::client::rooms::Member| {
        vec![(
            sidebar::member_text(member),
            sidebar::member_style(model, member),
        )]
    };
    members.iter().map(row).collect()
}
