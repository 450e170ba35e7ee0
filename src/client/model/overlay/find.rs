//! Finding in what is loaded of the open conversation: what matches is marked where it stands.

use std::ops::Range;

use super::super::Model;
use super::super::buffer::{Anchor, Buffer, LineKind};
use super::super::editor::Editor;
use super::super::keys::Deed;
use super::super::mention::fold;
use super::{Outcome, Overlay};
use crate::client::rooms::Rooms;
use crate::client::view::timeline::{self, Direction};

/// What is being found.
#[derive(Debug, Default)]
pub struct Find {
    /// What is written.
    pub needle: Editor,
    /// The number of the line that is shown for it.
    pub at: Option<i64>,
    /// What was found nowhere: what is longer than that is not found either.
    missing: Option<String>,
    /// Where the conversation was scrolled to before, and how many lines had come below.
    from: (Option<Anchor>, usize),
}

/// Where a text holds what is being found, however it is capitalized.
pub fn matches(text: &str, needle: &str) -> Vec<Range<usize>> {
    let needle = needle.to_lowercase();
    if needle.is_empty() {
        return Vec::new();
    }
    let (folded, places) = fold(text);
    let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
    let found = folded.match_indices(needle.as_str());
    found
        .map(|(at, _)| place(at)..place(at + needle.len()))
        .collect()
}

/// The line nearest to a place that holds a needle, in one direction.
fn nearest(buffer: &Buffer, from: i64, is_older: bool, needle: &str) -> Option<i64> {
    let needle = needle.to_lowercase();
    let holds = |number: &i64| {
        let line = buffer.line(*number);
        line.is_some_and(|line| {
            let is_said = !matches!(line.kind, LineKind::Failure);
            is_said && line.text.to_lowercase().contains(&needle)
        })
    };
    if needle.is_empty() {
        None
    } else if is_older {
        (buffer.first()..from).rev().find(holds)
    } else {
        (from + 1..buffer.end()).find(holds)
    }
}

impl Model {
    /// Begins to find, with a text or none.
    pub(in super::super) fn show_find(&mut self, text: &str, rooms: &Rooms) {
        let buffer = self.buffer();
        let mut find = Find {
            from: (buffer.anchor, buffer.below),
            ..Find::default()
        };
        if !text.is_empty() {
            find.needle.insert(text);
            self.find_anew(&mut find, rooms);
        }
        self.overlay = Some(Overlay::Find(find));
    }

    /// What is being found: the text, and the line that is shown for it.
    pub fn found(&self) -> Option<(&str, Option<i64>)> {
        match &self.overlay {
            Some(Overlay::Find(find)) => Some((find.needle.text(), find.at)),
            _ => None,
        }
    }

    /// The text has changed: the newest line that holds it, unless the line that is shown does.
    pub(super) fn find_anew(&mut self, find: &mut Find, rooms: &Rooms) {
        let needle = find.needle.text();
        let is_longer = |missing: &String| needle.starts_with(missing.as_str());
        if find.missing.as_ref().is_some_and(is_longer) {
            return;
        }
        let buffer = self.buffer();
        let from = find.at.map_or(buffer.end(), |at| at + 1);
        find.at = nearest(buffer, from, true, needle)
            .or_else(|| nearest(buffer, buffer.end(), true, needle));
        let is_missing = find.at.is_none() && !needle.is_empty();
        find.missing = is_missing.then(|| needle.to_owned());
        match find.at {
            Some(at) => self.reveal(at, rooms),
            None => self.scroll_back(find),
        }
    }

    pub(super) fn find_key(
        &mut self,
        find: &mut Find,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        match deed {
            Some(Deed::Send) => return Outcome::Done,
            Some(Deed::Find | Deed::SearchInput | Deed::Up | Deed::PreviousRoom) => {
                self.find_next(find, true, rooms);
            }
            Some(Deed::Down | Deed::NextRoom) => self.find_next(find, false, rooms),
            Some(Deed::PageUp) => self.scroll(Direction::Up, rooms),
            Some(Deed::PageDown) => self.scroll(Direction::Down, rooms),
            _ => return Outcome::Types,
        }
        Outcome::Stays
    }

    fn find_next(&mut self, find: &mut Find, is_older: bool, rooms: &Rooms) {
        let Some(from) = find.at else {
            return;
        };
        if let Some(at) = nearest(self.buffer(), from, is_older, find.needle.text()) {
            find.at = Some(at);
            self.reveal(at, rooms);
        }
    }

    /// Ends finding, back to where one was.
    pub(super) fn leave_find(&mut self, find: &Find) {
        self.scroll_back(find);
    }

    fn scroll_back(&mut self, find: &Find) {
        let (anchor, below) = find.from;
        let buffer = self.buffer_mut();
        buffer.returning = None;
        buffer.anchor = anchor;
        buffer.below = below;
    }

    /// Scrolls a line of the open conversation into view, if it is not.
    pub(in super::super) fn reveal(&mut self, number: i64, rooms: &Rooms) {
        let anchor = timeline::reveal(self, rooms, number);
        let buffer = self.buffer_mut();
        buffer.returning = None;
        buffer.anchor = anchor;
        if anchor.is_none() {
            buffer.below = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_matches_however_it_is_capitalized() {
        assert_eq!(matches("Build, rebuild", "BUILD"), [0..5, 9..14]);
        assert_eq!(matches("大家好，大家", "大家"), [0..6, 12..18]);
        assert_eq!(matches("İx", "x").first(), Some(&(2..3)));
        assert_eq!(matches("abc", ""), []);
    }
}
