//! The bars at the sides: the rooms and people one talks with, and who is in the open room.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::paint::{self, Span};
use super::{Screen, label};
use crate::client::happening::BufferName;
use crate::client::kept::Level;
use crate::client::model::buffer::Buffer;
use crate::client::model::overlay::Overlay;
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
    let hidden = hidden(model, &entries, area);
    for (y, entry) in (area.top() + 1..area.bottom()).zip(entries.iter().skip(hidden)) {
        draw_entry(entry, area, y, is_ascii, cells);
        if entry.at.is_some() && entry.at == chosen_room(model) {
            let row = Rect::new(area.left() + 1, y, area.width.saturating_sub(2), 1);
            cells.set_style(row, paint::REVERSED);
        }
    }
}

/// How many entries are above those in view, so that the chosen one is, or else the open one.
fn hidden(model: &Model, entries: &[Entry], area: Rect) -> usize {
    let height = usize::from(area.height.saturating_sub(1));
    let chosen = chosen_room(model);
    let is_wanted = |entry: &Entry| match chosen {
        Some(_) => entry.at == chosen,
        None => entry.is_open,
    };
    let wanted = entries.iter().position(is_wanted).unwrap_or(0);
    (wanted + 1).saturating_sub(height)
}

/// The conversation that is being chosen in the sidebar.
fn chosen_room(model: &Model) -> Option<usize> {
    match model.overlay() {
        Some(Overlay::Rooms { selected }) => model.shown().get(*selected).copied(),
        _ => None,
    }
}

/// The conversation in a row of the screen.
pub(super) fn room_at(model: &Model, rooms: &Rooms, screen: &Screen, row: u16) -> Option<usize> {
    let entries = entries(model, rooms);
    let below = row.checked_sub(screen.sidebar.top() + 1)?;
    let at = hidden(model, &entries, screen.sidebar) + usize::from(below);
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
    let height = usize::from(area.height);
    let rows = member_rows(room);
    let hidden = hidden_members(model, &rows, height);
    let over = rows.len().saturating_sub(hidden + height);
    let knows_accounts = room.members.values().any(|member| member.account.is_some());
    let seen = rows.iter().skip(hidden).zip(area.top()..area.bottom());
    for (at, (row, y)) in seen.enumerate() {
        let (text, style) = match over > 0 && at + 1 == height {
            true => (format!("  +{}", over + room.unlisted.max(1)), paint::DIM),
            false => row.span(model, room, knows_accounts),
        };
        let text = paint::fit(&text, area.width.saturating_sub(2), is_ascii);
        paint::put(cells, area.left() + 1, y, area.right(), &text, style);
        if row.member().is_some() && row.member() == chosen_member(model) {
            let row = Rect::new(area.left() + 2, y, area.width.saturating_sub(3), 1);
            cells.set_style(row, paint::REVERSED);
        }
    }
}

/// The member that is being chosen in their list, by the place in its order.
fn chosen_member(model: &Model) -> Option<usize> {
    match model.overlay() {
        Some(Overlay::Members { selected }) => Some(*selected),
        _ => None,
    }
}

/// How many rows are above those in view, so that the chosen member is: not in the last row, which
/// says how many are below.
fn hidden_members(model: &Model, rows: &[MemberRow<'_>], height: usize) -> usize {
    let chosen = chosen_member(model);
    let place = rows
        .iter()
        .position(|row| chosen.is_some() && row.member() == chosen);
    let is_last = place.is_some_and(|place| place + 1 == rows.len());
    let end = place.map_or(0, |place| place + if is_last { 1 } else { 2 });
    end.saturating_sub(height)
}

/// The member in a row of the screen.
pub(super) fn member_at(model: &Model, rooms: &Rooms, screen: &Screen, row: u16) -> Option<String> {
    let BufferName::Room(name) = &model.buffer().name else {
        return None;
    };
    let room = rooms.get(name)?;
    let rows = member_rows(room);
    let height = usize::from(screen.members.height);
    let hidden = hidden_members(model, &rows, height);
    let below = usize::from(row.checked_sub(screen.members.top())?);
    let is_count = rows.len() > hidden + height && below + 1 == height;
    match rows.get(hidden + below).filter(|_| !is_count)? {
        MemberRow::Member(_, member) => Some(member.nick.clone()),
        MemberRow::Count | MemberRow::Heading(_) | MemberRow::Unlisted => None,
    }
}

/// A row of the list of members.
enum MemberRow<'a> {
    /// How many there are.
    Count,
    Heading(Group),
    /// Somebody, and their place in the order of the list.
    Member(usize, &'a Member),
    /// How many there are whose names are not kept.
    Unlisted,
}

impl MemberRow<'_> {
    fn member(&self) -> Option<usize> {
        match self {
            Self::Member(at, _) => Some(*at),
            Self::Count | Self::Heading(_) | Self::Unlisted => None,
        }
    }

    fn span(&self, model: &Model, room: &Room, knows_accounts: bool) -> Span {
        let texts = model.texts();
        let count = |key, count: usize| texts.with(key, &[("count", &count.to_string())]);
        match self {
            Self::Count => (
                format!(" {}", count("ui-members", room.people())),
                paint::DIM,
            ),
            Self::Heading(group) => (format!(" {}", texts.get(group.heading())), paint::DIM),
            Self::Member(_, member) => {
                let guest = match knows_accounts && member.account.is_none() {
                    true => format!(" {}", texts.get("ui-guest")),
                    false => String::new(),
                };
                let text = format!("  {}{guest}", member_text(member));
                (text, member_style(model, member))
            }
            Self::Unlisted => (
                format!("  {}", count("ui-and-more", room.unlisted)),
                paint::DIM,
            ),
        }
    }
}

/// Under which heading a member stands.
#[derive(Clone, Copy, PartialEq, Eq)]
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

    fn heading(self) -> &'static str {
        match self {
            Self::Operators => "ui-members-ops",
            Self::Here => "ui-members-here",
            Self::Away => "ui-members-away",
        }
    }
}

/// Who is in a room, under headings: who manages it, who is here, who is away.
fn member_rows(room: &Room) -> Vec<MemberRow<'_>> {
    let mut rows = vec![MemberRow::Count];
    let mut group = None;
    for (at, member) in room.sorted_members().into_iter().enumerate() {
        let this = Group::of(member);
        if group.replace(this) != Some(this) {
            rows.push(MemberRow::Heading(this));
        }
        rows.push(MemberRow::Member(at, member));
    }
    if room.unlisted > 0 {
        rows.push(MemberRow::Unlisted);
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
