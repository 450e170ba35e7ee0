//! The rows above and below the talk: room and topic, status, hints.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint::{self, Span};
use super::{Screen, label, sidebar, timeline};
use crate::client::happening::BufferName;
use crate::client::model::buffer::{Buffer, Standing};
use crate::client::model::keys::Deed;
use crate::client::model::limits::Fit;
use crate::client::model::mouse::Said;
use crate::client::model::overlay::Overlay;
use crate::client::model::overlay::help::deeds_in;
use crate::client::model::{Connection, Model, clean};
use crate::client::rooms::Rooms;

/// The fewest columns in which a topic stands beside what else a narrow screen's first row has.
const TOPIC_COLUMNS: u16 = 10;

/// The room, its topic, how many are in it; where there is no sidebar, what is unread elsewhere.
pub(super) fn header(model: &Model, rooms: &Rooms, screen: &Screen, cells: &mut Cells) {
    let area = screen.header;
    if area.is_empty() {
        return;
    }
    let is_ascii = model.settings().is_ascii;
    let buffer = model.buffer();
    let name = label(&buffer.name, model);
    let room = match &buffer.name {
        BufferName::Room(name) => rooms.get(name),
        BufferName::Server | BufferName::Person(_) => None,
    };
    let count = room.map(|room| {
        let count = room.people().to_string();
        model.texts().with("ui-members-count", &[("count", &count)])
    });
    let topic = match (room, buffer.is_out) {
        (Some(room), _) => clean(&room.topic).replace('\n', " "),
        (None, true) => model.texts().get("ui-not-in-it").into_owned(),
        (None, false) => String::new(),
    };
    if screen.is_narrow {
        return narrow_header(model, area, &name, count, &topic, cells);
    }
    let y = area.top();
    let mut right = area.right().saturating_sub(1);
    if let Some(count) = count.filter(|_| screen.members.is_empty()) {
        right = paint::put_right(cells, area.left(), y, right, &count, paint::DIM);
        right = right.saturating_sub(2);
    }
    let fitted = paint::fit(&name, right.saturating_sub(area.left() + 1), is_ascii);
    let x = paint::put(cells, area.left() + 1, y, right, &fitted, paint::BOLD);
    if x + 3 < right {
        put_topic(cells, x, y, right, &topic, is_ascii);
    }
}

/// A topic after what stands before it, as much of it as there is room for.
fn put_topic(cells: &mut Cells, x: u16, y: u16, right: u16, topic: &str, is_ascii: bool) {
    if topic.is_empty() {
        return;
    }
    let bar = if is_ascii { " | " } else { " │ " };
    let x = paint::put(cells, x, y, right, bar, paint::DIM);
    let topic = paint::fit(topic, right.saturating_sub(x), is_ascii);
    paint::put(cells, x, y, right, &topic, paint::PLAIN);
}

/// Where there is no sidebar: what is unread elsewhere goes before the topic.
fn narrow_header(
    model: &Model,
    area: Rect,
    name: &str,
    count: Option<String>,
    topic: &str,
    cells: &mut Cells,
) {
    let (y, right) = (area.top(), area.right().saturating_sub(1));
    let is_ascii = model.settings().is_ascii;
    let elsewhere = elsewhere(model, area.width / 2);
    let taken: u16 = elsewhere.iter().map(|(text, _)| paint::columns(text)).sum();
    let from = right.saturating_sub(taken);
    paint::put_spans(cells, from, y, right, &elsewhere);
    let mut end = from.saturating_sub(u16::from(taken > 0));
    let left = area.left() + 1;
    let count = count.unwrap_or_default();
    let beside = paint::columns(&count) + 2;
    if !count.is_empty() && left + paint::columns(name) + beside > end {
        end = paint::put_right(cells, left, y, end, &count, paint::DIM).saturating_sub(2);
        let name = paint::fit(name, end.saturating_sub(left), is_ascii);
        paint::put(cells, left, y, end, &name, paint::BOLD);
        return;
    }
    let name = paint::fit(name, end.saturating_sub(left), is_ascii);
    let x = paint::put(cells, left, y, end, &name, paint::BOLD);
    let x = paint::put(cells, x + 2, y, end, &count, paint::DIM);
    if x + TOPIC_COLUMNS < end {
        put_topic(cells, x, y, end, topic, is_ascii);
    }
}

/// What is unread elsewhere, in so many columns: what calls oneself first, and nothing in half.
fn elsewhere(model: &Model, most: u16) -> Vec<Span> {
    let buffers = model.buffers().iter().enumerate();
    let mut unread: Vec<&Buffer> = buffers
        .filter(|(at, buffer)| *at != model.open_index() && buffer.counted() > 0)
        .map(|(_, buffer)| buffer)
        .collect();
    unread.sort_by_key(|buffer| buffer.mentions == 0);
    let (mut spans, mut left) = (Vec::new(), most);
    for buffer in unread {
        let badge = sidebar::badge(model, buffer);
        let name = label(&buffer.name, model);
        let mut name = name.trim_start_matches('#').to_owned();
        let beside = paint::columns(&badge.0) + 2;
        if spans.is_empty() {
            let columns = left.saturating_sub(beside);
            name = paint::fit(&name, columns, model.settings().is_ascii);
        }
        let Some(rest) = left.checked_sub(paint::columns(&name) + beside) else {
            break;
        };
        left = rest;
        spans.extend([(format!(" {name}:"), paint::BOLD), badge]);
    }
    spans
}

/// The row that never moves: the connection, what is below, what failed; what is unread elsewhere.
pub(super) fn status(model: &Model, screen: &Screen, cells: &mut Cells) {
    let area = screen.status;
    if area.is_empty() {
        return;
    }
    let right = area.right().saturating_sub(1);
    let mut end = right;
    let unread: usize = model.buffers().iter().map(Buffer::counted).sum();
    if unread > 0 && !screen.is_narrow {
        let text = model
            .texts()
            .with("ui-unread", &[("count", &unread.to_string())]);
        end = paint::put_right(cells, area.left(), area.top(), right, &text, paint::DIM);
        end = end.saturating_sub(2);
    }
    if model.is_hosting() {
        let text = model.texts().get("ui-hosting");
        end = paint::put_right(cells, area.left(), area.top(), end, &text, paint::DIM);
        end = end.saturating_sub(2);
    }
    let (text, style) = state(model);
    let columns = end.saturating_sub(area.left() + 1);
    let text = paint::fit(&text, columns, model.settings().is_ascii);
    paint::put(cells, area.left() + 1, area.top(), end, &text, style);
}

fn state(model: &Model) -> (String, Style) {
    let texts = model.texts();
    if let Some(state) = finding(model) {
        return state;
    }
    if model.is_leaving() {
        return (texts.get("ui-leaving").into_owned(), paint::DIM);
    }
    match model.connection() {
        Connection::Connecting => return (texts.get("ui-connecting").into_owned(), paint::DIM),
        Connection::Offline {
            why,
            again_in_seconds: None,
        } => {
            return (texts.with("ui-offline", &[("why", why)]), paint::FAILURE);
        }
        Connection::Offline {
            why,
            again_in_seconds: Some(seconds),
        } => {
            let seconds = seconds.to_string();
            let values = [("why", why.as_str()), ("seconds", seconds.as_str())];
            return (texts.with("ui-offline-again", &values), paint::FAILURE);
        }
        Connection::Online => {}
    }
    let buffer = model.buffer();
    let is_failed = |o: &&_| matches!(own_standing(o), Standing::Failed(_));
    let failed = buffer.outgoing.iter().filter(is_failed).count();
    if failed > 0 {
        let (count, key) = (failed.to_string(), model.keys().shown(Deed::Resend));
        return (
            texts.with("ui-not-sent", &[("count", &count), ("key", &key)]),
            paint::FAILURE,
        );
    }
    if buffer.anchor.is_some() {
        let (count, key) = (buffer.below.to_string(), model.keys().shown(Deed::Newest));
        return (
            texts.with("ui-below", &[("count", &count), ("key", &key)]),
            paint::DIM,
        );
    }
    match model.draft_fit() {
        Fit::Near(size) => return (model.size_text("ui-size-near", size), paint::DIM),
        Fit::Over(size) => return (model.size_text("ui-size-over", size), paint::FAILURE),
        Fit::Parts(count) => {
            let count = count.to_string();
            return (texts.with("ui-parts", &[("count", &count)]), paint::DIM);
        }
        Fit::Fits => {}
    }
    match model.away() {
        Some("") => (texts.get("ui-state-away").into_owned(), paint::DIM),
        Some(text) => (texts.with("ui-away-state", &[("text", text)]), paint::DIM),
        None => (String::new(), paint::PLAIN),
    }
}

/// What was found in the input's place, while something is being found there.
fn finding(model: &Model) -> Option<(String, Style)> {
    let none = || {
        (
            model.texts().get("ui-find-none").into_owned(),
            paint::FAILURE,
        )
    };
    if let Some(text) = model.recalled() {
        return Some((clean(text).replace('\n', " "), paint::PLAIN));
    }
    if let Some(Overlay::Select(select)) = model.overlay() {
        let text = select.said.map(|key| model.texts().get(key).into_owned());
        return text.map(|text| (text, paint::DIM));
    }
    let is_missing = match model.found() {
        Some((needle, at)) => !needle.is_empty() && at.is_none(),
        None => model.overlay()?.is_in_place(),
    };
    is_missing.then(none)
}

fn own_standing(own: &crate::client::model::buffer::Outgoing) -> &Standing {
    &own.standing
}

/// What works here and now.
pub(super) fn hints(model: &Model, screen: &Screen, cells: &mut Cells) {
    let area = screen.hints;
    if area.is_empty() {
        return;
    }
    let right = area.right();
    let mut x = area.left() + 1;
    if let Some(completion) = model.completion().filter(|_| model.overlay().is_none()) {
        for (at, candidate) in completion
            .candidates
            .iter()
            .enumerate()
            .skip(completion.chosen / 8 * 8)
        {
            let style = if at == completion.chosen {
                paint::REVERSED
            } else {
                paint::DIM
            };
            if x.saturating_add(paint::columns(candidate)) > right {
                break;
            }
            x = paint::put(cells, x, area.top(), right, &clean(candidate), style) + 2;
        }
        return;
    }
    if let Some(said) = model.said_of_mouse() {
        let text = of_mouse(model, said);
        paint::put(cells, x, area.top(), right, &text, paint::PLAIN);
        return;
    }
    for (keys, text) in hint_list(model, screen) {
        let text = model.texts().get(text).into_owned();
        if x.saturating_add(paint::columns(&keys) + paint::columns(&text) + 1) > right {
            break;
        }
        x = paint::put(cells, x, area.top(), right, &keys, paint::PLAIN) + 1;
        x = paint::put(cells, x, area.top(), right, &text, paint::DIM) + 2;
    }
}

fn of_mouse(model: &Model, said: &Said) -> String {
    let texts = model.texts();
    match said {
        Said::Used(true) => texts.get("ui-mouse-ours").into_owned(),
        Said::Used(false) => texts.get("ui-mouse-theirs").into_owned(),
        Said::Copied(link) => texts.with("ui-link-copied", &[("link", link)]),
        Said::Drag => {
            let (mouse, plain) = (Deed::Mouse, Deed::Bare);
            let (mouse, plain) = (model.keys().shown(mouse), model.keys().shown(plain));
            texts.with("ui-mouse-drag", &[("mouse", &mouse), ("plain", &plain)])
        }
    }
}

/// What an overlay's keys do, each once.
fn overlay_hints(model: &Model, overlay: &Overlay) -> Vec<(String, &'static str)> {
    let mut hints: Vec<(String, &'static str)> = Vec::new();
    if let Overlay::Quit { key } = overlay {
        return vec![
            (key.label(), "ui-hint-leave"),
            ("Esc".into(), "ui-hint-stay"),
        ];
    }
    if let Overlay::Ask(question) = overlay {
        let choices = question.choices().iter();
        hints.extend(choices.map(|choice| (choice.key.to_owned(), choice.hint)));
    }
    for &(deed, text) in deeds_in(overlay) {
        let key = model.keys().shown(deed);
        match hints.iter_mut().find(|(_, other)| *other == text) {
            Some((keys, _)) => *keys = format!("{keys}/{key}"),
            None => hints.push((key, text)),
        }
    }
    if !matches!(overlay, Overlay::Help(_)) {
        hints.push((model.keys().shown(Deed::Help), "ui-hint-help"));
    }
    hints
}

fn hint_list(model: &Model, screen: &Screen) -> Vec<(String, &'static str)> {
    let key = |deed| model.keys().shown(deed);
    if let Some(overlay) = model.overlay() {
        return overlay_hints(model, overlay);
    }
    let buffer = model.buffer();
    let mut hints = vec![(key(Deed::Help), "ui-hint-help")];
    if buffer
        .outgoing
        .iter()
        .any(|own| matches!(own.standing, Standing::Failed(_)))
    {
        hints.push((key(Deed::Resend), "ui-hint-resend"));
    }
    if buffer.anchor.is_some() {
        hints.push((key(Deed::Newest), "ui-hint-newest"));
    }
    let mut others = model.buffers().iter().enumerate();
    if others.any(|(at, other)| at != model.open_index() && other.counted() > 0) {
        hints.push((key(Deed::NextActivity), "ui-hint-unread"));
    }
    if buffer.editor.is_empty() && buffer.invitation.is_some() {
        hints.push((key(Deed::Send), "ui-hint-join"));
        hints.push(("/part".into(), "ui-hint-decline"));
    } else if buffer.editor.is_empty() && buffer.awaits_coming_in() {
        hints.push((key(Deed::Send), "ui-hint-join"));
        hints.push(("/part".into(), "ui-hint-remove"));
    } else if buffer.editor.is_empty() {
        hints.push((key(Deed::Goto), "ui-hint-goto"));
        hints.push((key(Deed::Find), "ui-hint-find"));
    } else {
        hints.push((key(Deed::Send), "ui-hint-send"));
        hints.push((key(Deed::Complete), "ui-hint-complete"));
        hints.push((key(Deed::NewLine), "ui-hint-newline"));
    }
    if model.shown().len() > 1 {
        let both = format!("{}/{}", key(Deed::NextRoom), key(Deed::PreviousRoom));
        hints.push((both.replace("/Ctrl+", "/"), "ui-hint-rooms"));
    }
    if timeline::has_more(model, screen) {
        hints.push((key(Deed::PageUp), "ui-hint-older"));
    }
    let both = format!("{}/{}", key(Deed::Sidebar), key(Deed::Members));
    hints.push((both, "ui-hint-panes"));
    hints.push((key(Deed::Quit), "ui-hint-quit"));
    hints.retain(|(key, _)| !key.is_empty());
    hints
}
