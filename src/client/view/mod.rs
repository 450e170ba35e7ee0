//! The screen, a pure function of the model and the rooms.

mod bars;
mod input;
mod overlay;
mod paint;
pub mod pointing;
mod rows;
mod sidebar;
pub mod timeline;
mod wrap;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::happening::{BufferName, Millis};
use super::model::Model;
use super::model::overlay::Overlay;
use super::rooms::Rooms;
use super::terminal::Drawn;

/// Below so many columns there is no sidebar, and no columns in the talk.
pub const NARROW_BELOW: u16 = 60;
/// From so many columns on there is a list of members.
const WIDE_FROM: u16 = 100;
/// Below so many columns or rows there are only the last lines and the input.
const TINY: (u16, u16) = (20, 4);

/// Whether a terminal of so many columns has a list of members.
pub fn has_member_list(columns: u16) -> bool {
    columns >= WIDE_FROM
}

/// Draws the screen into a buffer, which is blank, and says where the caret is.
pub fn draw(model: &Model, rooms: &Rooms, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let draw = || draw_all(model, rooms, area, buffer);
    model.widths().measure(draw)
}

fn draw_all(model: &Model, rooms: &Rooms, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return None;
    }
    let screen = Screen::of(model, rooms, area);
    timeline::draw(model, rooms, &screen, buffer);
    bars::header(model, rooms, &screen, buffer);
    bars::status(model, &screen, buffer);
    let caret = input::draw(model, &screen, buffer);
    sidebar::draw_rooms(model, rooms, &screen, buffer);
    sidebar::draw_members(model, rooms, &screen, buffer);
    bars::hints(model, &screen, buffer);
    match model.overlay() {
        Some(overlay) if overlay.is_in_place() => Some(caret),
        Some(overlay) if screen.has_place_for(overlay) => None,
        Some(overlay) => overlay::draw(overlay, model, rooms, screen.middle(area), buffer),
        None => Some(caret),
    }
}

/// Parts of the screen, each drawn by itself; the input always is, since the caret is there, and the
/// foot with the talk and the bars, since it tells of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// What is being written.
    pub(super) input: bool,
    /// The talk.
    pub(super) talk: bool,
    /// The status row and what works here.
    pub(super) foot: bool,
    /// The sidebar, the members, the row above.
    pub(super) bars: bool,
}

impl Parts {
    pub(super) const NONE: Self = Self {
        input: false,
        talk: false,
        foot: false,
        bars: false,
    };
    pub(super) const INPUT: Self = Self {
        input: true,
        ..Self::NONE
    };
    pub(super) const BARS: Self = Self {
        bars: true,
        ..Self::NONE
    };
    pub(super) const ALL: Self = Self {
        input: true,
        talk: true,
        foot: true,
        bars: true,
    };

    /// These but not those.
    pub(super) fn without(self, other: Self) -> Self {
        Self {
            input: self.input && !other.input,
            talk: self.talk && !other.talk,
            foot: self.foot && !other.foot,
            bars: self.bars && !other.bars,
        }
    }

    /// These and those.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            input: self.input || other.input,
            talk: self.talk || other.talk,
            foot: self.foot || other.foot,
            bars: self.bars || other.bars,
        }
    }
}

/// Draws parts of the screen into a buffer that holds the last frame. `last` is how the screen was
/// divided then: when it is divided otherwise now, or something lies over it, all of it is drawn.
pub(super) fn draw_parts(
    model: &Model,
    rooms: &Rooms,
    parts: Parts,
    last: &mut Option<Screen>,
    buffer: &mut Buffer,
) -> Drawn {
    let draw = || draw_some(model, rooms, parts, last, buffer);
    model.widths().measure(draw)
}

fn draw_some(
    model: &Model,
    rooms: &Rooms,
    parts: Parts,
    last: &mut Option<Screen>,
    buffer: &mut Buffer,
) -> Drawn {
    let area = buffer.area;
    let screen = Screen::of(model, rooms, area);
    let is_as_before = last.replace(screen) == Some(screen);
    let talk = Some(screen.talk);
    if !is_as_before || parts == Parts::ALL || screen.is_covered {
        buffer.reset();
        let caret = draw_all(model, rooms, area, buffer);
        return Drawn {
            talk,
            ..Drawn::whole(area, caret)
        };
    }
    if parts.talk {
        paint::blank(buffer, screen.talk);
        timeline::draw(model, rooms, &screen, buffer);
    }
    let has_foot = parts.talk || parts.foot || parts.bars;
    if has_foot {
        paint::blank(buffer, screen.status);
        bars::status(model, &screen, buffer);
        paint::blank(buffer, screen.hints);
        bars::hints(model, &screen, buffer);
    }
    paint::blank(buffer, screen.input);
    let caret = Some(input::draw(model, &screen, buffer));
    if parts.bars {
        for part in [screen.header, screen.sidebar, screen.members] {
            paint::blank(buffer, part);
        }
        bars::header(model, rooms, &screen, buffer);
        sidebar::draw_rooms(model, rooms, &screen, buffer);
        sidebar::draw_members(model, rooms, &screen, buffer);
    }
    let some = [
        (parts.talk, screen.talk),
        (has_foot, screen.status),
        (true, screen.input),
        (has_foot, screen.hints),
    ];
    let some = some.into_iter().filter(|(is_drawn, _)| *is_drawn);
    let areas = match parts.bars {
        true => vec![area],
        false => some.map(|(_, part)| part).collect(),
    };
    Drawn {
        caret,
        areas,
        talk: talk.filter(|_| parts.talk),
    }
}

/// The fewest columns that an overlay is content with.
const OVERLAY_COLUMNS: u16 = 40;

/// What is where. A part that has no room is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::client) struct Screen {
    pub(in crate::client) header: Rect,
    pub(in crate::client) sidebar: Rect,
    pub(in crate::client) members: Rect,
    pub(in crate::client) talk: Rect,
    pub(in crate::client) status: Rect,
    pub(in crate::client) input: Rect,
    pub(in crate::client) hints: Rect,
    pub(in crate::client) is_narrow: bool,
    pub(in crate::client) is_wide: bool,
    /// Whether something lies over it.
    pub(in crate::client) is_covered: bool,
}

impl Screen {
    /// Where overlays lie: over the talk when it is wide enough, else over everything.
    fn middle(&self, area: Rect) -> Rect {
        if self.talk.width < OVERLAY_COLUMNS {
            area
        } else {
            Rect {
                x: self.talk.x,
                width: self.talk.width,
                ..area
            }
        }
    }

    /// Whether an overlay stands in a part that is there anyway, so that nothing lies over the talk.
    fn has_place_for(&self, overlay: &Overlay) -> bool {
        overlay.is_in_place()
            || matches!(overlay, Overlay::Rooms { .. }) && !self.sidebar.is_empty()
            || matches!(overlay, Overlay::Members { .. }) && !self.members.is_empty()
    }

    /// Divides an area.
    pub(in crate::client) fn of(model: &Model, rooms: &Rooms, area: Rect) -> Self {
        let is_tiny = area.width < TINY.0 || area.height < TINY.1;
        let is_narrow = area.width < NARROW_BELOW || is_tiny;
        let is_wide = area.width >= WIDE_FROM && !is_tiny;
        let has_hints = !is_tiny && area.height >= 8;
        let has_header = !is_tiny && area.height >= 6;
        let (hints, rest) = cut_bottom(area, u16::from(has_hints));
        let side = match (is_narrow || model.hides_sidebar(), is_wide) {
            (true, _) => 0,
            (false, true) => 20,
            (false, false) => 16,
        };
        let sidebar = Rect {
            width: side,
            ..rest
        };
        let rest = right_of(rest, side + u16::from(side > 0));
        let has_members = match &model.buffer().name {
            BufferName::Room(name) => rooms.get(name).is_some_and(|room| !room.members.is_empty()),
            BufferName::Server | BufferName::Person(_) => false,
        };
        let is_shown = is_wide && has_members && !model.hides_members();
        let member_columns = if is_shown { 19 } else { 0 };
        let middle = Rect {
            width: rest.width - member_columns,
            ..rest
        };
        let members = Rect {
            x: middle.right(),
            width: member_columns,
            ..rest
        };
        let (header, middle) = cut_top(middle, u16::from(has_header));
        let input_rows = if is_tiny {
            1
        } else {
            input::rows(model, middle.width, is_narrow)
        };
        let most = middle.height.saturating_sub(2).max(1);
        let (input, middle) = cut_bottom(middle, input_rows.min(most));
        let (status, talk) = cut_bottom(middle, u16::from(!is_tiny));
        let talk = Rect {
            width: talk.width - u16::from(is_shown),
            ..talk
        };
        Self {
            header,
            sidebar,
            members,
            talk,
            status,
            input,
            hints,
            is_narrow,
            is_wide,
            is_covered: model.overlay().is_some(),
        }
    }
}

fn cut_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let rest = Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    };
    (
        Rect {
            height: rows,
            ..area
        },
        rest,
    )
}

fn cut_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let rest = Rect {
        height: area.height - rows,
        ..area
    };
    (
        Rect {
            y: area.y + rest.height,
            height: rows,
            ..area
        },
        rest,
    )
}

fn right_of(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect {
        x: area.x + columns,
        width: area.width - columns,
        ..area
    }
}

/// When something was, to the minute, in the reader's zone.
fn clock(model: &Model, at: Millis) -> String {
    let stamp = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let zoned = stamp.to_zoned(model.settings().zone.clone());
    zoned.strftime("%H:%M").to_string()
}

/// How a conversation is called on the screen.
fn label(name: &BufferName, model: &Model) -> String {
    match name {
        BufferName::Room(name) | BufferName::Person(name) => {
            super::model::clean(name).replace('\n', " ")
        }
        BufferName::Server if model.network().is_empty() => {
            model.texts().get("ui-server").into_owned()
        }
        BufferName::Server => super::model::clean(model.network()).replace('\n', " "),
    }
}
