//! The bars at the sides: the rooms and people one talks with, and who is in the open room.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::paint::{self, Span};
use super::{Screen, label};
use crate::client::happening::BufferName;
use crate::client::kept::Level;
use crate::client::model::buffer::Buffer;
use crate::client::model::{Connection, Model, Section, clean};
use crate::client::rooms::{Member, Room, Rooms};

/// Draws the sidebar and its line.
pub(super) fn draw_rooms(model: &Model, rooms: &Rooms, screen: &Screen, cells: &mut Cells) {
    let area = screen.sidebar;
    if area.is_empty() {
        return;
    }
    let is_ascii = model.settings().is_ascii;
    paint::vertical(cells, area.right(), area.top(), area.bottom(), is_ascii);
    draw_self(model, area, cells);
    let entries = entries(model, rooms);
    let hidden = hidden(&entries, area);
    for (y, entry) in (area.top() + 1..area.bottom()).zip(entries.iter().skip(hidden)) {
        draw_entry(entry, area, y, is_ascii, cells);
    }
}

/// How many entries are above those in view, so that the open one is.
fn hidden(entries: &[Entry], area: Rect) -> usize {
    let height = usize::from(area.height.saturating_sub(1));
    let open = entries.iter().position(|entry| entry.is_open).unwrap_or(0);
    (open + 1).saturating_sub(height)
}

/// The conversation in a row of the screen.
pub(super) fn room_at(model: &Model, rooms: &Rooms, screen: &Screen, row: u16) -> Option<usize> {
    let entries = entries(model, rooms);
    let below = row.checked_sub(screen.sidebar.top() + 1)?;
    let at = hidden(&entries, screen.sidebar) + usize::from(below);
    entries.get(at)?.at
}

/// One's own name, and how the connection stands.
fn draw_self(model: &Model, area: Rect, cells: &mut Cells) {
    let right = area.right().saturating_sub(1);
    let (state, style) = match (model.connection(), model.away()) {
        (Connection::Connecting, _) => ("...".to_owned(), paint::DIM),
        (Connection::Offline { .. }, _) => (
            model.texts().get("ui-state-offline").into_owned(),
            paint::FAILURE,
        ),
        (Connection::Online, Some(_)) => {
            (model.texts().get("ui-state-away").into_owned(), paint::DIM)
        }
        (Connection::Online, None) => (String::new(), paint::DIM),
    };
    let end = paint::put_right(cells, area.left() + 1, area.top(), right, &state, style);
    let columns = end.saturating_sub(area.left() + 2);
    let nick = paint::fit(model.nick(), columns, model.settings().is_ascii);
    paint::put(
        cells,
        area.left() + 1,
        area.top(),
        end,
        &nick,
        paint::ACCENT,
    );
}

struct Entry {
    mark: &'static str,
    text: String,
    style: Style,
    badge: Span,
    is_open: bool,
    /// Which conversation it opens; none for a heading.
    at: Option<usize>,
}

fn entries(model: &Model, rooms: &Rooms) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut section = None;
    for at in model.shown() {
        let Some(buffer) = model.buffers().get(at) else {
            continue;
        };
        let this = model.section(&buffer.name, rooms);
        if section != Some(this) {
            section = Some(this);
            let text = model.texts().get(heading(this)).into_owned();
            let badge = (String::new(), paint::PLAIN);
            let style = paint::DIM;
            entries.push(Entry {
                mark: " ",
                text,
                style,
                badge,
                is_open: false,
                at: None,
            });
        }
        let is_open = at == model.open_index();
        let is_quiet = buffer.notify.is_muted || buffer.is_out;
        let style = match (buffer.counted() > 0, is_quiet) {
            (true, _) => paint::BOLD,
            (false, true) => paint::DIM,
            (false, false) => paint::PLAIN,
        };
        let text = format!(
            "{}{}",
            presence(&buffer.name, rooms),
            label(&buffer.name, model)
        );
        let mark = if is_open { ">" } else { " " };
        entries.push(Entry {
            mark,
            text,
            style,
            badge: badge(model, buffer),
            is_open,
            at: Some(at),
        });
    }
    entries
}

fn heading(section: Section) -> &'static str {
    match section {
        Section::Public => "ui-section-public",
        Section::Groups => "ui-section-groups",
        Section::Direct => "ui-section-direct",
        Section::Server => "ui-section-server",
    }
}

/// `+` who is here, `~` who is away, blank who is not in a room with oneself.
fn presence(name: &BufferName, rooms: &Rooms) -> &'static str {
    match name {
        BufferName::Server | BufferName::Room(_) => "",
        BufferName::Person(nick) => match rooms.anywhere(nick) {
            Some(Member { away: Some(_), .. }) => "~",
            Some(_) => "+",
            None => " ",
        },
    }
}

/// `@2` for what calls oneself, else how many are unread, else how the room makes itself heard.
pub(super) fn badge(model: &Model, buffer: &Buffer) -> Span {
    let line = buffer.unread_line.filter(|line| line.is_partial);
    let more = if line.is_some() { "+" } else { "" };
    let count = |count: usize| match count {
        1000.. => "999+".to_owned(),
        _ => format!("{count}{more}"),
    };
    match (buffer.mentions, buffer.counted()) {
        (0, 0) => (heard(model, buffer), paint::DIM),
        (0, unread) => (count(unread), paint::DIM),
        (mentions, _) => (
            format!("@{}", count(mentions)),
            paint::MENTION.add_modifier(Modifier::BOLD),
        ),
    }
}

/// How a conversation makes itself heard, where that is not as usual.
fn heard(model: &Model, buffer: &Buffer) -> String {
    let key = match (buffer.notify.is_muted, buffer.notify.level) {
        (_, _) if buffer.invitation.is_some() => "ui-is-invited",
        (_, _) if buffer.is_out => "ui-is-out",
        (true, _) => "ui-muted",
        (false, Some(Level::All)) => "ui-level-all",
        (false, Some(Level::None)) => "ui-level-none",
        (false, Some(Level::Mentions) | None) => return String::new(),
    };
    model.texts().get(key).into_owned()
}

fn draw_entry(entry: &Entry, area: Rect, y: u16, is_ascii: bool, cells: &mut Cells) {
    let right = area.right().saturating_sub(1);
    let mut end = right;
    if !entry.badge.0.is_empty() {
        end = paint::put_right(
            cells,
            area.left() + 1,
            y,
            right,
            &entry.badge.0,
            entry.badge.1,
        );
        end = end.saturating_sub(1);
    }
    let x = paint::put(cells, area.left(), y, end, entry.mark, paint::ACCENT);
    let text = paint::fit(&entry.text, end.saturating_sub(x), is_ascii);
    paint::put(cells, x, y, end, &text, entry.style);
}

/// Draws the list of members and its line.
pub(super) fn draw_members(model: &Model, rooms: &Rooms, screen: &Screen, cells: &mut Cells) {
    let area = screen.members;
    let BufferName::Room(name) = &model.buffer().name else {
        return;
    };
    let (false, Some(room)) = (area.is_empty(), rooms.get(name)) else {
        return;
    };
    let is_ascii = model.settings().is_ascii;
    paint::vertical(cells, area.left(), area.top(), area.bottom(), is_ascii);
    let rows = member_rows(model, room);
    let height = usize::from(area.height);
    let over = rows.len().saturating_sub(height);
    for (at, (y, (text, style))) in (area.top()..area.bottom()).zip(&rows).enumerate() {
        let is_last = over > 0 && at + 1 == height;
        let text = if is_last {
            format!("  +{}", over + 1)
        } else {
            text.clone()
        };
        let text = paint::fit(&text, area.width.saturating_sub(2), is_ascii);
        paint::put(cells, area.left() + 1, y, area.right(), &text, *style);
    }
}

/// Under which heading a member stands.
#[derive(PartialEq, Eq)]
enum Group {
    Operators,
    Here,
    Away,
}

impl Group {
    fn of(member: &Member) -> Self {
        match (member.is_operator, &member.away) {
            (true, _) => Self::Operators,
            (false, None) => Self::Here,
            (false, Some(_)) => Self::Away,
        }
    }
}

/// Who is in a room, under headings: who manages it, who is here, who is away.
fn member_rows(model: &Model, room: &Room) -> Vec<Span> {
    let texts = model.texts();
    let count = room.members.len().to_string();
    let mut rows = vec![(
        format!(" {}", texts.with("ui-members", &[("count", &count)])),
        paint::DIM,
    )];
    let knows_accounts = room.members.values().any(|member| member.account.is_some());
    for (heading, group) in [
        ("ui-members-ops", Group::Operators),
        ("ui-members-here", Group::Here),
        ("ui-members-away", Group::Away),
    ] {
        let is_of = |member: &&Member| Group::of(member) == group;
        let mut members = room.members.values().filter(is_of).peekable();
        if members.peek().is_some() {
            rows.push((format!(" {}", texts.get(heading).into_owned()), paint::DIM));
        }
        for member in members {
            let guest = if knows_accounts && member.account.is_none() {
                format!(" {}", texts.get("ui-guest").into_owned())
            } else {
                String::new()
            };
            rows.push((
                format!("  {}{guest}", member_text(member)),
                member_style(model, member),
            ));
        }
    }
    rows
}

/// A member as it stands in a list: `@` who manages the room, `~` who is away, `+` who is here.
pub(super) fn member_text(member: &Member) -> String {
    let mark = match (member.is_operator, &member.away) {
        (true, None) => "@",
        (true, Some(_)) => "@~",
        (false, Some(_)) => "~",
        (false, None) => "+",
    };
    let away = member.away.as_deref().filter(|away| !away.is_empty());
    let away = away
        .map(|away| format!(" {}", clean(away).replace('\n', " ")))
        .unwrap_or_default();
    format!("{mark}{}{away}", clean(&member.nick))
}

/// How a member looks in a list.
pub(super) fn member_style(model: &Model, member: &Member) -> Style {
    let style = if member.nick == model.nick() {
        paint::ACCENT
    } else {
        paint::hue(&member.nick)
    };
    if member.away.is_some() {
        style.patch(paint::DIM)
    } else {
        style
    }
}
