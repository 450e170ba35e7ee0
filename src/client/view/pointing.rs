//! What is at a place of the screen: a room in the sidebar, a link in the talk.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::overlay::{self, Hit};
use super::{Screen, sidebar, timeline};
use crate::client::happening::BufferName;
use crate::client::model::Model;
use crate::client::rooms::Rooms;

/// How links begin.
const SCHEMES: [&str; 4] = ["https://", "http://", "ircs://", "irc://"];

/// What can be pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A conversation, by its place.
    Room(usize),
    /// A link, whole, however it is broken into rows.
    Link(String),
    /// A member of the open room.
    Member(String),
    /// The topic of the open room.
    Topic,
    /// A row of what lies over the screen.
    Row {
        /// Which.
        at: usize,
        /// How many are above those in view.
        hidden: usize,
    },
    /// What is beside that which lies over the screen.
    Outside,
}

/// What is at a place of the screen.
pub fn target(model: &Model, rooms: &Rooms, column: u16, row: u16) -> Option<Target> {
    let (columns, rows_of_screen) = model.size();
    let screen = Screen::of(model, rooms, Rect::new(0, 0, columns, rows_of_screen));
    let place = Position::new(column, row);
    let over = model
        .overlay()
        .filter(|overlay| !screen.has_place_for(overlay));
    if let Some(overlay) = over {
        let area = screen.middle(Rect::new(0, 0, columns, rows_of_screen));
        return match overlay::hit(overlay, model, rooms, area, place) {
            Hit::Row(at, hidden) => Some(Target::Row { at, hidden }),
            Hit::Outside => Some(Target::Outside),
            Hit::Inside => None,
        };
    }
    if screen.members.contains(place) {
        return sidebar::member_at(model, rooms, &screen, row).map(Target::Member);
    }
    if screen.header.contains(place) {
        let is_room = matches!(model.buffer().name, BufferName::Room(_));
        return is_room.then_some(Target::Topic);
    }
    if screen.sidebar.contains(place) {
        return sidebar::room_at(model, rooms, &screen, row).map(Target::Room);
    }
    if !screen.talk.contains(place) {
        return None;
    }
    let (text, at) = timeline::text_at(model, &screen, place)?;
    let link = links(&text).into_iter().find(|link| link.contains(&at))?;
    text.get(link).map(|link| Target::Link(link.to_owned()))
}

/// Where the links of a text are.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut links = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let found = SCHEMES.iter().filter_map(|scheme| rest.find(scheme));
        let Some(start) = found.min() else { break };
        let rest = rest.get(start..).unwrap_or_default();
        let link = rest.split(is_end).next().unwrap_or_default();
        let link = trimmed(link);
        let start = from + start;
        // What is a scheme alone leads nowhere.
        if !SCHEMES.contains(&link) {
            links.push(start..start + link.len());
        }
        from = start + link.len().max(1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    links
}

/// Whether a link ends before this.
fn is_end(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>'
                | '"'
                | '`'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '，'
                | '。'
                | '！'
                | '？'
                | '；'
                | '：'
                | '、'
                | '（'
                | '）'
                | '《'
                | '》'
                | '【'
                | '】'
                | '「'
                | '」'
                | '…'
        )
}

/// A link without what ends the sentence that it stands in.
fn trimmed(link: &str) -> &str {
    let mut link = link;
    loop {
        let shorter = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        let is_closed = shorter.ends_with(')') && !shorter.contains('(');
        let shorter = match is_closed {
            true => shorter.strip_suffix(')').unwrap_or(shorter),
            false => shorter,
        };
        if shorter == link {
            return link;
        }
        link = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = links(text)
            .into_iter()
            .filter_map(|link| text.get(link))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_link_ends_where_its_sentence_goes_on() {
        check(
            "see https://a.example/x, and (http://b.example).",
            &["https://a.example/x", "http://b.example"],
        );
        check("https://a.example/(x) https://", &["https://a.example/(x)"]);
        check(
            "看https://例子.测试/路径?q=中文，后面是标点。",
            &["https://例子.测试/路径?q=中文"],
        );
        check("no link: http:/x irc:// ircs://host", &["ircs://host"]);
    }
}
